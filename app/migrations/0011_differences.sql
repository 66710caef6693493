-- Who gave a field the value that it has: an edit of the same field from an older form is kept beside it.
CREATE TABLE edited (
  subject_id {uuid} NOT NULL,
  field TEXT NOT NULL,
  community_id {uuid} NOT NULL REFERENCES community(id),
  value_mark TEXT NOT NULL,
  by {uuid},
  act TEXT,
  at {moment} NOT NULL,
  PRIMARY KEY (subject_id, field)
) {strict};

-- Two people said different things of one field: what stands and what came beside it, until a person decides.
CREATE TABLE difference (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  building_id {uuid} REFERENCES building(id),
  household_id {uuid},
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  key_id {uuid} NOT NULL,
  subject TEXT NOT NULL,
  subject_id {uuid} NOT NULL,
  field TEXT NOT NULL,
  standing_sealed {blob},
  standing_mark TEXT NOT NULL,
  standing_by {uuid},
  standing_at {moment},
  standing_act TEXT,
  other_sealed {blob},
  other_mark TEXT NOT NULL,
  other_by {uuid},
  other_at {moment} NOT NULL,
  other_act TEXT,
  opened_at {moment} NOT NULL,
  decided_at {moment},
  decided_by {uuid},
  choice TEXT CHECK (choice IN ('keep', 'take', 'edited')),
  version {int} NOT NULL DEFAULT 0,
  CHECK ((decided_at IS NULL) = (choice IS NULL)),
  CHECK (standing_mark <> other_mark OR decided_at IS NOT NULL)
) {strict};
CREATE INDEX difference_open ON difference(community_id, opened_at, id) WHERE decided_at IS NULL;
CREATE INDEX difference_decided ON difference(community_id, decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX difference_subject ON difference(subject_id) WHERE decided_at IS NULL;
CREATE UNIQUE INDEX difference_once ON difference(other_act, subject_id, field) WHERE other_act IS NOT NULL;

-- A second body of a used act id, or another act under a used count of the phone: seen where it belongs, counted or put aside.
ALTER TABLE quarantine ADD COLUMN community_id {uuid};
ALTER TABLE quarantine ADD COLUMN building_id {uuid};
ALTER TABLE quarantine ADD COLUMN device TEXT;
ALTER TABLE quarantine ADD COLUMN seq {int};
ALTER TABLE quarantine ADD COLUMN pressed_at {moment};
ALTER TABLE quarantine ADD COLUMN settled_at {moment};
ALTER TABLE quarantine ADD COLUMN settled_by {uuid};
ALTER TABLE quarantine ADD COLUMN choice TEXT;
ALTER TABLE quarantine ADD COLUMN note_sealed {blob};
ALTER TABLE quarantine ADD COLUMN counted_act TEXT;
CREATE INDEX quarantine_act ON quarantine(act);
CREATE INDEX quarantine_open ON quarantine(community_id, at) WHERE settled_at IS NULL;
