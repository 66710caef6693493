"""What the clock asks of photos."""

from app.photos.rules import finishing, keeping

DUTIES = [finishing.finish_received, keeping.end_old]
