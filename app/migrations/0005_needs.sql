-- What residents ask for, from the question to the door. Plain: place, kind, urgency, times. Sealed: every text, name and phone.
CREATE TABLE need (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  key_id {uuid} NOT NULL,
  number {int} NOT NULL CHECK (number > 0),
  building_id {uuid} NOT NULL REFERENCES building(id),
  household_id {uuid} REFERENCES household(id),
  unit {int},
  floor {int},
  door {int},
  room_sealed {blob},
  kind TEXT NOT NULL CHECK (kind IN ('food', 'medicine', 'trip', 'repair', 'household', 'talk', 'other')),
  urgency TEXT NOT NULL CHECK (urgency IN ('now', 'today', 'soon')),
  until_at {moment},
  days_left {int} CHECK (days_left BETWEEN 0 AND 60),
  line_sealed {blob} NOT NULL,
  for_sealed {blob},
  name_sealed {blob},
  phone_sealed {blob},
  phone_hash {blob},
  channel TEXT NOT NULL CHECK (channel IN ('link', 'card', 'phone', 'steward')),
  spoken_sealed {blob},
  written_by {uuid} REFERENCES account(id),
  double_of {uuid} REFERENCES need(id),
  double_reason_sealed {blob},
  state TEXT NOT NULL CHECK (state IN ('waiting', 'triaged', 'planned', 'underway', 'delivered', 'confirmed', 'answered', 'cancelled')),
  owner_id {uuid} REFERENCES account(id),
  run_id {uuid},
  how TEXT CHECK (how IN ('hand', 'door', 'point')),
  created_at {moment} NOT NULL,
  touched_at {moment} NOT NULL,
  worded_at {moment},
  delivered_at {moment},
  confirmed_at {moment},
  closed_at {moment},
  times_reopened {int} NOT NULL DEFAULT 0 CHECK (times_reopened >= 0),
  times_failed {int} NOT NULL DEFAULT 0 CHECK (times_failed >= 0),
  version {int} NOT NULL DEFAULT 0,
  UNIQUE (community_id, number),
  CHECK ((unit IS NULL) = (floor IS NULL) AND (floor IS NULL) = (door IS NULL)),
  CHECK (household_id IS NULL OR floor IS NOT NULL),
  CHECK (household_id IS NOT NULL OR room_sealed IS NOT NULL),
  CHECK (days_left IS NULL OR kind = 'medicine'),
  CHECK ((phone_sealed IS NULL) = (phone_hash IS NULL)),
  CHECK (channel = 'link' OR channel = 'card' OR written_by IS NOT NULL),
  CHECK (state <> 'waiting' OR owner_id IS NULL),
  CHECK (state IN ('waiting', 'answered', 'cancelled') OR owner_id IS NOT NULL),
  CHECK (state NOT IN ('planned', 'underway') OR run_id IS NOT NULL),
  CHECK (state NOT IN ('delivered', 'confirmed') OR delivered_at IS NOT NULL),
  CHECK ((state = 'confirmed') = (confirmed_at IS NOT NULL)),
  CHECK ((state IN ('confirmed', 'answered', 'cancelled')) = (closed_at IS NOT NULL))
) {strict};
CREATE INDEX need_inbox ON need(community_id, state, urgency, created_at);
CREATE INDEX need_building ON need(building_id, state);
CREATE INDEX need_household ON need(household_id, kind, created_at) WHERE household_id IS NOT NULL;
CREATE INDEX need_phone ON need(phone_hash, kind, created_at) WHERE phone_hash IS NOT NULL;
CREATE INDEX need_created ON need(community_id, created_at);
CREATE INDEX need_run ON need(run_id) WHERE run_id IS NOT NULL;

-- What was said after the asking. `shown`: the resident may read it; a note between helpers is not.
CREATE TABLE need_word (
  id {uuid} PRIMARY KEY,
  need_id {uuid} NOT NULL REFERENCES need(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  side TEXT NOT NULL CHECK (side IN ('resident', 'helper')),
  said_by {uuid} REFERENCES account(id),
  shown {bool} NOT NULL,
  line_sealed {blob} NOT NULL,
  said_at {moment} NOT NULL,
  CHECK (side = 'resident' OR said_by IS NOT NULL),
  CHECK (side = 'helper' OR shown)
) {strict};
CREATE INDEX need_word_need ON need_word(need_id, id);

-- The resident's way back to her need. The token is derived from the row's id, only its hash is here.
CREATE TABLE tracking (
  id {uuid} PRIMARY KEY,
  need_id {uuid} NOT NULL REFERENCES need(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  token_hash {blob} NOT NULL UNIQUE,
  made_at {moment} NOT NULL,
  expires_at {moment} NOT NULL,
  ended_at {moment},
  CHECK (expires_at > made_at)
) {strict};
CREATE UNIQUE INDEX tracking_open ON tracking(need_id) WHERE ended_at IS NULL;
