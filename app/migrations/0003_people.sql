-- Accounts belong to the installation, roles to a place. Names and phones are sealed under the account's own key.
CREATE TABLE organisation (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  name TEXT NOT NULL CHECK (name <> ''),
  UNIQUE (community_id, name)
) {strict};

CREATE TABLE account (
  id {uuid} PRIMARY KEY,
  key_id {uuid} NOT NULL,
  name_sealed {blob} NOT NULL,
  phone_sealed {blob},
  phone_hash {blob} UNIQUE,
  password_hash TEXT,
  lang TEXT NOT NULL DEFAULT 'zh' CHECK (lang IN ('zh', 'en')),
  made_at {moment} NOT NULL,
  suspended_at {moment},
  suspended_by {uuid} REFERENCES account(id),
  version {int} NOT NULL DEFAULT 0
) {strict};

CREATE TABLE membership (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  organisation_id {uuid} REFERENCES organisation(id),
  joined_at {moment} NOT NULL,
  vouched_at {moment},
  vouched_by {uuid} REFERENCES account(id),
  CHECK ((vouched_at IS NULL) = (vouched_by IS NULL)),
  UNIQUE (account_id, community_id)
) {strict};
CREATE INDEX membership_community ON membership(community_id, joined_at);

CREATE TABLE account_skill (
  account_id {uuid} NOT NULL REFERENCES account(id),
  skill TEXT NOT NULL,
  PRIMARY KEY (account_id, skill)
) {strict};

CREATE TABLE role (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account(id),
  role TEXT NOT NULL CHECK (role IN ('volunteer', 'steward', 'grid_lead', 'grid_deputy', 'dispatcher', 'operator', 'command', 'hub_keeper', 'guard')),
  community_id {uuid} REFERENCES community(id),
  place TEXT NOT NULL CHECK (place IN ('district', 'community', 'grid', 'building', 'unit', 'household')),
  place_id {uuid} NOT NULL,
  given_at {moment} NOT NULL,
  given_by {uuid} REFERENCES account(id),
  ended_at {moment},
  CHECK ((place = 'district') = (community_id IS NULL))
) {strict};
CREATE UNIQUE INDEX role_held ON role(account_id, role, place_id) WHERE ended_at IS NULL;
CREATE INDEX role_place ON role(place_id) WHERE ended_at IS NULL;
CREATE INDEX role_community ON role(community_id) WHERE ended_at IS NULL;

-- A right on one thing for as long as the thing is in these hands: a run, a task, later a pairing.
CREATE TABLE granted (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account(id),
  subject TEXT NOT NULL,
  subject_id {uuid} NOT NULL,
  given_at {moment} NOT NULL,
  ended_at {moment}
) {strict};
CREATE UNIQUE INDEX granted_open ON granted(account_id, subject_id) WHERE ended_at IS NULL;
CREATE INDEX granted_subject ON granted(subject_id) WHERE ended_at IS NULL;

CREATE TABLE session (
  id {uuid} PRIMARY KEY,
  token_hash {blob} NOT NULL UNIQUE,
  account_id {uuid} NOT NULL REFERENCES account(id),
  community_id {uuid} REFERENCES community(id),
  role TEXT,
  label TEXT NOT NULL,
  made_at {moment} NOT NULL,
  seen_at {moment} NOT NULL,
  expires_at {moment} NOT NULL,
  ended_at {moment}
) {strict};
CREATE INDEX session_account ON session(account_id) WHERE ended_at IS NULL;

CREATE TABLE sign_in_link (
  id {uuid} PRIMARY KEY,
  token_hash {blob} NOT NULL UNIQUE,
  account_id {uuid} NOT NULL REFERENCES account(id),
  made_by {uuid} REFERENCES account(id),
  made_at {moment} NOT NULL,
  expires_at {moment} NOT NULL,
  used_at {moment}
) {strict};

-- An open way in for volunteers; the token is derived, so that its poster can be shown again.
CREATE TABLE join_link (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  token_hash {blob} NOT NULL UNIQUE,
  made_at {moment} NOT NULL,
  made_by {uuid} REFERENCES account(id),
  ended_at {moment}
) {strict};
CREATE UNIQUE INDEX join_link_open ON join_link(community_id) WHERE ended_at IS NULL;

CREATE TABLE team (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  name TEXT NOT NULL CHECK (name <> ''),
  lead_id {uuid} REFERENCES account(id),
  UNIQUE (community_id, name)
) {strict};

CREATE TABLE presence (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  building_id {uuid} REFERENCES building(id),
  task_id {uuid},
  proof TEXT NOT NULL DEFAULT 'claimed' CHECK (proof IN ('claimed', 'strong')),
  since {moment} NOT NULL,
  until_at {moment},
  CHECK (until_at IS NULL OR until_at >= since)
) {strict};
CREATE UNIQUE INDEX presence_open ON presence(account_id) WHERE until_at IS NULL;
CREATE INDEX presence_community ON presence(community_id, since);

-- The in-app inbox. Words-key and parameters only: what it says names no resident.
CREATE TABLE message (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account(id),
  community_id {uuid},
  words TEXT NOT NULL,
  params TEXT NOT NULL DEFAULT '{}',
  path TEXT,
  at {moment} NOT NULL,
  read_at {moment}
) {strict};
CREATE INDEX message_account ON message(account_id, id);
CREATE INDEX message_unread ON message(account_id) WHERE read_at IS NULL;
