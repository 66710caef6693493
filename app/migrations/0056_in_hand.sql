-- How it was made sure that a medicine came into the right hand: she said her name, or her door card was looked at.
ALTER TABLE need ADD COLUMN proof TEXT CHECK (proof IN ('said', 'card'));
