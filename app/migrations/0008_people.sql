-- A session that a shown link started may set a password without the old one, for a while.
ALTER TABLE session ADD COLUMN linked_at {moment};

ALTER TABLE team ADD COLUMN version {int} NOT NULL DEFAULT 0;

-- Somebody in charge has seen the certificate. Giving the skill up takes this with it.
CREATE TABLE skill_vouched (
  account_id {uuid} NOT NULL,
  skill TEXT NOT NULL,
  at {moment} NOT NULL,
  by {uuid} NOT NULL REFERENCES account(id),
  PRIMARY KEY (account_id, skill),
  FOREIGN KEY (account_id, skill) REFERENCES account_skill(account_id, skill) ON DELETE CASCADE
) {strict};
