-- What somebody offers to give, without an account. All of a person is sealed with a key of the donation's own. `amount` of `unit` is what was
-- offered; what came is the sum of its moves, and the difference between the two stands.
CREATE TABLE donation (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  number {int} NOT NULL CHECK (number > 0),
  key_id {uuid},
  state TEXT NOT NULL DEFAULT 'offered' CHECK (state IN ('offered', 'accepted', 'declined', 'withdrawn', 'received')),
  what_sealed {blob},
  amount {int} NOT NULL CHECK (amount > 0),
  unit TEXT NOT NULL CHECK (unit <> ''),
  name_sealed {blob},
  phone_sealed {blob},
  phone_hash {blob},
  note_sealed {blob},
  on_day TEXT,
  brings {bool} NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('link', 'desk')),
  written_by {uuid} REFERENCES account(id),
  token_hash {blob} NOT NULL UNIQUE,
  decline TEXT CHECK (decline IN ('enough', 'no_room', 'not_fit', 'other')),
  answer_sealed {blob},
  answered_by {uuid} REFERENCES account(id),
  answered_at {moment},
  made_at {moment} NOT NULL,
  version {int} NOT NULL DEFAULT 1,
  UNIQUE (id, community_id),
  CHECK ((state = 'declined') = (decline IS NOT NULL)),
  CHECK ((state IN ('accepted', 'declined', 'received')) = (answered_by IS NOT NULL)),
  CHECK ((channel = 'desk') = (written_by IS NOT NULL))
) {strict};
CREATE INDEX donation_here ON donation(community_id, state, made_at);
CREATE INDEX donation_phone ON donation(community_id, phone_hash) WHERE phone_hash IS NOT NULL;

-- As it came, then drawn anew by a program beside the server; the picture alone is shown.
CREATE TABLE donation_photo (
  donation_id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL,
  raw_sealed {blob},
  image_sealed {blob},
  FOREIGN KEY (donation_id, community_id) REFERENCES donation(id, community_id)
) {strict};
CREATE INDEX donation_photo_raw ON donation_photo(donation_id) WHERE raw_sealed IS NOT NULL;

-- What came of it: moves out of the world of donors.
CREATE TABLE donation_move (
  move_id {uuid} PRIMARY KEY REFERENCES goods_move(id),
  donation_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  FOREIGN KEY (donation_id, community_id) REFERENCES donation(id, community_id)
) {strict};
CREATE INDEX donation_move_of ON donation_move(donation_id);

-- A lot of a donation is its own, so that what a donor gave can be followed to the doors.
ALTER TABLE goods_lot ADD COLUMN donation_id {uuid} REFERENCES donation(id);
DROP INDEX goods_lot_once;
DROP INDEX goods_lot_plain;
CREATE UNIQUE INDEX goods_lot_once ON goods_lot(item_id, coalesce(expiry, ''), coalesce(donation_id, item_id));
ALTER TABLE distribution ADD COLUMN donation_id {uuid} REFERENCES donation(id);

-- Who looked at whose name: donations have some too.
DROP INDEX happening_looks;
CREATE INDEX happening_looks ON happening(community_id, received_at)
  WHERE kind IN ('account.revealed', 'donation.revealed', 'need.revealed', 'order.revealed', 'resident.revealed', 'phones.taken');
