-- What is in a pack is shown before it is ordered. A check cannot be changed where it stands, so the table is made anew.
CREATE TABLE photo_about_new (
  photo_id TEXT NOT NULL REFERENCES photo(id),
  kind TEXT NOT NULL CHECK (kind IN ('handover', 'evidence', 'need', 'notice', 'truck', 'pack')),
  subject_id {uuid} NOT NULL,
  PRIMARY KEY (kind, subject_id, photo_id)
) {strict};
INSERT INTO photo_about_new SELECT photo_id, kind, subject_id FROM photo_about;
DROP TABLE photo_about;
ALTER TABLE photo_about_new RENAME TO photo_about;
CREATE INDEX photo_about_photo ON photo_about(photo_id);
