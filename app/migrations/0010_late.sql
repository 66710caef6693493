-- What came late: second accounts of a door, what a person has to decide about them, stays that were told of afterwards.

-- What else was said about a door that had a handover already (`handover_id`, the one that held then). Never changed, never deleted.
CREATE TABLE evidence (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  stop_id {uuid} NOT NULL,
  handover_id {uuid} NOT NULL REFERENCES handover(id),
  outcome TEXT NOT NULL CHECK (outcome IN ('in_hand', 'at_door', 'drop_point', 'nobody', 'refused', 'wrong_address', 'not_enough')),
  by_id {uuid} NOT NULL REFERENCES account(id),
  at {moment} NOT NULL,
  received_at {moment} NOT NULL,
  note_sealed {blob},
  UNIQUE (id, stop_id),
  FOREIGN KEY (stop_id, community_id) REFERENCES stop(id, community_id)
) {strict};
CREATE INDEX evidence_stop ON evidence(stop_id);

-- Two accounts that cannot both hold: of the door (`evidence_id`), of a need, or of a distribution's door. Open until somebody decides.
CREATE TABLE dispute (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  stop_id {uuid} NOT NULL,
  why TEXT NOT NULL CHECK (why IN ('outcome', 'need', 'door')),
  evidence_id {uuid} UNIQUE,
  need_id {uuid} REFERENCES need(id),
  opened_at {moment} NOT NULL,
  settled_at {moment},
  settled_by {uuid} REFERENCES account(id),
  decision TEXT CHECK (decision IN ('kept', 'changed')),
  FOREIGN KEY (stop_id, community_id) REFERENCES stop(id, community_id),
  FOREIGN KEY (evidence_id, stop_id) REFERENCES evidence(id, stop_id),
  CHECK ((why = 'outcome') = (evidence_id IS NOT NULL)),
  CHECK ((why = 'need') = (need_id IS NOT NULL)),
  CHECK ((settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (decision IS NULL))
) {strict};
CREATE INDEX dispute_stop ON dispute(stop_id);
CREATE INDEX dispute_open ON dispute(community_id, opened_at) WHERE settled_at IS NULL;
CREATE UNIQUE INDEX dispute_need ON dispute(stop_id, need_id) WHERE settled_at IS NULL AND why = 'need';
CREATE UNIQUE INDEX dispute_door ON dispute(stop_id) WHERE settled_at IS NULL AND why = 'door';

-- sqlite:
CREATE TRIGGER evidence_kept BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'what was said is a fact: it is never deleted'); END;
-- sqlite:
CREATE TRIGGER evidence_fixed BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'what was said is a fact: it is never changed'); END;
-- sqlite:
CREATE TRIGGER dispute_kept BEFORE DELETE ON dispute BEGIN SELECT RAISE(ABORT, 'a dispute is settled, never deleted'); END;
-- sqlite:
CREATE TRIGGER dispute_fixed BEFORE UPDATE OF id, community_id, stop_id, why, evidence_id, need_id, opened_at ON dispute BEGIN SELECT RAISE(ABORT, 'a dispute is settled, never changed'); END;
-- sqlite:
CREATE TRIGGER dispute_settled_once BEFORE UPDATE OF settled_at, settled_by, decision ON dispute WHEN OLD.settled_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a dispute is settled once'); END;
-- postgres:
CREATE TRIGGER evidence_kept BEFORE DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER evidence_fixed BEFORE UPDATE ON evidence FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER dispute_kept BEFORE DELETE ON dispute FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER dispute_fixed BEFORE UPDATE OF id, community_id, stop_id, why, evidence_id, need_id, opened_at ON dispute FOR EACH ROW EXECUTE FUNCTION handover_fact();
-- postgres:
CREATE TRIGGER dispute_settled_once BEFORE UPDATE OF settled_at, settled_by, decision ON dispute FOR EACH ROW WHEN (OLD.settled_at IS NOT NULL) EXECUTE FUNCTION handover_fact();

-- `mark`: `late` was told of afterwards, `no-place` without a place of the task, `no-check-in` is a check-out (since = until_at) whose
-- check-in has not come. `until_assumed`: nobody said when she left; it is the latest that it can have been.
ALTER TABLE presence ADD COLUMN mark TEXT CHECK (mark IN ('late', 'no-place', 'no-check-in'));
ALTER TABLE presence ADD COLUMN received_at {moment};
ALTER TABLE presence ADD COLUMN until_assumed {bool};
CREATE INDEX presence_marked ON presence(task_id) WHERE mark IS NOT NULL;
