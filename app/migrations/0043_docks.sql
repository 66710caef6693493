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

-- What the community drives with. In reserve: it can be called on where the ready ones do not do.
CREATE TABLE vehicle (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  plate TEXT NOT NULL CHECK (plate <> ''),
  kilos {int} NOT NULL CHECK (kilos > 0),
  standing TEXT NOT NULL CHECK (standing IN ('ready', 'reserve', 'off')),
  version {int} NOT NULL DEFAULT 1,
  UNIQUE (community_id, plate),
  UNIQUE (id, community_id)
) {strict};

-- From a hub and back. A vehicle is on one trip at a time, and so is who drives it.
CREATE TABLE goods_trip (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  vehicle_id {uuid} NOT NULL,
  driver_id {uuid} NOT NULL REFERENCES account(id),
  hub_id {uuid} NOT NULL,
  kilos {int} NOT NULL CHECK (kilos > 0),
  left_at {moment} NOT NULL,
  left_by {uuid} NOT NULL REFERENCES account(id),
  back_at {moment},
  back_by {uuid} REFERENCES account(id),
  FOREIGN KEY (vehicle_id, community_id) REFERENCES vehicle(id, community_id),
  FOREIGN KEY (hub_id, community_id) REFERENCES goods_place(id, community_id),
  CHECK ((back_at IS NULL) = (back_by IS NULL))
) {strict};
CREATE UNIQUE INDEX goods_trip_vehicle ON goods_trip(vehicle_id) WHERE back_at IS NULL;
CREATE UNIQUE INDEX goods_trip_driver ON goods_trip(driver_id) WHERE back_at IS NULL;
CREATE INDEX goods_trip_day ON goods_trip(community_id, left_at);
