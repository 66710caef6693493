"""What follows from what happens to a need: its resident's phone says so."""

from app.needs.rules import telling

LISTENERS = [(kind, telling.tell) for kind in telling.WORDS]
