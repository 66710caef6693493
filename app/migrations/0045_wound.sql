-- By which reckoning a community's clocks of silence were wound last: a worker that reckons otherwise winds them anew, once.
ALTER TABLE contact_setting ADD COLUMN wound_by INTEGER NOT NULL DEFAULT 0;
