"""Phones as they last spoke to us: what waits on them, what never came, how wrong their clocks are."""
