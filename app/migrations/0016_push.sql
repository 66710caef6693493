-- What is said to people finds its way to them: the inbox's rows are the outbox of push, SMS and paper.
ALTER TABLE message ADD COLUMN kind TEXT NOT NULL DEFAULT 'own' CHECK (kind IN ('call', 'own', 'desk', 'notice'));
ALTER TABLE message ADD COLUMN urgent {bool} NOT NULL DEFAULT {false};
ALTER TABLE message ADD COLUMN until_at {moment};
ALTER TABLE message ADD COLUMN tag TEXT;
ALTER TABLE message ADD COLUMN spread_at {moment};
UPDATE message SET spread_at = at;
CREATE INDEX message_to_spread ON message(id) WHERE spread_at IS NULL;
CREATE INDEX message_tag ON message(community_id, tag) WHERE spread_at IS NULL AND tag IS NOT NULL;

-- A device that wants to be told: a person's, alive only while its session is, or that of a resident who follows one request.
-- Endpoint and keys are sealed under the person's key, or the request's. `ended_for`: why nothing goes there any more.
CREATE TABLE subscription (
  id {uuid} PRIMARY KEY,
  account_id {uuid} REFERENCES account(id),
  need_id {uuid} REFERENCES need(id),
  community_id {uuid} REFERENCES community(id),
  session_id {uuid} REFERENCES session(id),
  device TEXT NOT NULL DEFAULT '',
  key_id {uuid} NOT NULL,
  endpoint_sealed {blob} NOT NULL,
  keys_sealed {blob} NOT NULL,
  endpoint_hash {blob} NOT NULL,
  origin TEXT NOT NULL CHECK (origin <> ''),
  lang TEXT NOT NULL CHECK (lang IN ('zh', 'en')),
  made_at {moment} NOT NULL,
  seen_at {moment} NOT NULL,
  ended_at {moment},
  ended_for TEXT CHECK (ended_for IN ('signed_out', 'replaced', 'dead', 'session', 'withdrawn')),
  CHECK ((account_id IS NULL) <> (need_id IS NULL)),
  CHECK ((account_id IS NULL) = (session_id IS NULL)),
  CHECK ((need_id IS NULL) = (community_id IS NULL)),
  CHECK ((ended_at IS NULL) = (ended_for IS NULL))
) {strict};
-- A person's phone tells one account; the same phone may follow several requests.
CREATE UNIQUE INDEX subscription_endpoint ON subscription(endpoint_hash) WHERE ended_at IS NULL AND account_id IS NOT NULL;
CREATE UNIQUE INDEX subscription_followed ON subscription(need_id, endpoint_hash) WHERE ended_at IS NULL AND need_id IS NOT NULL;
CREATE INDEX subscription_account ON subscription(account_id) WHERE ended_at IS NULL;
CREATE INDEX subscription_need ON subscription(need_id) WHERE ended_at IS NULL AND need_id IS NOT NULL;
CREATE INDEX subscription_session ON subscription(session_id) WHERE ended_at IS NULL;

-- How a person wants to be told. No row: push first, no SMS, no quiet hours, every kind.
CREATE TABLE telling (
  account_id {uuid} PRIMARY KEY REFERENCES account(id),
  ways TEXT NOT NULL DEFAULT 'push,sms' CHECK (ways IN ('push,sms', 'sms,push')),
  sms {bool} NOT NULL DEFAULT {false},
  quiet_from {int} CHECK (quiet_from BETWEEN 0 AND 1439),
  quiet_until {int} CHECK (quiet_until BETWEEN 0 AND 1439),
  off TEXT NOT NULL DEFAULT '',
  last_way TEXT CHECK (last_way IN ('push', 'sms', 'paper')),
  last_reached_at {moment},
  CHECK ((quiet_from IS NULL) = (quiet_until IS NULL)),
  CHECK (quiet_from IS NULL OR quiet_from <> quiet_until),
  CHECK ((last_way IS NULL) = (last_reached_at IS NULL))
) {strict};

-- A community's robot in a group chat. Its address is a secret: whoever has it can write there; its name may be anybody's.
CREATE TABLE robot (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  name_sealed {blob} NOT NULL,
  chat TEXT NOT NULL CHECK (chat IN ('wecom', 'dingtalk', 'feishu', 'plain')),
  key_id {uuid} NOT NULL,
  address_sealed {blob} NOT NULL,
  origin TEXT NOT NULL CHECK (origin <> ''),
  made_by {uuid} NOT NULL REFERENCES account(id),
  made_at {moment} NOT NULL,
  ended_at {moment},
  ended_by {uuid} REFERENCES account(id),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) {strict};
CREATE INDEX robot_community ON robot(community_id) WHERE ended_at IS NULL;

-- Hosts that somebody in charge added to the list of push services and chat robots that may be written to.
CREATE TABLE push_host (
  id {uuid} PRIMARY KEY,
  host TEXT NOT NULL CHECK (host <> '' AND host = lower(host)),
  made_by {uuid} NOT NULL REFERENCES account(id),
  made_at {moment} NOT NULL,
  ended_at {moment},
  ended_by {uuid} REFERENCES account(id),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) {strict};
CREATE UNIQUE INDEX push_host_open ON push_host(host) WHERE ended_at IS NULL;

-- One line to one device or address. `lane` is what is paused together: a push service, a robot's host, the gateway.
-- `message_id` is blank for a robot's and a resident's; `shown_at` is when the phone itself said that it showed it.
CREATE TABLE carrying (
  id {uuid} PRIMARY KEY,
  message_id {uuid} REFERENCES message(id),
  account_id {uuid} REFERENCES account(id),
  community_id {uuid},
  way TEXT NOT NULL CHECK (way IN ('push', 'robot', 'sms', 'paper')),
  subscription_id {uuid} REFERENCES subscription(id),
  robot_id {uuid} REFERENCES robot(id),
  lane TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'own' CHECK (kind IN ('call', 'own', 'desk', 'notice', 'test')),
  words TEXT NOT NULL,
  params TEXT NOT NULL DEFAULT '{}',
  path TEXT,
  lang TEXT NOT NULL CHECK (lang IN ('zh', 'en')),
  urgent {bool} NOT NULL DEFAULT {false},
  withdraw {bool} NOT NULL DEFAULT {false},
  tag TEXT,
  made_at {moment} NOT NULL,
  due_at {moment} NOT NULL,
  until_at {moment} NOT NULL,
  tries {int} NOT NULL DEFAULT 0 CHECK (tries >= 0),
  lease_until {moment},
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'carried', 'over', 'dropped')),
  ended_at {moment},
  shown_at {moment},
  CHECK ((way = 'push') = (subscription_id IS NOT NULL)),
  CHECK ((way = 'robot') = (robot_id IS NOT NULL)),
  CHECK (way NOT IN ('sms', 'paper') OR account_id IS NOT NULL),
  CHECK ((state = 'waiting') = (ended_at IS NULL)),
  CHECK (state = 'waiting' OR lease_until IS NULL)
) {strict};
CREATE UNIQUE INDEX carrying_once ON carrying(message_id, way, coalesce(subscription_id, message_id)) WHERE message_id IS NOT NULL;
CREATE INDEX carrying_waiting ON carrying(due_at) WHERE state = 'waiting';
CREATE INDEX carrying_lane ON carrying(lane, due_at) WHERE state = 'waiting';
CREATE INDEX carrying_account ON carrying(account_id, ended_at);
CREATE INDEX carrying_tag ON carrying(community_id, tag) WHERE tag IS NOT NULL;
CREATE INDEX carrying_paper ON carrying(community_id, until_at) WHERE way = 'paper' AND state = 'waiting';
CREATE INDEX carrying_robot ON carrying(robot_id, id) WHERE robot_id IS NOT NULL;
CREATE INDEX carrying_subscription ON carrying(subscription_id) WHERE state = 'waiting';

-- Every try and what came of it.
CREATE TABLE attempt (
  id {uuid} PRIMARY KEY,
  carrying_id {uuid} NOT NULL REFERENCES carrying(id),
  at {moment} NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('carried', 'nothing', 'later', 'never')),
  code TEXT NOT NULL DEFAULT '',
  ms {int} NOT NULL DEFAULT 0
) {strict};
CREATE INDEX attempt_carrying ON attempt(carrying_id);
