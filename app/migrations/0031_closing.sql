-- The end of an emergency in a community: one asks, another confirms, what was held of people goes in steps that can be gone on
-- with, and a report says what went. A community that is closed takes nothing new about anybody.

ALTER TABLE community ADD COLUMN closed_at {moment};

CREATE TABLE closing (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  asked_by {uuid} NOT NULL REFERENCES account(id),
  asked_at {moment} NOT NULL,
  decided_by {uuid} REFERENCES account(id),
  decided_at {moment},
  granted {bool},
  plan TEXT NOT NULL DEFAULT '{}', -- how much of each class stood when it was confirmed
  finished_at {moment},
  link {int}, -- where the community's chain of what happened stood then, and its hash
  link_hash {blob},
  report_hash {blob},
  CHECK ((decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (granted IS NULL)),
  CHECK (NOT granted OR decided_by <> asked_by),
  CHECK (finished_at IS NULL OR granted),
  CHECK ((finished_at IS NULL) = (report_hash IS NULL))
) {strict};
CREATE UNIQUE INDEX closing_asked ON closing(community_id) WHERE decided_at IS NULL;
CREATE UNIQUE INDEX closing_once ON closing(community_id, emergency_id) WHERE granted;
CREATE INDEX closing_running ON closing(decided_at) WHERE granted AND finished_at IS NULL;

CREATE TABLE closing_gone (
  closing_id {uuid} NOT NULL REFERENCES closing(id),
  what TEXT NOT NULL,
  n {int} NOT NULL CHECK (n >= 0),
  PRIMARY KEY (closing_id, what)
) {strict};

CREATE TABLE erasure_new (
  id {uuid} PRIMARY KEY,
  community_id {uuid} REFERENCES community(id),
  subject TEXT NOT NULL CHECK (subject IN ('resident', 'need', 'series', 'photo', 'account', 'community', 'file', 'print', 'quarantine')),
  subject_id {uuid} NOT NULL,
  key_id {uuid} NOT NULL UNIQUE,
  by {uuid} REFERENCES account(id),
  at {moment} NOT NULL,
  done_at {moment}
) {strict};
INSERT INTO erasure_new SELECT id, community_id, subject, subject_id, key_id, by, at, done_at FROM erasure;
DROP TABLE erasure;
ALTER TABLE erasure_new RENAME TO erasure;
CREATE INDEX erasure_waiting ON erasure(at) WHERE done_at IS NULL;
CREATE INDEX erasure_subject ON erasure(subject_id);
