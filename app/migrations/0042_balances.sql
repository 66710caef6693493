-- What has been counted since is asked with every move.
CREATE INDEX goods_count_done ON goods_count(lot_id, second_at) WHERE second_at IS NOT NULL;

-- A balance changes with a move and by no other hand: each change names the move that it is the sum's next part of.
ALTER TABLE goods_balance ADD COLUMN move_id {uuid} REFERENCES goods_move(id);

-- sqlite:
DROP TRIGGER goods_move_booked;
-- sqlite:
CREATE TRIGGER goods_move_booked AFTER INSERT ON goods_move BEGIN
  INSERT INTO goods_balance(place_id, lot_id, community_id, kind, quantity) SELECT id, NEW.lot_id, NEW.community_id, kind, 0 FROM goods_place WHERE id IN (NEW.from_id, NEW.to_id) ON CONFLICT DO NOTHING;
  UPDATE goods_balance SET quantity = quantity + CASE place_id WHEN NEW.to_id THEN NEW.quantity ELSE -NEW.quantity END, move_id = NEW.id WHERE lot_id = NEW.lot_id AND place_id IN (NEW.from_id, NEW.to_id);
END;
-- sqlite:
CREATE TRIGGER goods_balance_moved BEFORE UPDATE ON goods_balance
WHEN NEW.move_id IS OLD.move_id OR NEW.place_id <> OLD.place_id OR NEW.lot_id <> OLD.lot_id OR NEW.quantity - OLD.quantity IS NOT
  (SELECT CASE NEW.place_id WHEN to_id THEN quantity WHEN from_id THEN -quantity END FROM goods_move WHERE id = NEW.move_id AND lot_id = NEW.lot_id) BEGIN
  SELECT RAISE(ABORT, 'a balance is the sum of its moves: it is never edited');
END;
-- sqlite:
CREATE TRIGGER goods_balance_begun BEFORE INSERT ON goods_balance WHEN NEW.quantity <> 0 BEGIN SELECT RAISE(ABORT, 'a balance begins at nothing'); END;
-- sqlite:
CREATE TRIGGER goods_balance_kept BEFORE DELETE ON goods_balance BEGIN SELECT RAISE(ABORT, 'a balance is the sum of its moves: it is never deleted'); END;
-- postgres:
CREATE OR REPLACE FUNCTION goods_booked() RETURNS trigger LANGUAGE plpgsql AS $$ declare one uuid; begin foreach one in array array[least(NEW.from_id, NEW.to_id), greatest(NEW.from_id, NEW.to_id)] loop insert into goods_balance(place_id, lot_id, community_id, kind, quantity) select id, NEW.lot_id, NEW.community_id, kind, 0 from goods_place where id = one on conflict do nothing; update goods_balance set quantity = quantity + case when one = NEW.to_id then NEW.quantity else -NEW.quantity end, move_id = NEW.id where lot_id = NEW.lot_id and place_id = one; end loop; return null; end $$;
-- postgres:
CREATE FUNCTION goods_balance_moved() RETURNS trigger LANGUAGE plpgsql AS $$ begin if NEW.move_id is not distinct from OLD.move_id or NEW.place_id <> OLD.place_id or NEW.lot_id <> OLD.lot_id or NEW.quantity - OLD.quantity is distinct from (select case NEW.place_id when to_id then quantity when from_id then -quantity end from goods_move where id = NEW.move_id and lot_id = NEW.lot_id) then raise exception 'a balance is the sum of its moves: it is never edited' using errcode = 'integrity_constraint_violation'; end if; return NEW; end $$;
-- postgres:
CREATE TRIGGER goods_balance_moved BEFORE UPDATE ON goods_balance FOR EACH ROW EXECUTE FUNCTION goods_balance_moved();
-- postgres:
CREATE TRIGGER goods_balance_begun BEFORE INSERT ON goods_balance FOR EACH ROW WHEN (NEW.quantity <> 0) EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER goods_balance_kept BEFORE DELETE ON goods_balance FOR EACH ROW EXECUTE FUNCTION handover_fact();
