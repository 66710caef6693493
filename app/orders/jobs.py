"""What the clock does with offers."""

from app.orders.rules import cutting

DUTIES = [cutting.cut_off_due]
