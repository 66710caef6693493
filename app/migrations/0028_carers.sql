-- Carers: who looks after the people behind a door. Asked first (`from_at` none) or named at once; a rank has one person.
CREATE TABLE carer (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  household_id {uuid} NOT NULL REFERENCES household(id),
  account_id {uuid} NOT NULL REFERENCES account(id),
  rank TEXT NOT NULL CHECK (rank IN ('first', 'second', 'night')),
  asked_by {uuid} NOT NULL REFERENCES account(id),
  asked_at {moment} NOT NULL,
  from_at {moment},
  ended_at {moment},
  ended_by {uuid} REFERENCES account(id),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) {strict};
CREATE UNIQUE INDEX carer_rank ON carer(household_id, rank) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX carer_once ON carer(household_id, account_id) WHERE ended_at IS NULL;
CREATE INDEX carer_hers ON carer(account_id) WHERE ended_at IS NULL;
CREATE INDEX carer_community ON carer(community_id) WHERE ended_at IS NULL;

-- How many households are too many for one person; 12 where nothing is set.
CREATE TABLE carer_setting (
  community_id {uuid} PRIMARY KEY REFERENCES community(id),
  most {int} NOT NULL CHECK (most BETWEEN 1 AND 200)
) {strict};
