-- What a phone says of its acts: by how much our clock was ahead of its own.
ALTER TABLE receipt ADD COLUMN offset_ms {int};

-- Acts that came and could not be understood: they left no receipt, but they are not missing and nobody waits for them.
CREATE TABLE unread_act (
  id TEXT PRIMARY KEY,
  device TEXT,
  seq {int},
  at {moment} NOT NULL
) {strict};
CREATE INDEX unread_act_device ON unread_act(device, seq);

-- Lets a phone's acts count for an account in a community, whoever is signed in by the time they come.
CREATE TABLE device_grant (
  id {uuid} PRIMARY KEY,
  token_hash {blob} NOT NULL UNIQUE,
  account_id {uuid} NOT NULL REFERENCES account(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  session_id {uuid} NOT NULL REFERENCES session(id),
  device TEXT NOT NULL CHECK (device <> ''),
  made_at {moment} NOT NULL,
  expires_at {moment} NOT NULL,
  revoked_at {moment}
) {strict};
CREATE UNIQUE INDEX device_grant_open ON device_grant(session_id, community_id, device) WHERE revoked_at IS NULL;
CREATE INDEX device_grant_account ON device_grant(account_id) WHERE revoked_at IS NULL;

-- Acts kept, sealed under the community's key, until the one before them comes (`after`) or a person decides (`revoked`).
CREATE TABLE held_act (
  act TEXT PRIMARY KEY REFERENCES receipt(id),
  account_id {uuid} NOT NULL REFERENCES account(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  reason TEXT NOT NULL CHECK (reason IN ('after', 'revoked')),
  after_act TEXT,
  body_sealed {blob},
  received_at {moment} NOT NULL,
  again_at {moment},
  flagged_at {moment},
  let_at {moment},
  let_by {uuid} REFERENCES account(id),
  CHECK (reason <> 'after' OR after_act IS NOT NULL),
  CHECK ((let_at IS NULL) = (let_by IS NULL))
) {strict};
CREATE INDEX held_act_after ON held_act(after_act);
CREATE INDEX held_act_community ON held_act(community_id, received_at);

-- Phones as they last spoke to us. `code` is what a caller reads out; `missing` is counted by the worker.
CREATE TABLE device (
  id {uuid} PRIMARY KEY,
  device TEXT NOT NULL UNIQUE CHECK (device <> ''),
  code TEXT NOT NULL UNIQUE,
  account_id {uuid} NOT NULL REFERENCES account(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  first_at {moment} NOT NULL,
  contact_at {moment} NOT NULL,
  counted_at {moment},
  last_seq {int} NOT NULL DEFAULT 0 CHECK (last_seq >= 0),
  waiting {int} NOT NULL DEFAULT 0 CHECK (waiting >= 0),
  dropped {int} NOT NULL DEFAULT 0 CHECK (dropped >= 0),
  oldest_at {moment},
  oldest_heard_at {moment},
  offset_ms {int},
  missing {int} NOT NULL DEFAULT 0 CHECK (missing >= 0),
  missing_since {moment},
  wiped_at {moment}
) {strict};
CREATE INDEX device_community ON device(community_id, contact_at);

-- One row while a matter lasts, so that it is told once.
CREATE TABLE device_alarm (
  id {uuid} PRIMARY KEY,
  device_id {uuid} NOT NULL REFERENCES device(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  matter TEXT NOT NULL CHECK (matter IN ('gap', 'stuck', 'wiped', 'clock')),
  at {moment} NOT NULL,
  ended_at {moment}
) {strict};
CREATE UNIQUE INDEX device_alarm_open ON device_alarm(device_id, matter) WHERE ended_at IS NULL;
CREATE INDEX device_alarm_community ON device_alarm(community_id) WHERE ended_at IS NULL;
