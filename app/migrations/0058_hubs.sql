-- Mends of the hub: who says that a transfer came, a first count taken back.

-- `alone`: who sent it also said that it came, since nobody else could.
ALTER TABLE goods_transfer ADD COLUMN alone {bool} NOT NULL DEFAULT {false};

ALTER TABLE goods_count ADD COLUMN taken_back_at {moment};
DROP INDEX goods_count_open;
CREATE UNIQUE INDEX goods_count_open ON goods_count(place_id, lot_id) WHERE second IS NULL AND taken_back_at IS NULL;
