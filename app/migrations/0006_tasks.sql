-- Tasks with N places. A place is a row made beforehand, so that taking one is a conditional update and N is exact.
CREATE TABLE task (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  key_id {uuid} NOT NULL,
  number {int} NOT NULL CHECK (number > 0),
  title_sealed {blob} NOT NULL,
  notes_sealed {blob},
  meeting_sealed {blob},
  building_id {uuid} REFERENCES building(id),
  team_id {uuid} REFERENCES team(id),
  starts_at {moment} NOT NULL,
  ends_at {moment} NOT NULL,
  urgent {bool} NOT NULL,
  needs_vouching {bool} NOT NULL,
  release_minutes {int} CHECK (release_minutes BETWEEN 1 AND 600),
  created_by {uuid} NOT NULL REFERENCES account(id),
  created_at {moment} NOT NULL,
  done_at {moment},
  done_by {uuid} REFERENCES account(id),
  cancelled_at {moment},
  cancelled_by {uuid} REFERENCES account(id),
  version {int} NOT NULL DEFAULT 0,
  UNIQUE (community_id, number),
  CHECK (ends_at > starts_at),
  CHECK ((done_at IS NULL) = (done_by IS NULL)),
  CHECK ((cancelled_at IS NULL) = (cancelled_by IS NULL)),
  CHECK (done_at IS NULL OR cancelled_at IS NULL)
) {strict};
CREATE INDEX task_open ON task(community_id, ends_at) WHERE done_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX task_building ON task(building_id, ends_at) WHERE building_id IS NOT NULL;

CREATE TABLE place (
  id {uuid} PRIMARY KEY,
  task_id {uuid} NOT NULL REFERENCES task(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  number {int} NOT NULL CHECK (number > 0),
  skill TEXT CHECK (skill <> ''),
  taken_by {uuid} REFERENCES account(id),
  taken_at {moment},
  checked_in_at {moment},
  checked_out_at {moment},
  UNIQUE (task_id, number),
  CHECK ((taken_by IS NULL) = (taken_at IS NULL)),
  CHECK (checked_in_at IS NULL OR taken_by IS NOT NULL),
  CHECK (checked_out_at IS NULL OR checked_in_at IS NOT NULL)
) {strict};
CREATE UNIQUE INDEX place_taker ON place(task_id, taken_by) WHERE taken_by IS NOT NULL;
CREATE INDEX place_mine ON place(taken_by, community_id) WHERE taken_by IS NOT NULL;
CREATE INDEX place_absent ON place(task_id) WHERE taken_by IS NOT NULL AND checked_in_at IS NULL;

-- The wait-list: in line from `at` until promoted or gone.
CREATE TABLE wait (
  id {uuid} PRIMARY KEY,
  task_id {uuid} NOT NULL REFERENCES task(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  account_id {uuid} NOT NULL REFERENCES account(id),
  at {moment} NOT NULL,
  promoted_at {moment},
  left_at {moment},
  CHECK (promoted_at IS NULL OR left_at IS NULL)
) {strict};
CREATE UNIQUE INDEX wait_open ON wait(task_id, account_id) WHERE promoted_at IS NULL AND left_at IS NULL;
CREATE INDEX wait_line ON wait(task_id, at) WHERE promoted_at IS NULL AND left_at IS NULL;
CREATE INDEX wait_mine ON wait(account_id) WHERE promoted_at IS NULL AND left_at IS NULL;

-- One row a helper and community: two phones of hers that take at once meet here, so that her cap holds.
CREATE TABLE taker (
  account_id {uuid} NOT NULL REFERENCES account(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  touched_at {moment} NOT NULL,
  PRIMARY KEY (account_id, community_id)
) {strict};
