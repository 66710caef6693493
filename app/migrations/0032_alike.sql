-- Two entries of the ledger that look like one person (the same telephone at two doors), and what somebody who knows them said of it.
CREATE TABLE alike (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  one_id {uuid} NOT NULL REFERENCES resident(id),
  other_id {uuid} NOT NULL REFERENCES resident(id),
  same {bool} NOT NULL,
  by_id {uuid} NOT NULL REFERENCES account(id),
  at {moment} NOT NULL,
  CHECK (one_id < other_id)
) {strict};
CREATE UNIQUE INDEX alike_pair ON alike(one_id, other_id);
CREATE INDEX alike_other ON alike(other_id);
