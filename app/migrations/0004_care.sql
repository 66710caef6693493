-- The ledger of those who must not be missed. Every name, phone, kind and note is sealed under the resident's own key;
-- an import keeps what it changed, so that it can be taken back whole.
CREATE TABLE ledger_import (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  file_hash {blob} NOT NULL,
  name_sealed {blob},
  mapping_sealed {blob},
  report_sealed {blob},
  state TEXT NOT NULL CHECK (state IN ('uploaded', 'committed', 'undone', 'discarded')),
  added {int} NOT NULL DEFAULT 0 CHECK (added >= 0),
  changed {int} NOT NULL DEFAULT 0 CHECK (changed >= 0),
  unchanged {int} NOT NULL DEFAULT 0 CHECK (unchanged >= 0),
  refused {int} NOT NULL DEFAULT 0 CHECK (refused >= 0),
  made_by {uuid} REFERENCES account(id),
  made_at {moment} NOT NULL,
  committed_by {uuid} REFERENCES account(id),
  committed_at {moment},
  undone_by {uuid} REFERENCES account(id),
  undone_at {moment},
  mark {uuid},
  version {int} NOT NULL DEFAULT 0,
  CHECK ((state IN ('committed', 'undone')) = (committed_at IS NOT NULL)),
  CHECK ((state = 'undone') = (undone_at IS NOT NULL)),
  CHECK (state <> 'committed' OR mark IS NOT NULL)
) {strict};
CREATE UNIQUE INDEX ledger_import_open ON ledger_import(community_id, file_hash) WHERE state = 'uploaded';
CREATE INDEX ledger_import_community ON ledger_import(community_id, made_at);

-- The uploaded file, for as long as somebody may still decide about it; then its key goes, and with it every copy.
CREATE TABLE ledger_file (
  import_id {uuid} PRIMARY KEY REFERENCES ledger_import(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  key_id {uuid} NOT NULL UNIQUE,
  body_sealed {blob}
) {strict};

CREATE TABLE resident (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  emergency_id {uuid} NOT NULL REFERENCES emergency(id),
  key_id {uuid} NOT NULL UNIQUE,
  household_id {uuid} NOT NULL REFERENCES household(id),
  name_sealed {blob} NOT NULL,
  phone_sealed {blob},
  phone_hash {blob},
  kinds_sealed {blob},
  facts_sealed {blob},
  note_sealed {blob},
  match_hash {blob} NOT NULL,
  import_id {uuid} REFERENCES ledger_import(id),
  made_at {moment} NOT NULL,
  ended_at {moment},
  version {int} NOT NULL DEFAULT 0,
  CHECK ((phone_sealed IS NULL) = (phone_hash IS NULL))
) {strict};
CREATE UNIQUE INDEX resident_same ON resident(household_id, match_hash) WHERE ended_at IS NULL;
CREATE INDEX resident_household ON resident(household_id);
CREATE INDEX resident_community ON resident(community_id) WHERE ended_at IS NULL;
CREATE INDEX resident_phone ON resident(community_id, phone_hash) WHERE ended_at IS NULL AND phone_hash IS NOT NULL;

-- What an import added or changed. `was`: the former facts of a place, which are plain. The sealed columns: a resident's
-- former ones, still under her own key.
CREATE TABLE ledger_row (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community(id),
  import_id {uuid} NOT NULL REFERENCES ledger_import(id),
  subject TEXT NOT NULL CHECK (subject IN ('estate', 'grid', 'building', 'unit', 'household', 'resident')),
  subject_id {uuid} NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('added', 'changed')),
  was TEXT NOT NULL DEFAULT '{}',
  phone_sealed {blob},
  phone_hash {blob},
  kinds_sealed {blob},
  facts_sealed {blob},
  note_sealed {blob},
  version_left {int},
  key_id {uuid},
  CHECK ((subject = 'resident') = (version_left IS NOT NULL)),
  CHECK (key_id IS NULL OR (subject = 'resident' AND change = 'added')),
  UNIQUE (import_id, subject, subject_id)
) {strict};
CREATE INDEX ledger_row_subject ON ledger_row(subject_id);
