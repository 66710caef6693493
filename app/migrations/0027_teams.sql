-- Who belongs to a team, and the way into it: a link that its lead shows.
CREATE TABLE team_member (
  id {uuid} PRIMARY KEY,
  team_id {uuid} NOT NULL REFERENCES team(id),
  account_id {uuid} NOT NULL REFERENCES account(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  joined_at {moment} NOT NULL,
  left_at {moment},
  left_by {uuid} REFERENCES account(id),
  CHECK ((left_at IS NULL) = (left_by IS NULL))
) {strict};
CREATE UNIQUE INDEX team_member_now ON team_member(team_id, account_id) WHERE left_at IS NULL;
CREATE INDEX team_member_account ON team_member(account_id) WHERE left_at IS NULL;

CREATE TABLE team_link (
  id {uuid} PRIMARY KEY,
  team_id {uuid} NOT NULL REFERENCES team(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  token_hash {blob} NOT NULL UNIQUE,
  made_at {moment} NOT NULL,
  made_by {uuid} REFERENCES account(id),
  ended_at {moment}
) {strict};
CREATE UNIQUE INDEX team_link_open ON team_link(team_id) WHERE ended_at IS NULL;
