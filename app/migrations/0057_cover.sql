-- How long the stock lasts: from when a community is warned, what was warned of last, and who sent what arrives.

-- `red` and `amber`: days of cover under which a light turns; of a price and a volume: per cent by which they may move. `looked_at`: when
-- the lights were last worked out.
CREATE TABLE goods_rule (
  community_id {uuid} PRIMARY KEY REFERENCES community(id),
  red {int} NOT NULL DEFAULT 2 CHECK (red BETWEEN 1 AND 60),
  amber {int} NOT NULL DEFAULT 5 CHECK (amber BETWEEN 1 AND 90),
  price_amber {int} NOT NULL DEFAULT 15 CHECK (price_amber BETWEEN 1 AND 500),
  price_red {int} NOT NULL DEFAULT 30 CHECK (price_red BETWEEN 1 AND 500),
  drop_amber {int} NOT NULL DEFAULT 30 CHECK (drop_amber BETWEEN 1 AND 100),
  drop_red {int} NOT NULL DEFAULT 50 CHECK (drop_red BETWEEN 1 AND 100),
  looked_at {moment},
  CHECK (amber >= red AND price_red >= price_amber AND drop_red >= drop_amber)
) {strict};

-- An item's own, instead of its community's.
CREATE TABLE goods_item_rule (
  item_id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL,
  red {int} NOT NULL CHECK (red BETWEEN 1 AND 60),
  amber {int} NOT NULL CHECK (amber BETWEEN 1 AND 90),
  FOREIGN KEY (item_id, community_id) REFERENCES goods_item(id, community_id),
  CHECK (amber >= red)
) {strict};

-- What is lit, as it was last told. No row: nothing to warn of.
CREATE TABLE goods_light (
  community_id {uuid} NOT NULL,
  item_id {uuid} NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('cover', 'price', 'volume')),
  tone TEXT NOT NULL CHECK (tone IN ('watch', 'alarm')),
  since {moment} NOT NULL,
  PRIMARY KEY (community_id, item_id, what),
  FOREIGN KEY (item_id, community_id) REFERENCES goods_item(id, community_id)
) {strict};

-- What went out of the last days is asked for by when it went.
CREATE INDEX goods_move_when ON goods_move(community_id, at);
