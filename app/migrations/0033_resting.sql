-- A pause for one person: her household is asked after for the others, and for her again from its day on.
ALTER TABLE mute ADD COLUMN resident_id {uuid} REFERENCES resident(id);
DROP INDEX mute_standing;
CREATE UNIQUE INDEX mute_standing ON mute(household_id) WHERE ended_at IS NULL AND resident_id IS NULL;
CREATE UNIQUE INDEX mute_resting ON mute(resident_id) WHERE ended_at IS NULL AND resident_id IS NOT NULL;
