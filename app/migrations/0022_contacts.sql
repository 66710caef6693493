-- Silence is an alarm: who was heard of when, and until when each household must be heard of again.

-- How often a household is to be heard of: by the care kinds of those who live there, `door` for every other. 0: never by itself.
CREATE TABLE contact_rule (
  community_id {uuid} NOT NULL REFERENCES community(id),
  kind TEXT NOT NULL,
  every_days {int} NOT NULL CHECK (every_days BETWEEN 0 AND 60),
  PRIMARY KEY (community_id, kind)
) {strict};

-- `close_hour`: by when on its day a household is due, in the community's zone. The others: minutes from then until it is the steward's
-- as well as the carer's, the dispatcher's, command's. A community without this row has no clocks yet.
CREATE TABLE contact_setting (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL UNIQUE REFERENCES community(id),
  close_hour {int} NOT NULL DEFAULT 20 CHECK (close_hour BETWEEN 0 AND 23),
  steward_minutes {int} NOT NULL DEFAULT 60 CHECK (steward_minutes >= 0),
  dispatcher_minutes {int} NOT NULL DEFAULT 240 CHECK (dispatcher_minutes >= steward_minutes),
  command_minutes {int} NOT NULL DEFAULT 960 CHECK (command_minutes >= dispatcher_minutes),
  version {int} NOT NULL DEFAULT 0
) {strict};

-- Somebody was heard of, or was tried and not reached. The note is sealed under the resident's key where it is about one, else under the
-- community's. `happened`: of a contact that follows from something else (a handover, a need), the happening that it follows from.
CREATE TABLE contact (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  household_id {uuid} NOT NULL REFERENCES household(id),
  resident_id {uuid} REFERENCES resident(id),
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  how TEXT NOT NULL CHECK (how IN ('call', 'visit', 'handover', 'need', 'reply', 'census')),
  reached {bool} NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('well', 'needs', 'unwell', 'nobody', 'no_answer', 'wrong_number', 'heard')),
  by_id {uuid} REFERENCES account(id),
  at {moment} NOT NULL,
  received_at {moment} NOT NULL,
  happened {uuid} UNIQUE,
  key_id {uuid},
  note_sealed {blob},
  undone_at {moment},
  CHECK (reached = (outcome IN ('well', 'needs', 'unwell', 'heard'))),
  CHECK (note_sealed IS NULL OR key_id IS NOT NULL)
) {strict};
CREATE INDEX contact_household ON contact(household_id, at);
CREATE INDEX contact_community ON contact(community_id, at);

-- Away, in hospital, moved, refused: nobody is to call before `until_at`.
CREATE TABLE mute (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  household_id {uuid} NOT NULL REFERENCES household(id),
  reason TEXT NOT NULL CHECK (reason IN ('away', 'hospital', 'moved', 'refused')),
  until_at {moment} NOT NULL,
  made_by {uuid} NOT NULL REFERENCES account(id),
  made_at {moment} NOT NULL,
  ended_at {moment},
  ended_by {uuid} REFERENCES account(id),
  CHECK (until_at > made_at)
) {strict};
CREATE UNIQUE INDEX mute_standing ON mute(household_id) WHERE ended_at IS NULL;

-- What follows from all the above for a household, so that a list of the overdue reads nobody else: made anew whenever one of them changes.
-- `tried_at`, `tries`: since it was last heard of. `told`: how far up somebody has heard of this silence (silence.py).
CREATE TABLE contact_clock (
  household_id {uuid} PRIMARY KEY REFERENCES household(id) ON DELETE CASCADE,
  community_id {uuid} NOT NULL REFERENCES community(id),
  building_id {uuid} NOT NULL REFERENCES building(id) ON DELETE CASCADE,
  every_days {int} NOT NULL CHECK (every_days >= 0),
  since {moment} NOT NULL,
  heard_at {moment},
  tried_at {moment},
  tries {int} NOT NULL DEFAULT 0,
  due_at {moment},
  told {int} NOT NULL DEFAULT 0
) {strict};
CREATE INDEX contact_clock_due ON contact_clock(community_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX contact_clock_building ON contact_clock(building_id, due_at) WHERE due_at IS NOT NULL;
