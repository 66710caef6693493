-- Push services that refuse our key or who we say we are (401, 403), since when and how often: kept until one takes a line again.
CREATE TABLE push_refusal (
  origin TEXT PRIMARY KEY CHECK (origin <> ''),
  code TEXT NOT NULL CHECK (code IN ('401', '403')),
  since_at {moment} NOT NULL,
  last_at {moment} NOT NULL,
  lines {int} NOT NULL DEFAULT 1 CHECK (lines > 0),
  CHECK (last_at >= since_at)
) {strict};
