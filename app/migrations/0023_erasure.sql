-- Whose data was erased: by id, never by name. The key goes after the act is committed and the log outside of the database has it.
CREATE TABLE erasure (
  id {uuid} PRIMARY KEY,
  community_id {uuid} REFERENCES community(id),
  subject TEXT NOT NULL CHECK (subject IN ('resident', 'need', 'photo')),
  subject_id {uuid} NOT NULL,
  key_id {uuid} NOT NULL UNIQUE,
  by {uuid} REFERENCES account(id),
  at {moment} NOT NULL,
  done_at {moment}
) {strict};
CREATE INDEX erasure_waiting ON erasure(at) WHERE done_at IS NULL;
