-- Presence that means something: a square that moves on a steward's phone, somebody's word for a stay, and what a dispatcher should look at.

-- A phone that shows the moving square of a building. Its secret is made from the master key and the row's id and never stored. It is over
-- when it was ended, at `ends_at`, or when the session that it was started in ended, whichever came first.
CREATE TABLE showing (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  building_id {uuid} NOT NULL REFERENCES building(id),
  account_id {uuid} NOT NULL REFERENCES account(id),
  session_id {uuid} NOT NULL REFERENCES session(id),
  short TEXT NOT NULL UNIQUE CHECK (length(short) = 6),
  started_at {moment} NOT NULL,
  ends_at {moment} NOT NULL,
  ended_at {moment},
  CHECK (ends_at > started_at),
  CHECK (ended_at IS NULL OR ended_at >= started_at)
) {strict};
CREATE UNIQUE INDEX showing_running ON showing(session_id) WHERE ended_at IS NULL;
CREATE INDEX showing_community ON showing(community_id, ends_at);

-- Since when a stay is proven, by whom, and by which moving square (none where a person said so).
ALTER TABLE presence ADD COLUMN proved_at {moment} CHECK ((proof = 'strong') = (proved_at IS NOT NULL));
ALTER TABLE presence ADD COLUMN proved_by {uuid} REFERENCES account(id) CHECK ((proof = 'strong') = (proved_by IS NOT NULL));
ALTER TABLE presence ADD COLUMN showing_id {uuid} REFERENCES showing(id);
CREATE INDEX presence_building ON presence(building_id, since);
CREATE INDEX presence_account ON presence(account_id, since);

-- One row for one event: many at one door at once (`people` of them between two moments), one person at two places too soon (`seconds` apart),
-- a moving square that was `seconds` old. Nothing is refused because of it.
CREATE TABLE presence_flag (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  kind TEXT NOT NULL CHECK (kind IN ('burst', 'travel', 'old_code')),
  presence_id {uuid} NOT NULL REFERENCES presence(id),
  other_id {uuid} REFERENCES presence(id),
  building_id {uuid} REFERENCES building(id),
  people {int} NOT NULL DEFAULT 1 CHECK (people > 0),
  seconds {int} CHECK (seconds IS NOT NULL OR kind = 'burst'),
  from_at {moment} NOT NULL,
  to_at {moment} NOT NULL,
  made_at {moment} NOT NULL,
  seen_at {moment},
  seen_by {uuid} REFERENCES account(id),
  UNIQUE (kind, presence_id),
  CHECK (to_at >= from_at),
  CHECK ((kind = 'travel') = (other_id IS NOT NULL)),
  CHECK (kind <> 'burst' OR building_id IS NOT NULL),
  CHECK ((seen_at IS NULL) = (seen_by IS NULL))
) {strict};
CREATE INDEX presence_flag_open ON presence_flag(community_id, made_at) WHERE seen_at IS NULL;

ALTER TABLE task ADD COLUMN proof TEXT NOT NULL DEFAULT 'claimed' CHECK (proof IN ('claimed', 'strong'));
