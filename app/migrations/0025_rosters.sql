-- Who is where when: posts that want somebody there, shifts of those who are, what one tells the next. A post is a place, so it is plain.
-- `covers_from` and `covers_minutes`: the hours of each day, by the community's clock, in which somebody is to be there.
-- `shows_name`: whether the residents of the door read whose shift it is (the family name alone).
CREATE TABLE post (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  kind TEXT NOT NULL CHECK (kind IN ('gate', 'building', 'hub', 'line', 'other')),
  name TEXT NOT NULL CHECK (name <> ''),
  building_id {uuid} REFERENCES building(id),
  covers_from {int} NOT NULL DEFAULT 0 CHECK (covers_from BETWEEN 0 AND 1439),
  covers_minutes {int} NOT NULL DEFAULT 1440 CHECK (covers_minutes BETWEEN 1 AND 1440),
  shows_name {bool} NOT NULL DEFAULT {false},
  made_by {uuid} NOT NULL REFERENCES account(id),
  made_at {moment} NOT NULL,
  ended_at {moment},
  ended_by {uuid} REFERENCES account(id),
  version {int} NOT NULL DEFAULT 0,
  CHECK (covers_from = 0 OR covers_minutes < 1440),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) {strict};
CREATE UNIQUE INDEX post_name ON post(community_id, name) WHERE ended_at IS NULL;
CREATE INDEX post_building ON post(building_id) WHERE ended_at IS NULL;

-- Shifts that were made ahead with one act; they are taken back with one.
CREATE TABLE rotation (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  post_id {uuid} NOT NULL REFERENCES post(id),
  hours {int} NOT NULL CHECK (hours BETWEEN 1 AND 24),
  from_at {moment} NOT NULL,
  until_at {moment} NOT NULL,
  made_by {uuid} NOT NULL REFERENCES account(id),
  made_at {moment} NOT NULL,
  undone_at {moment},
  undone_by {uuid} REFERENCES account(id),
  CHECK (until_at > from_at),
  CHECK ((undone_at IS NULL) = (undone_by IS NULL))
) {strict};
CREATE INDEX rotation_post ON rotation(post_id, made_at);

-- `came_at`: she is there; `begun_at`: and has read what the one before her wrote. Two shifts of one person may overlap.
CREATE TABLE shift (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  post_id {uuid} NOT NULL REFERENCES post(id),
  account_id {uuid} NOT NULL REFERENCES account(id),
  from_at {moment} NOT NULL,
  until_at {moment} NOT NULL,
  rotation_id {uuid} REFERENCES rotation(id),
  made_by {uuid} NOT NULL REFERENCES account(id),
  made_at {moment} NOT NULL,
  came_at {moment},
  begun_at {moment},
  ended_at {moment},
  removed_at {moment},
  removed_by {uuid} REFERENCES account(id),
  version {int} NOT NULL DEFAULT 0,
  CHECK (until_at > from_at),
  CHECK (begun_at IS NULL OR came_at IS NOT NULL),
  CHECK ((removed_at IS NULL) = (removed_by IS NULL))
) {strict};
CREATE INDEX shift_community ON shift(community_id, until_at) WHERE removed_at IS NULL;
CREATE INDEX shift_post ON shift(post_id, until_at) WHERE removed_at IS NULL;
CREATE INDEX shift_account ON shift(account_id, until_at) WHERE removed_at IS NULL;
CREATE INDEX shift_rotation ON shift(rotation_id) WHERE rotation_id IS NOT NULL;

-- Somebody asks that another one does her shift; until one accepts it stays hers.
CREATE TABLE shift_swap (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  shift_id {uuid} NOT NULL REFERENCES shift(id),
  asked_by {uuid} NOT NULL REFERENCES account(id),
  asked_at {moment} NOT NULL,
  accepted_by {uuid} REFERENCES account(id),
  accepted_at {moment},
  withdrawn_at {moment},
  forbidden_at {moment},
  forbidden_by {uuid} REFERENCES account(id),
  CHECK (accepted_by IS NULL OR accepted_by <> asked_by),
  CHECK ((accepted_at IS NULL) = (accepted_by IS NULL)),
  CHECK (accepted_at IS NULL OR withdrawn_at IS NULL),
  CHECK ((forbidden_at IS NULL) = (forbidden_by IS NULL))
) {strict};
CREATE UNIQUE INDEX shift_swap_open ON shift_swap(shift_id) WHERE accepted_at IS NULL AND withdrawn_at IS NULL AND forbidden_at IS NULL;
CREATE INDEX shift_swap_shift ON shift_swap(shift_id, asked_at);

-- What the one who goes tells the one who comes. Free text, sealed.
CREATE TABLE handover_note (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  key_id {uuid} NOT NULL,
  post_id {uuid} NOT NULL REFERENCES post(id),
  shift_id {uuid} NOT NULL REFERENCES shift(id),
  account_id {uuid} NOT NULL REFERENCES account(id),
  text_sealed {blob} NOT NULL,
  written_at {moment} NOT NULL,
  received_at {moment} NOT NULL,
  read_at {moment},
  read_by {uuid} REFERENCES account(id),
  CHECK ((read_at IS NULL) = (read_by IS NULL))
) {strict};
CREATE INDEX handover_note_post ON handover_note(post_id, written_at);
CREATE INDEX handover_note_unread ON handover_note(community_id) WHERE read_at IS NULL;

-- Hours without anybody of which somebody was told, so that she is told once. Rows are replaced as the roster changes.
CREATE TABLE roster_gap (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  post_id {uuid} NOT NULL REFERENCES post(id),
  from_at {moment} NOT NULL,
  until_at {moment} NOT NULL,
  told_at {moment} NOT NULL,
  CHECK (until_at > from_at)
) {strict};
CREATE INDEX roster_gap_post ON roster_gap(post_id);
