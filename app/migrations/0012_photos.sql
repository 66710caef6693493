-- Photos as proof. `awaited`: announced by an act, on its way from the phone. `received`: whole, not yet looked at. `lost`: it will not come.
-- `act` is the act that announced it, `sha` what the phone says its bytes hash to (blank where the phone could not tell), `got` how many have come.
-- The key is the photo's own: with it every copy of the photo closes, a backup's too.
CREATE TABLE photo (
  id TEXT PRIMARY KEY CHECK (length(id) = 22),
  community_id {uuid} NOT NULL REFERENCES community(id),
  household_id {uuid} REFERENCES household(id),
  by_id {uuid} NOT NULL REFERENCES account(id),
  act TEXT,
  key_id {uuid},
  state TEXT NOT NULL CHECK (state IN ('awaited', 'received', 'kept', 'unreadable', 'lost', 'deleted')),
  reason TEXT,
  size {int} NOT NULL CHECK (size >= 0),
  sha TEXT NOT NULL,
  got {int} NOT NULL DEFAULT 0,
  spoilt {int} NOT NULL DEFAULT 0,
  taken_at {moment} NOT NULL,
  announced_at {moment} NOT NULL,
  touched_at {moment} NOT NULL,
  image_sealed {blob},
  CHECK (got >= 0 AND got <= size),
  CHECK ((state = 'kept') = (image_sealed IS NOT NULL)),
  CHECK ((state = 'unreadable') = (reason IS NOT NULL)),
  CHECK (image_sealed IS NULL OR key_id IS NOT NULL)
) {strict};
CREATE INDEX photo_received ON photo(touched_at) WHERE state = 'received';
CREATE INDEX photo_taken ON photo(taken_at) WHERE key_id IS NOT NULL OR state IN ('awaited', 'received');

-- What a photo is of. Several things may be shown by one: a handover, and each need that it met.
CREATE TABLE photo_about (
  photo_id TEXT NOT NULL REFERENCES photo(id),
  kind TEXT NOT NULL CHECK (kind IN ('handover', 'evidence', 'need')),
  subject_id {uuid} NOT NULL,
  PRIMARY KEY (kind, subject_id, photo_id)
) {strict};
CREATE INDEX photo_about_photo ON photo_about(photo_id);

-- What has come of a photo, piece by piece; gone once it is whole.
CREATE TABLE photo_piece (
  photo_id TEXT NOT NULL REFERENCES photo(id),
  start {int} NOT NULL CHECK (start >= 0),
  data_sealed {blob} NOT NULL,
  PRIMARY KEY (photo_id, start)
) {strict};
