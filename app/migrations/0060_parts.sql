-- What a distribution takes out of the stock for each household, and out of which hub.
CREATE TABLE distribution_part (
  distribution_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  item_id {uuid} NOT NULL,
  quantity {int} NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (distribution_id, item_id),
  FOREIGN KEY (distribution_id, community_id) REFERENCES distribution(id, community_id),
  FOREIGN KEY (item_id, community_id) REFERENCES goods_item(id, community_id)
) {strict};
ALTER TABLE distribution ADD COLUMN hub_id {uuid} REFERENCES goods_place(id);
