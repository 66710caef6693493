-- What a phone says of its acts: by how much our clock was ahead of its own.
ALTER TABLE receipt ADD COLUMN offset_ms {int};
