-- Trucks that are to come to a hub: booked for a window at one of its docks, arrived, unloaded, gone; received against what was booked.

ALTER TABLE goods_place ADD COLUMN docks {int} NOT NULL DEFAULT 1 CHECK (docks BETWEEN 1 AND 20);
ALTER TABLE goods_place ADD COLUMN version {int} NOT NULL DEFAULT 1;

CREATE TABLE goods_booking (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  hub_id {uuid} NOT NULL,
  supplier TEXT NOT NULL CHECK (supplier <> ''),
  plate TEXT NOT NULL CHECK (plate <> ''),
  kilos {int} NOT NULL CHECK (kilos > 0),
  starts {moment} NOT NULL,
  ends {moment} NOT NULL,
  booked_by {uuid} NOT NULL REFERENCES account(id),
  booked_at {moment} NOT NULL,
  arrived_by {uuid} REFERENCES account(id),
  arrived_at {moment},
  unloading_by {uuid} REFERENCES account(id),
  unloading_at {moment},
  gone_by {uuid} REFERENCES account(id),
  gone_at {moment},
  cancelled_by {uuid} REFERENCES account(id),
  cancelled_at {moment},
  weighed {int} CHECK (weighed >= 0),
  reason TEXT CHECK (reason IN ('broken', 'spoiled', 'expired', 'missing', 'found', 'miscounted', 'other')),
  UNIQUE (id, community_id),
  FOREIGN KEY (hub_id, community_id) REFERENCES goods_place(id, community_id),
  CHECK (ends > starts),
  CHECK ((arrived_at IS NULL) = (arrived_by IS NULL) AND (unloading_at IS NULL) = (unloading_by IS NULL)),
  CHECK ((gone_at IS NULL) = (gone_by IS NULL) AND (cancelled_at IS NULL) = (cancelled_by IS NULL)),
  CHECK (unloading_at IS NULL OR arrived_at IS NOT NULL),
  CHECK (gone_at IS NULL OR arrived_at IS NOT NULL),
  CHECK (cancelled_at IS NULL OR arrived_at IS NULL),
  CHECK (weighed IS NULL OR gone_at IS NOT NULL)
) {strict};
CREATE INDEX goods_booking_window ON goods_booking(hub_id, starts);
CREATE INDEX goods_booking_day ON goods_booking(community_id, starts);

-- What the paper of the truck says it brings.
CREATE TABLE goods_booking_line (
  booking_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  item_id {uuid} NOT NULL,
  quantity {int} NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (booking_id, item_id),
  FOREIGN KEY (booking_id, community_id) REFERENCES goods_booking(id, community_id),
  FOREIGN KEY (item_id, community_id) REFERENCES goods_item(id, community_id)
) {strict};

-- Which moves came off which truck.
CREATE TABLE goods_unloaded (
  move_id {uuid} PRIMARY KEY REFERENCES goods_move(id),
  booking_id {uuid} NOT NULL REFERENCES goods_booking(id),
  community_id {uuid} NOT NULL REFERENCES community(id)
) {strict};
CREATE INDEX goods_unloaded_from ON goods_unloaded(booking_id);
