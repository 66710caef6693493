-- Needs that come back: a dialysis trip every Monday, Wednesday and Friday, insulin every month. Their dates are made into needs some days ahead.
-- Plain: the door, the kind, days and hours. Sealed: every text, name and phone. Days are the community's own, as ISO texts.
CREATE TABLE series (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  key_id {uuid} NOT NULL,
  building_id {uuid} NOT NULL REFERENCES building(id),
  household_id {uuid} NOT NULL REFERENCES household(id),
  kind TEXT NOT NULL CHECK (kind IN ('trip', 'medicine', 'other')),
  rhythm TEXT NOT NULL CHECK (rhythm IN ('week', 'days', 'month')),
  weekdays {int} CHECK (weekdays BETWEEN 1 AND 127),
  every_days {int} CHECK (every_days BETWEEN 1 AND 180),
  month_day {int} CHECK (month_day BETWEEN 1 AND 31),
  minute_from {int} NOT NULL CHECK (minute_from BETWEEN 0 AND 1439),
  minutes {int} NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
  first_day TEXT NOT NULL CHECK (length(first_day) = 10),
  last_day TEXT CHECK (length(last_day) = 10),
  line_sealed {blob} NOT NULL,
  for_sealed {blob},
  name_sealed {blob},
  phone_sealed {blob},
  channel TEXT NOT NULL CHECK (channel IN ('link', 'phone', 'steward')),
  from_need {uuid} REFERENCES need(id),
  made_by {uuid} REFERENCES account(id),
  made_at {moment} NOT NULL,
  changed_at {moment} NOT NULL,
  made_through TEXT NOT NULL CHECK (length(made_through) = 10),
  ended_at {moment},
  ended_by {uuid} REFERENCES account(id),
  version {int} NOT NULL DEFAULT 0,
  skips {int} NOT NULL DEFAULT 0,
  CHECK (channel = 'link' OR made_by IS NOT NULL),
  CHECK ((rhythm = 'week') = (weekdays IS NOT NULL)),
  CHECK ((rhythm = 'days') = (every_days IS NOT NULL)),
  CHECK ((rhythm = 'month') = (month_day IS NOT NULL)),
  CHECK (last_day IS NULL OR last_day >= first_day),
  CHECK (ended_by IS NULL OR ended_at IS NOT NULL)
) {strict};
CREATE UNIQUE INDEX series_of_need ON series(from_need) WHERE ended_at IS NULL AND from_need IS NOT NULL;
CREATE INDEX series_open ON series(community_id, made_through) WHERE ended_at IS NULL;
CREATE INDEX series_household ON series(household_id);

-- One date of a series: its need, or why there is none. Each date once, whoever makes it and however often.
CREATE TABLE coming (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  building_id {uuid} NOT NULL REFERENCES building(id),
  series_id {uuid} NOT NULL REFERENCES series(id),
  day TEXT NOT NULL CHECK (length(day) = 10),
  starts_at {moment} NOT NULL,
  until_at {moment} NOT NULL,
  warn_at {moment} NOT NULL,
  red_at {moment} NOT NULL,
  need_id {uuid} UNIQUE REFERENCES need(id),
  off TEXT CHECK (off IN ('skipped', 'away', 'hospital', 'moved', 'changed', 'ended', 'late')),
  off_by {uuid} REFERENCES account(id),
  off_at {moment},
  series_version {int} NOT NULL,
  told {int} NOT NULL DEFAULT 0 CHECK (told BETWEEN 0 AND 5),
  version {int} NOT NULL DEFAULT 0,
  UNIQUE (series_id, day),
  CHECK (need_id IS NOT NULL OR off IS NOT NULL),
  CHECK ((off IS NULL) = (off_at IS NULL)),
  CHECK (until_at > starts_at AND warn_at <= red_at)
) {strict};
CREATE INDEX coming_day ON coming(community_id, day);
CREATE INDEX coming_warned ON coming(community_id, warn_at) WHERE off IS NULL;

-- A series can be erased with the person whose it is.
CREATE TABLE erasure_new (
  id {uuid} PRIMARY KEY,
  community_id {uuid} REFERENCES community(id),
  subject TEXT NOT NULL CHECK (subject IN ('resident', 'need', 'photo', 'series')),
  subject_id {uuid} NOT NULL,
  key_id {uuid} NOT NULL UNIQUE,
  by {uuid} REFERENCES account(id),
  at {moment} NOT NULL,
  done_at {moment}
) {strict};
INSERT INTO erasure_new SELECT id, community_id, subject, subject_id, key_id, by, at, done_at FROM erasure;
DROP TABLE erasure;
ALTER TABLE erasure_new RENAME TO erasure;
CREATE INDEX erasure_waiting ON erasure(at) WHERE done_at IS NULL;
