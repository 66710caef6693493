-- What happened is a chain in each community: every row keeps its number and a keyed hash over itself and the row before.
ALTER TABLE happening ADD COLUMN link {int} CHECK (link > 0);
ALTER TABLE happening ADD COLUMN link_hash {blob};
CREATE UNIQUE INDEX happening_link ON happening(community_id, link) WHERE link IS NOT NULL;
CREATE UNIQUE INDEX happening_link_of_none ON happening(link) WHERE community_id IS NULL;
