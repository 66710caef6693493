-- What is told to many at once: to a community, a grid, a building, a role, a team. Its text is sealed under the community's key.
-- `text` counts its texts: a correction makes the next. `called_back_at`: when what phones showed of it was taken back.
-- `told_at`: when its readers' inboxes heard of it; one that begins later is told when it begins.
CREATE TABLE notice (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  audience TEXT NOT NULL CHECK (audience IN ('community', 'grid', 'building', 'role', 'team')),
  audience_id {uuid},
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  key_id {uuid} NOT NULL,
  audience_role TEXT CHECK (audience_role IN ('volunteer', 'steward', 'grid_lead', 'grid_deputy', 'dispatcher', 'operator', 'hub_keeper', 'guard')),
  title_sealed {blob} NOT NULL,
  body_sealed {blob} NOT NULL,
  text {int} NOT NULL DEFAULT 1 CHECK (text >= 1),
  urgent {bool} NOT NULL DEFAULT {false},
  must_confirm {bool} NOT NULL DEFAULT {false},
  valid_from {moment} NOT NULL,
  valid_until {moment} NOT NULL,
  written_by {uuid} NOT NULL REFERENCES account(id),
  written_at {moment} NOT NULL,
  told_at {moment},
  withdrawn_at {moment},
  withdrawn_by {uuid} REFERENCES account(id),
  called_back_at {moment},
  version {int} NOT NULL DEFAULT 0,
  CHECK ((audience IN ('grid', 'building', 'team')) = (audience_id IS NOT NULL)),
  CHECK ((audience = 'role') = (audience_role IS NOT NULL)),
  CHECK (valid_until > valid_from),
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
) {strict};
CREATE INDEX message_notice ON message(community_id, tag) WHERE kind = 'notice';
CREATE INDEX notice_standing ON notice(community_id, valid_until) WHERE withdrawn_at IS NULL;
CREATE INDEX notice_to_call_back ON notice(valid_until) WHERE told_at IS NOT NULL AND called_back_at IS NULL;
CREATE INDEX notice_untold ON notice(valid_from) WHERE told_at IS NULL AND withdrawn_at IS NULL;

-- What a notice said before it was corrected.
CREATE TABLE notice_text (
  id {uuid} PRIMARY KEY,
  notice_id {uuid} NOT NULL REFERENCES notice(id),
  number {int} NOT NULL CHECK (number >= 1),
  title_sealed {blob} NOT NULL,
  body_sealed {blob} NOT NULL,
  replaced_by {uuid} NOT NULL REFERENCES account(id),
  replaced_at {moment} NOT NULL
) {strict};
CREATE UNIQUE INDEX notice_text_once ON notice_text(notice_id, number);

-- Whom a notice is for, from the moment that she was told, and when she said that she has read it: which of its texts.
CREATE TABLE notice_reading (
  notice_id {uuid} NOT NULL REFERENCES notice(id),
  account_id {uuid} NOT NULL REFERENCES account(id),
  told_at {moment},
  confirmed_at {moment},
  confirmed_text {int},
  CHECK ((confirmed_at IS NULL) = (confirmed_text IS NULL)),
  CHECK (told_at IS NOT NULL OR confirmed_at IS NOT NULL),
  PRIMARY KEY (notice_id, account_id)
) {strict};
CREATE INDEX notice_reading_account ON notice_reading(account_id, notice_id);

-- A household that was told at its door, for those whom no phone tells. A later text has to be told again.
CREATE TABLE notice_door (
  notice_id {uuid} NOT NULL REFERENCES notice(id),
  household_id {uuid} NOT NULL REFERENCES household(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  text {int} NOT NULL CHECK (text >= 1),
  told_by {uuid} NOT NULL REFERENCES account(id),
  told_at {moment} NOT NULL,
  PRIMARY KEY (notice_id, household_id)
) {strict};

-- Lines that a community's people may call. The number is plain: it is an office's, published anyway, and tells that it stands here once.
CREATE TABLE line_to_call (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  kind TEXT NOT NULL CHECK (kind IN ('counselling', 'legal', 'pharmacy', 'hospital', 'other')),
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  key_id {uuid} NOT NULL,
  name_sealed {blob} NOT NULL,
  number TEXT NOT NULL CHECK (number <> ''),
  hours_sealed {blob},
  place {int} NOT NULL DEFAULT 1 CHECK (place BETWEEN 1 AND 99),
  made_by {uuid} NOT NULL REFERENCES account(id),
  made_at {moment} NOT NULL,
  ended_at {moment},
  ended_by {uuid} REFERENCES account(id),
  version {int} NOT NULL DEFAULT 0,
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) {strict};
CREATE UNIQUE INDEX line_to_call_once ON line_to_call(community_id, number) WHERE ended_at IS NULL;

-- A notice may have a picture. A check cannot be changed where it stands, so the table is made anew.
CREATE TABLE photo_about_new (
  photo_id TEXT NOT NULL REFERENCES photo(id),
  kind TEXT NOT NULL CHECK (kind IN ('handover', 'evidence', 'need', 'notice')),
  subject_id {uuid} NOT NULL,
  PRIMARY KEY (kind, subject_id, photo_id)
) {strict};
INSERT INTO photo_about_new SELECT photo_id, kind, subject_id FROM photo_about;
DROP TABLE photo_about;
ALTER TABLE photo_about_new RENAME TO photo_about;
CREATE INDEX photo_about_photo ON photo_about(photo_id);
-- What a photo shows may be needed longer than photos are kept: a notice's as long as the notice.
ALTER TABLE photo ADD COLUMN keep_until {moment};
