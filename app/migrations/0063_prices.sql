-- What each item cost and how much of it came on the market, day by day, and what was said of that day before it was corrected.

-- `fen`: of one unit. Blank: nobody said, which is no zero. `at`: when it was pressed, `by_id` by whom.
CREATE TABLE goods_price (
  community_id {uuid} NOT NULL REFERENCES community(id),
  day TEXT NOT NULL,
  item_id {uuid} NOT NULL,
  fen {int} CHECK (fen > 0),
  volume {int} CHECK (volume >= 0),
  by_id {uuid} NOT NULL REFERENCES account(id),
  at {moment} NOT NULL,
  received_at {moment} NOT NULL,
  PRIMARY KEY (community_id, day, item_id),
  FOREIGN KEY (item_id, community_id) REFERENCES goods_item(id, community_id)
) {strict};
CREATE INDEX goods_price_item ON goods_price(community_id, item_id, day);
CREATE INDEX goods_price_heard ON goods_price(community_id, received_at);

CREATE TABLE goods_price_past (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  day TEXT NOT NULL,
  item_id {uuid} NOT NULL,
  fen {int} CHECK (fen > 0),
  volume {int} CHECK (volume >= 0),
  by_id {uuid} NOT NULL REFERENCES account(id),
  at {moment} NOT NULL,
  FOREIGN KEY (item_id, community_id) REFERENCES goods_item(id, community_id)
) {strict};
CREATE INDEX goods_price_past_item ON goods_price_past(community_id, item_id, day, at);

-- sqlite:
CREATE TRIGGER goods_price_past_fixed BEFORE UPDATE ON goods_price_past BEGIN SELECT RAISE(ABORT, 'what was said is a fact: it is never changed'); END;
-- sqlite:
CREATE TRIGGER goods_price_past_kept BEFORE DELETE ON goods_price_past BEGIN SELECT RAISE(ABORT, 'what was said is a fact: it is never deleted'); END;
-- postgres:
CREATE TRIGGER goods_price_past_fixed BEFORE UPDATE ON goods_price_past FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER goods_price_past_kept BEFORE DELETE ON goods_price_past FOR EACH ROW EXECUTE FUNCTION handover_fact();
