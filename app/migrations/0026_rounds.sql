-- Rounds: doors that one person calls or knocks at, one after the other.

-- Whose it is sees these doors and notes there while it stands open. `part_of`: handed on from that one.
CREATE TABLE care_round (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  number {int} NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('call', 'knock', 'census')),
  given_to {uuid} NOT NULL REFERENCES account(id),
  given_at {moment} NOT NULL,
  part_of {uuid} REFERENCES care_round(id),
  made_by {uuid} NOT NULL REFERENCES account(id),
  made_at {moment} NOT NULL,
  finished_at {moment},
  finished_by {uuid} REFERENCES account(id),
  version {int} NOT NULL DEFAULT 0,
  UNIQUE (community_id, number),
  UNIQUE (id, community_id),
  CHECK ((finished_at IS NULL) = (finished_by IS NULL))
) {strict};
CREATE INDEX care_round_hers ON care_round(given_to) WHERE finished_at IS NULL;
CREATE INDEX care_round_open ON care_round(community_id, made_at) WHERE finished_at IS NULL;

-- A door of a round, in walking order. `contact_id`: what came of it, none while nobody was there.
CREATE TABLE round_stop (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL,
  round_id {uuid} NOT NULL,
  household_id {uuid} NOT NULL REFERENCES household(id),
  place {int} NOT NULL,
  contact_id {uuid} REFERENCES contact(id),
  version {int} NOT NULL DEFAULT 0,
  UNIQUE (round_id, household_id),
  FOREIGN KEY (round_id, community_id) REFERENCES care_round(id, community_id)
) {strict};
CREATE INDEX round_stop_household ON round_stop(household_id);
CREATE INDEX round_stop_contact ON round_stop(contact_id) WHERE contact_id IS NOT NULL;
