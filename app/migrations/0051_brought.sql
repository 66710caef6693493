-- What was ordered is brought as a distribution: its doors are those that ordered, what each gets stands in its order.
ALTER TABLE distribution ADD COLUMN offer_id {uuid} REFERENCES offer(id);
CREATE UNIQUE INDEX distribution_offer ON distribution(offer_id) WHERE offer_id IS NOT NULL;

-- Who looked at whose name: orders have some too.
DROP INDEX happening_looks;
CREATE INDEX happening_looks ON happening(community_id, received_at)
  WHERE kind IN ('account.revealed', 'need.revealed', 'order.revealed', 'resident.revealed', 'phones.taken');
