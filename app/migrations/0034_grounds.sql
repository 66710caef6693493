-- On what ground a person is held: her word, with when and to whom she gave it, or the emergency's while she has not been asked.
CREATE TABLE ground (
  resident_id {uuid} PRIMARY KEY REFERENCES resident(id) ON DELETE CASCADE,
  community_id {uuid} NOT NULL REFERENCES community(id),
  rests_on TEXT NOT NULL CHECK (rests_on IN ('consent', 'emergency')),
  noted_by {uuid} REFERENCES account(id),
  noted_at {moment} NOT NULL,
  CHECK (rests_on = 'emergency' OR noted_by IS NOT NULL)
) {strict};
INSERT INTO ground(resident_id, community_id, rests_on, noted_at) SELECT id, community_id, 'emergency', made_at FROM resident;
