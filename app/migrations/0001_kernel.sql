-- Receipts of acts, bodies of reused ids, and the journal: history, audit and work queue in one table.
CREATE TABLE receipt (
  id TEXT PRIMARY KEY CHECK (length(id) = 22),
  owner TEXT NOT NULL,
  path TEXT NOT NULL,
  body_hash {blob} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('applied', 'held', 'conflict', 'refused')),
  trouble TEXT,
  reason TEXT,
  words TEXT NOT NULL DEFAULT 'act.done',
  params TEXT NOT NULL DEFAULT '{}',
  about TEXT,
  undo TEXT,
  device TEXT,
  seq {int},
  at {moment},
  received_at {moment} NOT NULL,
  CHECK ((state = 'refused') = (trouble IS NOT NULL)),
  UNIQUE (device, seq)
) {strict};
CREATE INDEX receipt_refused ON receipt(owner) WHERE state = 'refused';

CREATE TABLE quarantine (
  id {uuid} PRIMARY KEY,
  act TEXT NOT NULL,
  owner TEXT NOT NULL,
  path TEXT NOT NULL,
  key_id {uuid} NOT NULL,
  body_sealed {blob},
  at {moment} NOT NULL
) {strict};

CREATE TABLE happening (
  id {uuid} PRIMARY KEY,
  kind TEXT NOT NULL,
  about {uuid} NOT NULL,
  by {uuid},
  act TEXT,
  at {moment},
  received_at {moment} NOT NULL,
  community_id {uuid},
  household_id {uuid},
  payload TEXT NOT NULL DEFAULT '{}',
  done_at {moment},
  held_until {moment},
  tries {int} NOT NULL DEFAULT 0
) {strict};
CREATE INDEX happening_about ON happening(about, id);
CREATE INDEX happening_community ON happening(community_id, id);
CREATE INDEX happening_household ON happening(household_id, id) WHERE household_id IS NOT NULL;
CREATE INDEX happening_waiting ON happening(id) WHERE done_at IS NULL;
