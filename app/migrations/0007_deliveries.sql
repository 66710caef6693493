-- Who carries what to which door, and what happened there. Plain: places, outcomes, times. Sealed: titles, goods, notes.
CREATE TABLE distribution (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  number {int} NOT NULL CHECK (number > 0),
  what_sealed {blob} NOT NULL,
  created_by {uuid} NOT NULL REFERENCES account(id),
  created_at {moment} NOT NULL,
  version {int} NOT NULL DEFAULT 0,
  UNIQUE (community_id, number),
  UNIQUE (id, community_id)
) {strict};

CREATE TABLE run (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  number {int} NOT NULL CHECK (number > 0),
  title_sealed {blob},
  state TEXT NOT NULL CHECK (state IN ('draft', 'given', 'out', 'finished', 'cancelled')),
  distribution_id {uuid},
  top_first {bool} NOT NULL,
  created_by {uuid} NOT NULL REFERENCES account(id),
  created_at {moment} NOT NULL,
  started_at {moment},
  finished_at {moment},
  version {int} NOT NULL DEFAULT 0,
  UNIQUE (community_id, number),
  UNIQUE (id, community_id),
  FOREIGN KEY (distribution_id, community_id) REFERENCES distribution(id, community_id),
  CHECK ((state IN ('out', 'finished')) = (started_at IS NOT NULL)),
  CHECK ((state IN ('finished', 'cancelled')) = (finished_at IS NOT NULL))
) {strict};
CREATE INDEX run_state ON run(community_id, state, created_at);
CREATE INDEX run_distribution ON run(distribution_id) WHERE distribution_id IS NOT NULL;

CREATE TABLE carrier (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  run_id {uuid} NOT NULL,
  account_id {uuid} NOT NULL REFERENCES account(id),
  given_by {uuid} NOT NULL REFERENCES account(id),
  given_at {moment} NOT NULL,
  ended_at {moment},
  FOREIGN KEY (run_id, community_id) REFERENCES run(id, community_id)
) {strict};
CREATE UNIQUE INDEX carrier_open ON carrier(run_id, account_id) WHERE ended_at IS NULL;
CREATE INDEX carrier_account ON carrier(account_id) WHERE ended_at IS NULL;

-- One door of a run. `dropped_at`: nobody goes there on this run any more.
CREATE TABLE stop (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  run_id {uuid} NOT NULL,
  building_id {uuid} NOT NULL REFERENCES building(id),
  household_id {uuid} REFERENCES household(id),
  unit {int} NOT NULL,
  floor {int} NOT NULL,
  door {int} NOT NULL,
  dropped_at {moment},
  version {int} NOT NULL DEFAULT 0,
  UNIQUE (run_id, building_id, unit, floor, door),
  UNIQUE (id, community_id),
  FOREIGN KEY (run_id, community_id) REFERENCES run(id, community_id)
) {strict};
CREATE INDEX stop_building ON stop(building_id, id);

-- A fact at a door. Kept for good: taking it back marks it, a correction is a new row that names the old one.
CREATE TABLE handover (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  stop_id {uuid} NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('in_hand', 'at_door', 'drop_point', 'nobody', 'refused', 'wrong_address', 'not_enough')),
  by_id {uuid} NOT NULL REFERENCES account(id),
  at {moment} NOT NULL,
  received_at {moment} NOT NULL,
  note_sealed {blob},
  undone_at {moment},
  undone_by {uuid} REFERENCES account(id),
  corrects {uuid} UNIQUE REFERENCES handover(id),
  FOREIGN KEY (stop_id, community_id) REFERENCES stop(id, community_id),
  CHECK ((undone_at IS NULL) = (undone_by IS NULL)),
  CHECK (corrects <> id)
) {strict};
CREATE UNIQUE INDEX handover_one ON handover(stop_id) WHERE undone_at IS NULL;
CREATE INDEX handover_day ON handover(community_id, received_at);

-- sqlite:
CREATE TRIGGER handover_kept BEFORE DELETE ON handover BEGIN SELECT RAISE(ABORT, 'a handover is a fact: it is never deleted'); END;
-- sqlite:
CREATE TRIGGER handover_fixed BEFORE UPDATE OF id, stop_id, outcome, by_id, at, received_at, note_sealed, corrects ON handover BEGIN SELECT RAISE(ABORT, 'a handover is a fact: correct it with a new row'); END;
-- sqlite:
CREATE TRIGGER handover_undone_once BEFORE UPDATE OF undone_at, undone_by ON handover WHEN OLD.undone_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a handover is taken back once'); END;
-- postgres:
CREATE FUNCTION handover_fact() RETURNS trigger LANGUAGE plpgsql AS $$ begin raise exception 'a handover is a fact' using errcode = 'integrity_constraint_violation'; end $$;
-- postgres:
CREATE TRIGGER handover_kept BEFORE DELETE ON handover FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER handover_fixed BEFORE UPDATE OF id, stop_id, outcome, by_id, at, received_at, note_sealed, corrects ON handover FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER handover_undone_once BEFORE UPDATE OF undone_at, undone_by ON handover FOR EACH ROW WHEN (OLD.undone_at IS NOT NULL) EXECUTE FUNCTION handover_fact();

-- What is brought to a stop. Open until it is handed over, failed or taken off; `handover_id` says which of these closed it.
CREATE TABLE stop_need (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  stop_id {uuid} NOT NULL,
  need_id {uuid} NOT NULL REFERENCES need(id),
  left_at {moment},
  handover_id {uuid} REFERENCES handover(id),
  UNIQUE (stop_id, need_id),
  FOREIGN KEY (stop_id, community_id) REFERENCES stop(id, community_id),
  CHECK (handover_id IS NULL OR left_at IS NOT NULL)
) {strict};
CREATE UNIQUE INDEX stop_need_open ON stop_need(need_id) WHERE left_at IS NULL;

-- One pack to this door. `stop_id` is the stop that brings it, or brought it; without one nobody is on the way.
CREATE TABLE distribution_door (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  distribution_id {uuid} NOT NULL,
  household_id {uuid} NOT NULL REFERENCES household(id),
  building_id {uuid} NOT NULL REFERENCES building(id),
  unit {int} NOT NULL,
  floor {int} NOT NULL,
  door {int} NOT NULL,
  stop_id {uuid} UNIQUE,
  UNIQUE (distribution_id, household_id),
  FOREIGN KEY (distribution_id, community_id) REFERENCES distribution(id, community_id),
  FOREIGN KEY (stop_id, community_id) REFERENCES stop(id, community_id)
) {strict};
CREATE INDEX distribution_door_building ON distribution_door(building_id);
