"""Replay of acts in batches, the manifest; later the judge of late facts, the precache list and /sw.js."""
