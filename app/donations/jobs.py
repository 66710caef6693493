"""What the clock does with donations."""

from app.donations.rules import drawing

DUTIES = [drawing.draw_due, drawing.end_old]
