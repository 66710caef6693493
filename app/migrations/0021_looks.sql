-- Who looked at whose name or phone: by community for those who answer for it, by person for those who look.
CREATE INDEX happening_looks ON happening(community_id, received_at)
  WHERE kind IN ('account.revealed', 'need.revealed', 'resident.revealed', 'phones.taken');
