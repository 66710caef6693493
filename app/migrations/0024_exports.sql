-- The ledger leaves as a file only when one person asks and another agrees; once, within an hour.
CREATE TABLE ledger_export (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  purpose TEXT NOT NULL CHECK (purpose IN ('handover', 'authority', 'outage', 'audit')),
  asked_by {uuid} NOT NULL REFERENCES account(id),
  asked_at {moment} NOT NULL,
  decided_by {uuid} REFERENCES account(id),
  decided_at {moment},
  granted {bool},
  fetched_at {moment},
  handed_at {moment},
  CHECK (decided_by <> asked_by),
  CHECK ((decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (granted IS NULL)),
  CHECK (fetched_at IS NULL OR granted),
  CHECK (handed_at IS NULL OR fetched_at IS NOT NULL)
) {strict};
CREATE INDEX ledger_export_community ON ledger_export(community_id, asked_at);
CREATE UNIQUE INDEX ledger_export_open ON ledger_export(community_id, asked_by) WHERE decided_at IS NULL;
