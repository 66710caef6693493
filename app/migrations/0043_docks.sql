-- What a truck shows at the dock, as a square or read out: it opens its booking. Those booked before have none.
ALTER TABLE goods_booking ADD COLUMN code TEXT;
CREATE UNIQUE INDEX goods_booking_code ON goods_booking(code) WHERE code IS NOT NULL;

-- What came off a truck may be photographed. A check cannot be changed where it stands, so the table is made anew.
CREATE TABLE photo_about_new (
  photo_id TEXT NOT NULL REFERENCES photo(id),
  kind TEXT NOT NULL CHECK (kind IN ('handover', 'evidence', 'need', 'notice', 'truck')),
  subject_id {uuid} NOT NULL,
  PRIMARY KEY (kind, subject_id, photo_id)
) {strict};
INSERT INTO photo_about_new SELECT photo_id, kind, subject_id FROM photo_about;
DROP TABLE photo_about;
ALTER TABLE photo_about_new RENAME TO photo_about;
CREATE INDEX photo_about_photo ON photo_about(photo_id);
