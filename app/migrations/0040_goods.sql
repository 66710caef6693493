-- Goods as double entry: every change is a move of one lot from one place to another. What lies where is the sum of the moves.

-- What can lie in a hub. `kind` is its group on pages; fresh goods and medicine have an expiry on every lot.
CREATE TABLE goods_item (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  name TEXT NOT NULL CHECK (name <> ''),
  unit TEXT NOT NULL CHECK (unit <> ''),
  kind TEXT NOT NULL CHECK (kind IN ('food', 'medicine', 'other')),
  expires {bool} NOT NULL,
  version {int} NOT NULL DEFAULT 1,
  UNIQUE (community_id, name),
  UNIQUE (id, community_id),
  UNIQUE (id, expires),
  CHECK (kind <> 'medicine' OR expires = {true})
) {strict};

-- A hub, a shelf of it, or what stands for the world outside: where goods come from, where they go, and the difference that a count found.
CREATE TABLE goods_place (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  kind TEXT NOT NULL CHECK (kind IN ('supplier', 'donor', 'hub', 'shelf', 'transit', 'run', 'parcel', 'household', 'waste', 'difference')),
  name TEXT NOT NULL,
  hub_id {uuid} REFERENCES goods_place(id),
  UNIQUE (id, kind),
  UNIQUE (id, community_id),
  CHECK ((kind = 'shelf') = (hub_id IS NOT NULL)),
  CHECK (kind NOT IN ('hub', 'shelf') OR name <> '')
) {strict};
CREATE UNIQUE INDEX goods_place_once ON goods_place(community_id, kind, name) WHERE hub_id IS NULL;
CREATE UNIQUE INDEX goods_shelf_once ON goods_place(hub_id, name) WHERE hub_id IS NOT NULL;

CREATE TABLE goods_lot (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  item_id {uuid} NOT NULL,
  expires {bool} NOT NULL,
  expiry TEXT,
  UNIQUE (id, community_id),
  FOREIGN KEY (item_id, community_id) REFERENCES goods_item(id, community_id),
  FOREIGN KEY (item_id, expires) REFERENCES goods_item(id, expires),
  CHECK ((expires = {true}) = (expiry IS NOT NULL))
) {strict};
CREATE UNIQUE INDEX goods_lot_once ON goods_lot(item_id, expiry) WHERE expiry IS NOT NULL;
CREATE UNIQUE INDEX goods_lot_plain ON goods_lot(item_id) WHERE expiry IS NULL;

-- Never changed, never deleted. `mark` is `beyond` where something was given out that the book did not have. A move is undone by its
-- exact opposite, once.
CREATE TABLE goods_move (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  lot_id {uuid} NOT NULL,
  from_id {uuid} NOT NULL,
  to_id {uuid} NOT NULL,
  quantity {int} NOT NULL CHECK (quantity > 0),
  why TEXT NOT NULL CHECK (why IN ('received', 'donated', 'shelved', 'issued', 'sent', 'arrived', 'short', 'counted', 'wasted', 'undone')),
  reason TEXT CHECK (reason IN ('broken', 'spoiled', 'expired', 'missing', 'found', 'miscounted', 'other')),
  mark TEXT CHECK (mark IN ('beyond')),
  undoes {uuid} UNIQUE,
  by_id {uuid} NOT NULL REFERENCES account(id),
  at {moment} NOT NULL,
  received_at {moment} NOT NULL,
  act TEXT,
  UNIQUE (id, lot_id, quantity, from_id, to_id),
  FOREIGN KEY (lot_id, community_id) REFERENCES goods_lot(id, community_id),
  FOREIGN KEY (from_id, community_id) REFERENCES goods_place(id, community_id),
  FOREIGN KEY (to_id, community_id) REFERENCES goods_place(id, community_id),
  FOREIGN KEY (undoes, lot_id, quantity, to_id, from_id) REFERENCES goods_move(id, lot_id, quantity, from_id, to_id),
  CHECK (from_id <> to_id),
  CHECK ((why = 'undone') = (undoes IS NOT NULL)),
  CHECK (why NOT IN ('counted', 'wasted', 'short') OR reason IS NOT NULL)
) {strict};
CREATE INDEX goods_move_here ON goods_move(community_id, id);
CREATE INDEX goods_move_lot ON goods_move(lot_id, received_at);

-- The sum of the moves, written by the database itself with each of them. Only what stands for the world outside goes below zero.
CREATE TABLE goods_balance (
  place_id {uuid} NOT NULL,
  lot_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL REFERENCES community(id),
  kind TEXT NOT NULL,
  quantity {int} NOT NULL,
  PRIMARY KEY (place_id, lot_id),
  FOREIGN KEY (place_id, kind) REFERENCES goods_place(id, kind),
  FOREIGN KEY (lot_id, community_id) REFERENCES goods_lot(id, community_id),
  CHECK (quantity >= 0 OR kind IN ('supplier', 'donor', 'difference'))
) {strict};
CREATE INDEX goods_balance_there ON goods_balance(community_id, lot_id) WHERE quantity > 0;

-- On its way between two hubs until somebody at the other end says how many came.
CREATE TABLE goods_transfer (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  lot_id {uuid} NOT NULL,
  from_id {uuid} NOT NULL,
  to_id {uuid} NOT NULL,
  quantity {int} NOT NULL CHECK (quantity > 0),
  sent_by {uuid} NOT NULL REFERENCES account(id),
  sent_at {moment} NOT NULL,
  arrived {int} CHECK (arrived >= 0),
  arrived_by {uuid} REFERENCES account(id),
  arrived_at {moment},
  reason TEXT CHECK (reason IN ('broken', 'spoiled', 'expired', 'missing', 'found', 'miscounted', 'other')),
  FOREIGN KEY (lot_id, community_id) REFERENCES goods_lot(id, community_id),
  FOREIGN KEY (from_id, community_id) REFERENCES goods_place(id, community_id),
  FOREIGN KEY (to_id, community_id) REFERENCES goods_place(id, community_id),
  CHECK (from_id <> to_id),
  CHECK ((arrived IS NULL) = (arrived_by IS NULL) AND (arrived IS NULL) = (arrived_at IS NULL)),
  CHECK (arrived IS NULL OR arrived = quantity OR reason IS NOT NULL)
) {strict};
CREATE INDEX goods_transfer_open ON goods_transfer(to_id) WHERE arrived IS NULL;

-- A lot in a place is counted twice, by two persons; each count keeps what the book said then. Every difference has its reason.
CREATE TABLE goods_count (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  place_id {uuid} NOT NULL,
  lot_id {uuid} NOT NULL,
  first {int} NOT NULL CHECK (first >= 0),
  first_book {int} NOT NULL,
  first_by {uuid} NOT NULL REFERENCES account(id),
  first_at {moment} NOT NULL,
  second {int} CHECK (second >= 0),
  second_book {int},
  second_by {uuid} REFERENCES account(id),
  second_at {moment},
  reason TEXT CHECK (reason IN ('broken', 'spoiled', 'expired', 'missing', 'found', 'miscounted', 'other')),
  FOREIGN KEY (lot_id, community_id) REFERENCES goods_lot(id, community_id),
  FOREIGN KEY (place_id, community_id) REFERENCES goods_place(id, community_id),
  CHECK (second_by IS NULL OR second_by <> first_by),
  CHECK ((second IS NULL) = (second_by IS NULL) AND (second IS NULL) = (second_at IS NULL) AND (second IS NULL) = (second_book IS NULL)),
  CHECK (second IS NULL OR (second = second_book AND first = first_book) OR reason IS NOT NULL)
) {strict};
CREATE UNIQUE INDEX goods_count_open ON goods_count(place_id, lot_id) WHERE second IS NULL;

-- sqlite:
CREATE TRIGGER goods_move_kept BEFORE DELETE ON goods_move BEGIN SELECT RAISE(ABORT, 'a move is a fact: it is never deleted'); END;
-- sqlite:
CREATE TRIGGER goods_move_fixed BEFORE UPDATE ON goods_move BEGIN SELECT RAISE(ABORT, 'a move is a fact: it is never changed'); END;
-- sqlite:
CREATE TRIGGER goods_move_booked AFTER INSERT ON goods_move BEGIN
  INSERT INTO goods_balance(place_id, lot_id, community_id, kind, quantity) SELECT id, NEW.lot_id, NEW.community_id, kind, 0 FROM goods_place WHERE id IN (NEW.from_id, NEW.to_id) ON CONFLICT DO NOTHING;
  UPDATE goods_balance SET quantity = quantity + CASE place_id WHEN NEW.to_id THEN NEW.quantity ELSE -NEW.quantity END WHERE lot_id = NEW.lot_id AND place_id IN (NEW.from_id, NEW.to_id);
END;
-- postgres:
CREATE TRIGGER goods_move_kept BEFORE DELETE ON goods_move FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER goods_move_fixed BEFORE UPDATE ON goods_move FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE FUNCTION goods_booked() RETURNS trigger LANGUAGE plpgsql AS $$ declare one uuid; begin foreach one in array array[least(NEW.from_id, NEW.to_id), greatest(NEW.from_id, NEW.to_id)] loop insert into goods_balance(place_id, lot_id, community_id, kind, quantity) select id, NEW.lot_id, NEW.community_id, kind, 0 from goods_place where id = one on conflict do nothing; update goods_balance set quantity = quantity + case when one = NEW.to_id then NEW.quantity else -NEW.quantity end where lot_id = NEW.lot_id and place_id = one; end loop; return null; end $$;
-- postgres:
CREATE TRIGGER goods_move_booked AFTER INSERT ON goods_move FOR EACH ROW EXECUTE FUNCTION goods_booked();
