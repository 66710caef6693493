-- Parcels: packed for a stop, and in exactly one pair of hands at any moment. What is in them stands with the stop's needs.

-- Every change of hands, in order: `number` counts a parcel's moves, `before` is the one that this follows, and the chain may not tear.
-- `why`: packed, loaded, given (to a steward), handed, undone, returned, unpacked, or why it is lost. `mark` is `against` where it
-- contradicts what was said before. Never changed, never deleted.
CREATE TABLE parcel_move (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  parcel_id {uuid} NOT NULL,
  number {int} NOT NULL CHECK (number > 0),
  before {int},
  from_kind TEXT,
  from_id {uuid},
  to_kind TEXT NOT NULL CHECK (to_kind IN ('hub', 'carrier', 'steward', 'household', 'returned', 'lost')),
  to_id {uuid},
  why TEXT NOT NULL,
  mark TEXT CHECK (mark IN ('against')),
  by_id {uuid} NOT NULL REFERENCES account(id),
  at {moment} NOT NULL,
  received_at {moment} NOT NULL,
  act TEXT,
  UNIQUE (parcel_id, number),
  UNIQUE (parcel_id, number, to_kind),
  FOREIGN KEY (parcel_id, before, from_kind) REFERENCES parcel_move(parcel_id, number, to_kind),
  CHECK ((number = 1) = (before IS NULL) AND (number = 1) = (from_kind IS NULL)),
  CHECK (before IS NULL OR before = number - 1)
) {strict};

-- `version` is the number of its last move, which says who has it. Nobody's hands are without a name.
CREATE TABLE parcel (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  code TEXT NOT NULL UNIQUE CHECK (length(code) = 8),
  run_id {uuid} NOT NULL,
  stop_id {uuid} NOT NULL,
  number_of {int} NOT NULL CHECK (number_of > 0),
  holder_kind TEXT NOT NULL,
  holder_id {uuid},
  why TEXT NOT NULL,
  mark TEXT,
  made_by {uuid} NOT NULL REFERENCES account(id),
  made_at {moment} NOT NULL,
  version {int} NOT NULL,
  UNIQUE (stop_id, number_of),
  FOREIGN KEY (run_id, community_id) REFERENCES run(id, community_id),
  FOREIGN KEY (stop_id, community_id) REFERENCES stop(id, community_id),
  FOREIGN KEY (id, version, holder_kind) REFERENCES parcel_move(parcel_id, number, to_kind),
  CHECK (holder_kind NOT IN ('carrier', 'steward') OR holder_id IS NOT NULL),
  CHECK (holder_kind NOT IN ('returned', 'lost') OR holder_id IS NULL)
) {strict};
CREATE INDEX parcel_run ON parcel(run_id);
CREATE INDEX parcel_held ON parcel(holder_id) WHERE holder_kind IN ('carrier', 'steward');

-- sqlite:
CREATE TRIGGER parcel_move_kept BEFORE DELETE ON parcel_move BEGIN SELECT RAISE(ABORT, 'a change of hands is a fact: it is never deleted'); END;
-- sqlite:
CREATE TRIGGER parcel_move_fixed BEFORE UPDATE ON parcel_move BEGIN SELECT RAISE(ABORT, 'a change of hands is a fact: it is never changed'); END;
-- sqlite:
CREATE TRIGGER parcel_kept BEFORE DELETE ON parcel BEGIN SELECT RAISE(ABORT, 'a parcel has a label: it is never deleted'); END;
-- sqlite:
CREATE TRIGGER parcel_fixed BEFORE UPDATE OF id, community_id, code, run_id, stop_id, number_of, made_by, made_at ON parcel BEGIN SELECT RAISE(ABORT, 'a parcel has a label: it is never changed'); END;
-- postgres:
CREATE TRIGGER parcel_move_kept BEFORE DELETE ON parcel_move FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER parcel_move_fixed BEFORE UPDATE ON parcel_move FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER parcel_kept BEFORE DELETE ON parcel FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER parcel_fixed BEFORE UPDATE OF id, community_id, code, run_id, stop_id, number_of, made_by, made_at ON parcel FOR EACH ROW EXECUTE FUNCTION handover_fact();
