-- What has been counted since is asked with every move.
CREATE INDEX goods_count_done ON goods_count(lot_id, second_at) WHERE second_at IS NOT NULL;
