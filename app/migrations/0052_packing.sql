-- Who packs what for which door: one packer for a door, one door at a time for a packer.
CREATE TABLE packing (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  distribution_id {uuid} NOT NULL,
  run_id {uuid} NOT NULL,
  stop_id {uuid} NOT NULL,
  packer_id {uuid} NOT NULL REFERENCES account(id),
  hub_id {uuid},
  taken_at {moment} NOT NULL,
  done_at {moment},
  let_go_at {moment},
  FOREIGN KEY (distribution_id, community_id) REFERENCES distribution(id, community_id),
  FOREIGN KEY (run_id, community_id) REFERENCES run(id, community_id),
  FOREIGN KEY (stop_id, community_id) REFERENCES stop(id, community_id),
  FOREIGN KEY (hub_id, community_id) REFERENCES goods_place(id, community_id)
) {strict};
CREATE UNIQUE INDEX packing_stop ON packing(stop_id) WHERE let_go_at IS NULL;
CREATE UNIQUE INDEX packing_packer ON packing(packer_id) WHERE done_at IS NULL AND let_go_at IS NULL;
CREATE INDEX packing_run ON packing(run_id) WHERE done_at IS NOT NULL;

-- What was packed out of the stock: the move into the parcel, the one on to the household, the one back to the hub.
CREATE TABLE packed_goods (
  move_id {uuid} PRIMARY KEY REFERENCES goods_move(id),
  packing_id {uuid} NOT NULL REFERENCES packing(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  brought {uuid} UNIQUE REFERENCES goods_move(id),
  back {uuid} UNIQUE REFERENCES goods_move(id),
  CHECK (back IS NULL OR brought IS NULL)
) {strict};
CREATE INDEX packed_goods_of ON packed_goods(packing_id);
