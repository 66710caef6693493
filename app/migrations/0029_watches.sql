-- A sign of hardship opens a watch over a household: somebody looks again at `due_at`, as often as it takes, until it is closed.
-- The notes are sealed under the community's key.
CREATE TABLE watch (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  household_id {uuid} NOT NULL REFERENCES household(id),
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  key_id {uuid} NOT NULL,
  sign TEXT NOT NULL CHECK (sign IN ('food', 'money', 'medicine', 'alone', 'afraid', 'ill', 'other')),
  note_sealed {blob},
  due_at {moment} NOT NULL,
  opened_by {uuid} NOT NULL REFERENCES account(id),
  opened_at {moment} NOT NULL,
  closed_by {uuid} REFERENCES account(id),
  closed_at {moment},
  version {int} NOT NULL DEFAULT 0,
  CHECK ((closed_at IS NULL) = (closed_by IS NULL))
) {strict};
CREATE UNIQUE INDEX watch_standing ON watch(household_id, sign) WHERE closed_at IS NULL;
CREATE INDEX watch_due ON watch(community_id, due_at) WHERE closed_at IS NULL;

-- What was found when somebody looked again.
CREATE TABLE watch_look (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  watch_id {uuid} NOT NULL REFERENCES watch(id),
  note_sealed {blob},
  by_id {uuid} NOT NULL REFERENCES account(id),
  at {moment} NOT NULL
) {strict};
CREATE INDEX watch_look_watch ON watch_look(watch_id, at);
