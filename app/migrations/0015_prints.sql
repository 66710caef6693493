-- What was put on paper: who asked for which things, and a hash of each as it then was. The content itself (with names, and with the
-- secrets of door cards) lies sealed under the print's own key for as long as somebody may still print it.
CREATE TABLE print_job (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  key_id {uuid},
  kind TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('community', 'grid', 'building', 'household', 'run', 'account')),
  scope_id {uuid} NOT NULL,
  lang TEXT NOT NULL CHECK (lang IN ('zh', 'en')),
  by_id {uuid} NOT NULL REFERENCES account(id),
  at {moment} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed', 'ended')),
  reason TEXT,
  things {int} NOT NULL CHECK (things > 0),
  done {int} NOT NULL DEFAULT 0,
  pages {int} NOT NULL DEFAULT 0,
  tries {int} NOT NULL DEFAULT 0,
  hash TEXT NOT NULL,
  content_sealed {blob},
  finished_at {moment},
  CHECK (done >= 0 AND done <= things),
  CHECK ((state = 'failed') = (reason IS NOT NULL)),
  CHECK ((state = 'ended') = (content_sealed IS NULL)),
  CHECK ((state = 'waiting') = (finished_at IS NULL)),
  CHECK (content_sealed IS NULL OR key_id IS NOT NULL)
) {strict};
CREATE INDEX print_job_community ON print_job(community_id, at);
CREATE INDEX print_job_waiting ON print_job(at) WHERE state = 'waiting';
CREATE INDEX print_job_kept ON print_job(at) WHERE key_id IS NOT NULL;

-- The finished PDF, sealed as the content is.
CREATE TABLE print_file (
  print_id {uuid} PRIMARY KEY REFERENCES print_job(id),
  pdf_sealed {blob} NOT NULL
) {strict};

-- Each thing on a print and the hash of what stood on its paper; `subject` is a building, household, stop, parcel code or account.
CREATE TABLE printed (
  print_id {uuid} NOT NULL REFERENCES print_job(id),
  subject TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (print_id, subject)
) {strict};

-- A household's card. Its link and its six digits are kept as keyed hashes only; a household has one that counts.
CREATE TABLE door_card (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  building_id {uuid} NOT NULL REFERENCES building(id),
  household_id {uuid} NOT NULL REFERENCES household(id),
  print_id {uuid} NOT NULL REFERENCES print_job(id),
  token_hash {blob} NOT NULL UNIQUE,
  digits_hash {blob} NOT NULL,
  made_by {uuid} NOT NULL REFERENCES account(id),
  made_at {moment} NOT NULL,
  ended_at {moment},
  ended_by {uuid} REFERENCES account(id),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) {strict};
CREATE UNIQUE INDEX door_card_household ON door_card(household_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX door_card_digits ON door_card(community_id, digits_hash) WHERE ended_at IS NULL;
CREATE INDEX door_card_building ON door_card(building_id) WHERE ended_at IS NULL;

-- The code on a run's printed sheet, one for each printing.
CREATE TABLE run_sheet (
  code TEXT PRIMARY KEY CHECK (length(code) = 8),
  community_id {uuid} NOT NULL REFERENCES community(id),
  run_id {uuid} NOT NULL REFERENCES run(id),
  print_id {uuid} NOT NULL REFERENCES print_job(id)
) {strict};
CREATE INDEX run_sheet_run ON run_sheet(run_id);

-- The code on a person's badge in a community.
CREATE TABLE badge (
  code TEXT PRIMARY KEY CHECK (length(code) = 8),
  community_id {uuid} NOT NULL REFERENCES community(id),
  account_id {uuid} NOT NULL REFERENCES account(id),
  made_at {moment} NOT NULL,
  UNIQUE (community_id, account_id)
) {strict};
