"""What privacy does by itself."""

from app.privacy.reads.looks import KINDS
from app.privacy.rules import closing, erasing, retention, watching

LISTENERS = [(kind, watching.looked) for kind in KINDS]
DUTIES = [closing.go_on, retention.end_due, erasing.settle]
