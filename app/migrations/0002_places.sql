-- Where people live and who answers for it, down to the door; and the emergency that personal rows belong to.
CREATE TABLE district (id {uuid} PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (name <> '')) {strict};

CREATE TABLE emergency (
  id {uuid} PRIMARY KEY,
  district_id {uuid} NOT NULL REFERENCES district(id),
  name TEXT NOT NULL CHECK (name <> ''),
  basis TEXT NOT NULL,
  started_at {moment} NOT NULL,
  planned_end_at {moment} NOT NULL,
  ended_at {moment}
) {strict};

CREATE TABLE community (
  id {uuid} PRIMARY KEY,
  district_id {uuid} NOT NULL REFERENCES district(id),
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  key_id {uuid} NOT NULL,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL CHECK (name <> ''),
  zone TEXT NOT NULL DEFAULT 'Asia/Shanghai',
  hotline TEXT NOT NULL DEFAULT '',
  hours TEXT NOT NULL DEFAULT '',
  take_cap {int} NOT NULL DEFAULT 3 CHECK (take_cap BETWEEN 1 AND 50),
  release_minutes {int} NOT NULL DEFAULT 20 CHECK (release_minutes BETWEEN 1 AND 600),
  untouched_minutes {int} NOT NULL DEFAULT 30 CHECK (untouched_minutes BETWEEN 1 AND 1440),
  undo_minutes {int} NOT NULL DEFAULT 10 CHECK (undo_minutes BETWEEN 1 AND 120),
  correct_hours {int} NOT NULL DEFAULT 12 CHECK (correct_hours BETWEEN 1 AND 72),
  top_first {bool} NOT NULL DEFAULT {true},
  last_number {int} NOT NULL DEFAULT 0,
  version {int} NOT NULL DEFAULT 0,
  UNIQUE (district_id, name)
) {strict};

CREATE TABLE grid (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  name TEXT NOT NULL CHECK (name <> ''),
  UNIQUE (community_id, name)
) {strict};

CREATE TABLE estate (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  name TEXT NOT NULL CHECK (name <> ''),
  managed {bool},
  UNIQUE (community_id, name)
) {strict};

CREATE TABLE building (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  estate_id {uuid} NOT NULL REFERENCES estate(id),
  grid_id {uuid} REFERENCES grid(id),
  number {int} NOT NULL CHECK (number > 0),
  code TEXT NOT NULL UNIQUE CHECK (length(code) = 6),
  units {int} NOT NULL CHECK (units BETWEEN 1 AND 60),
  floors {int} NOT NULL CHECK (floors BETWEEN 1 AND 100),
  doors {int} NOT NULL CHECK (doors BETWEEN 1 AND 60),
  UNIQUE (estate_id, number)
) {strict};
CREATE INDEX building_community ON building(community_id, estate_id, number);

CREATE TABLE unit (
  id {uuid} PRIMARY KEY,
  building_id {uuid} NOT NULL REFERENCES building(id) ON DELETE CASCADE,
  number {int} NOT NULL CHECK (number > 0),
  UNIQUE (building_id, number)
) {strict};

CREATE TABLE household (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  building_id {uuid} NOT NULL REFERENCES building(id) ON DELETE CASCADE,
  unit_id {uuid} NOT NULL REFERENCES unit(id) ON DELETE CASCADE,
  unit {int} NOT NULL,
  floor {int} NOT NULL CHECK (floor BETWEEN 1 AND 100),
  door {int} NOT NULL CHECK (door BETWEEN 1 AND 99),
  UNIQUE (unit_id, floor, door)
) {strict};
CREATE INDEX household_walk ON household(building_id, unit, floor, door);
CREATE INDEX household_community ON household(community_id);
