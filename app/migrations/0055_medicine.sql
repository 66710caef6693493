-- The medicine desk: where a medicine was asked for, who buys it, what it cost. What the medicine is stays in its need, sealed.

-- When `days_left` was said: it counts down from there. Blank: when the need was raised.
ALTER TABLE need ADD COLUMN days_said_at {moment};

-- Pharmacies, online clinics, hospitals, as their own doors say it.
CREATE TABLE medicine_source (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  kind TEXT NOT NULL CHECK (kind IN ('pharmacy', 'online', 'hospital')),
  name TEXT NOT NULL CHECK (name <> ''),
  phone TEXT NOT NULL,
  hours TEXT NOT NULL,
  address TEXT NOT NULL,
  note TEXT NOT NULL,
  ended_at {moment},
  version {int} NOT NULL DEFAULT 1,
  UNIQUE (community_id, name),
  UNIQUE (id, community_id)
) {strict};

-- One source was asked for one need. `day`: when it will have it. `past_at`: the medicine came and was asked for anew since.
CREATE TABLE medicine_try (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  need_id {uuid} NOT NULL REFERENCES need(id),
  source_id {uuid} NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('has', 'part', 'later', 'has_not')),
  day TEXT,
  by {uuid} NOT NULL REFERENCES account(id),
  at {moment} NOT NULL,
  undone_at {moment},
  undone_by {uuid} REFERENCES account(id),
  past_at {moment},
  FOREIGN KEY (source_id, community_id) REFERENCES medicine_source(id, community_id),
  CHECK ((outcome = 'later') OR day IS NULL),
  CHECK ((undone_at IS NULL) = (undone_by IS NULL))
) {strict};
CREATE INDEX medicine_try_need ON medicine_try(community_id, need_id) WHERE undone_at IS NULL AND past_at IS NULL;

-- Somebody goes to buy it (`begun_by`), somebody paid (`fen`). `beside`: paid although somebody else had paid already.
-- `fate`: what became of it where nobody needs it any more.
CREATE TABLE medicine_purchase (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  need_id {uuid} NOT NULL REFERENCES need(id),
  source_id {uuid} NOT NULL,
  beside {bool} NOT NULL,
  begun_by {uuid} NOT NULL REFERENCES account(id),
  begun_at {moment} NOT NULL,
  paid_by {uuid} REFERENCES account(id),
  paid_at {moment},
  fen {int} CHECK (fen BETWEEN 0 AND 10000000),
  undone_at {moment},
  undone_by {uuid} REFERENCES account(id),
  past_at {moment},
  fate TEXT CHECK (fate IN ('returned', 'kept', 'theirs')),
  fate_at {moment},
  fate_by {uuid} REFERENCES account(id),
  FOREIGN KEY (source_id, community_id) REFERENCES medicine_source(id, community_id),
  CHECK ((paid_at IS NULL) = (paid_by IS NULL) AND (paid_at IS NULL) = (fen IS NULL)),
  CHECK ((undone_at IS NULL) = (undone_by IS NULL)),
  CHECK ((fate IS NULL) = (fate_at IS NULL) AND (fate IS NULL) = (fate_by IS NULL)),
  CHECK (fate IS NULL OR paid_at IS NOT NULL)
) {strict};
-- One buys for a need at a time.
CREATE UNIQUE INDEX medicine_purchase_one ON medicine_purchase(need_id) WHERE undone_at IS NULL AND past_at IS NULL AND beside = {false};
CREATE INDEX medicine_purchase_need ON medicine_purchase(community_id, need_id) WHERE undone_at IS NULL;

-- To which step of its clock the desk was told of a need for which no source is found. 1: one day left, 2: nothing left.
CREATE TABLE medicine_alarm (
  need_id {uuid} NOT NULL REFERENCES need(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  step {int} NOT NULL CHECK (step IN (1, 2)),
  told_at {moment} NOT NULL,
  PRIMARY KEY (community_id, need_id, step)
) {strict};
