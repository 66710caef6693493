-- Packs that households order until a cut-off. Plain: packs, amounts, doors, times. Sealed: who ordered, her phone, what she must not eat, her note.

-- `price` in fen, nothing for what is free. `holds`: what is in it that some may not eat, as codes with blanks between.
CREATE TABLE pack (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  name TEXT NOT NULL CHECK (name <> ''),
  contents TEXT NOT NULL,
  price {int} NOT NULL CHECK (price >= 0),
  holds TEXT NOT NULL,
  ended_at {moment},
  version {int} NOT NULL DEFAULT 1,
  UNIQUE (community_id, name),
  UNIQUE (id, community_id)
) {strict};

-- What one pack takes out of the stock. A pack that is bought ready has none.
CREATE TABLE pack_item (
  pack_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  item_id {uuid} NOT NULL,
  quantity {int} NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (pack_id, item_id),
  FOREIGN KEY (pack_id, community_id) REFERENCES pack(id, community_id),
  FOREIGN KEY (item_id, community_id) REFERENCES goods_item(id, community_id)
) {strict};

-- `grace`: minutes after the cut-off in which what was pressed before it may still arrive by itself. `fair`: one of each pack for a
-- household first; what else was wished for is given at the cut-off, as long as there is any. `frozen_at`: the lists are made, nothing
-- changes by itself any more.
CREATE TABLE offer (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  number {int} NOT NULL CHECK (number > 0),
  title TEXT NOT NULL CHECK (title <> ''),
  opens_at {moment} NOT NULL,
  cut_off_at {moment} NOT NULL,
  grace {int} NOT NULL CHECK (grace BETWEEN 0 AND 720),
  brought_on TEXT NOT NULL,
  fair {bool} NOT NULL,
  made_by {uuid} NOT NULL REFERENCES account(id),
  made_at {moment} NOT NULL,
  frozen_by {uuid} REFERENCES account(id),
  frozen_at {moment},
  called_off_by {uuid} REFERENCES account(id),
  called_off_at {moment},
  version {int} NOT NULL DEFAULT 1,
  UNIQUE (community_id, number),
  UNIQUE (id, community_id),
  CHECK (cut_off_at > opens_at),
  CHECK ((called_off_at IS NULL) = (called_off_by IS NULL)),
  CHECK (frozen_by IS NULL OR frozen_at IS NOT NULL),
  CHECK (called_off_at IS NULL OR frozen_at IS NULL)
) {strict};
CREATE INDEX offer_open ON offer(community_id, cut_off_at);

-- Without a row the offer is for the whole community.
CREATE TABLE offer_building (
  offer_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  building_id {uuid} NOT NULL REFERENCES building(id),
  PRIMARY KEY (offer_id, building_id),
  FOREIGN KEY (offer_id, community_id) REFERENCES offer(id, community_id)
) {strict};

-- `letter`: as people write it in a chat group. `most`: how many there are, nothing where more can be bought. `taken` is the sum of the
-- orders' lines, written by the database itself with each of them; `closed` what it was when the lists were made. `instead`: what may come
-- where this one falls short.
CREATE TABLE offer_pack (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL,
  offer_id {uuid} NOT NULL,
  pack_id {uuid} NOT NULL,
  letter TEXT NOT NULL CHECK (length(letter) = 1),
  price {int} NOT NULL CHECK (price >= 0),
  most {int} CHECK (most >= 0),
  each_most {int} NOT NULL CHECK (each_most BETWEEN 1 AND 20),
  taken {int} NOT NULL DEFAULT 0,
  closed {int},
  instead {uuid},
  UNIQUE (offer_id, letter),
  UNIQUE (offer_id, pack_id),
  UNIQUE (id, offer_id, each_most),
  UNIQUE (id, offer_id),
  FOREIGN KEY (offer_id, community_id) REFERENCES offer(id, community_id),
  FOREIGN KEY (pack_id, community_id) REFERENCES pack(id, community_id),
  FOREIGN KEY (instead, offer_id) REFERENCES offer_pack(id, offer_id),
  CHECK (taken >= 0),
  CHECK (most IS NULL OR taken <= most),
  CHECK (closed IS NULL OR taken <= closed),
  CHECK (instead IS NULL OR instead <> id)
) {strict};

-- One for a door and offer, whoever wrote it. Taken back: a row without packs.
CREATE TABLE household_order (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  offer_id {uuid} NOT NULL,
  number {int} NOT NULL CHECK (number > 0),
  household_id {uuid} NOT NULL REFERENCES household(id),
  building_id {uuid} NOT NULL REFERENCES building(id),
  unit {int} NOT NULL,
  floor {int} NOT NULL,
  door {int} NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('link', 'steward', 'chain')),
  written_by {uuid} REFERENCES account(id),
  key_id {uuid},
  name_sealed {blob},
  phone_sealed {blob},
  phone_hash {blob},
  note_sealed {blob},
  avoids_sealed {blob},
  instead {bool} NOT NULL,
  token_hash {blob} NOT NULL UNIQUE,
  made_at {moment} NOT NULL,
  touched_at {moment} NOT NULL,
  taken_back_at {moment},
  version {int} NOT NULL DEFAULT 1,
  UNIQUE (offer_id, household_id),
  UNIQUE (community_id, number),
  UNIQUE (id, offer_id),
  FOREIGN KEY (offer_id, community_id) REFERENCES offer(id, community_id),
  CHECK (channel = 'link' OR written_by IS NOT NULL),
  CHECK ((phone_sealed IS NULL) = (phone_hash IS NULL)),
  CHECK (key_id IS NOT NULL OR (name_sealed IS NULL AND phone_sealed IS NULL AND note_sealed IS NULL AND avoids_sealed IS NULL))
) {strict};
CREATE INDEX household_order_walk ON household_order(offer_id, building_id, unit, floor, door);

-- `quantity`: hers for certain. `wished`: what she would have.
CREATE TABLE order_line (
  order_id {uuid} NOT NULL,
  offer_pack_id {uuid} NOT NULL,
  offer_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  quantity {int} NOT NULL CHECK (quantity >= 0),
  wished {int} NOT NULL,
  each_most {int} NOT NULL,
  PRIMARY KEY (order_id, offer_pack_id),
  FOREIGN KEY (order_id, offer_id) REFERENCES household_order(id, offer_id),
  FOREIGN KEY (offer_pack_id, offer_id, each_most) REFERENCES offer_pack(id, offer_id, each_most),
  CHECK (wished >= quantity AND wished <= each_most)
) {strict};
CREATE INDEX order_line_pack ON order_line(offer_pack_id);

-- What was pressed before the cut-off and came when the lists were made: somebody lets it in or turns it away. `wanted`: `A2 B1`; blank
-- where the order is to be taken back.
CREATE TABLE late_order (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL,
  offer_id {uuid} NOT NULL,
  order_id {uuid} NOT NULL,
  wanted TEXT NOT NULL,
  at {moment} NOT NULL,
  received_at {moment} NOT NULL,
  let_in {bool},
  decided_by {uuid} REFERENCES account(id),
  decided_at {moment},
  FOREIGN KEY (order_id, offer_id) REFERENCES household_order(id, offer_id),
  FOREIGN KEY (offer_id, community_id) REFERENCES offer(id, community_id),
  CHECK ((let_in IS NULL) = (decided_by IS NULL) AND (let_in IS NULL) = (decided_at IS NULL))
) {strict};
CREATE INDEX late_order_open ON late_order(offer_id) WHERE let_in IS NULL;

-- sqlite:
CREATE TRIGGER order_line_made AFTER INSERT ON order_line BEGIN UPDATE offer_pack SET taken = taken + NEW.quantity WHERE id = NEW.offer_pack_id; END;
-- sqlite:
CREATE TRIGGER order_line_changed AFTER UPDATE OF quantity ON order_line BEGIN UPDATE offer_pack SET taken = taken + NEW.quantity - OLD.quantity WHERE id = NEW.offer_pack_id; END;
-- sqlite:
CREATE TRIGGER order_line_kept BEFORE DELETE ON order_line BEGIN SELECT RAISE(ABORT, 'a line of an order is taken back, never deleted'); END;
-- sqlite:
CREATE TRIGGER order_line_fixed BEFORE UPDATE OF order_id, offer_pack_id, offer_id, community_id ON order_line BEGIN SELECT RAISE(ABORT, 'a line of an order stays where it is'); END;
-- sqlite:
CREATE TRIGGER household_order_kept BEFORE DELETE ON household_order BEGIN SELECT RAISE(ABORT, 'an order is taken back, never deleted'); END;
-- postgres:
CREATE FUNCTION order_line_summed() RETURNS trigger LANGUAGE plpgsql AS $$ begin update offer_pack set taken = taken + NEW.quantity - case when TG_OP = 'UPDATE' then OLD.quantity else 0 end where id = NEW.offer_pack_id; return null; end $$;
-- postgres:
CREATE TRIGGER order_line_made AFTER INSERT ON order_line FOR EACH ROW EXECUTE FUNCTION order_line_summed();
-- postgres:
CREATE TRIGGER order_line_changed AFTER UPDATE OF quantity ON order_line FOR EACH ROW EXECUTE FUNCTION order_line_summed();
-- postgres:
CREATE TRIGGER order_line_kept BEFORE DELETE ON order_line FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER order_line_fixed BEFORE UPDATE OF order_id, offer_pack_id, offer_id, community_id ON order_line FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER household_order_kept BEFORE DELETE ON household_order FOR EACH ROW EXECUTE FUNCTION handover_fact();
