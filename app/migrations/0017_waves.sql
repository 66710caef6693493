-- An urgent call goes out in waves: 1 on site, 2 on duty near, 3 free. A round of them ends when the places are filled or the call is over;
-- a place that comes free again begins a new round. `told`: how many people this wave told.
CREATE TABLE wave (
  id {uuid} PRIMARY KEY,
  task_id {uuid} NOT NULL REFERENCES task(id),
  community_id {uuid} NOT NULL REFERENCES community(id),
  number {int} NOT NULL CHECK (number BETWEEN 1 AND 3),
  told {int} NOT NULL CHECK (told >= 0),
  opened_at {moment} NOT NULL,
  closed_at {moment},
  CHECK (closed_at IS NULL OR closed_at >= opened_at)
) {strict};
CREATE UNIQUE INDEX wave_once ON wave(task_id, number) WHERE closed_at IS NULL;
CREATE INDEX wave_open ON wave(community_id, task_id) WHERE closed_at IS NULL;
CREATE INDEX wave_task ON wave(task_id, opened_at);

-- Who was told of a call, once in a round.
CREATE TABLE wave_told (
  wave_id {uuid} NOT NULL REFERENCES wave(id),
  account_id {uuid} NOT NULL REFERENCES account(id),
  PRIMARY KEY (wave_id, account_id)
) {strict};
