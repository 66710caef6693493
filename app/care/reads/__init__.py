"""Questions about the ledger: who lives where, how many, what an import did."""

from app.care.reads.carers import has_people, hers_due
from app.care.reads.contacts import Quiet, quiet
from app.care.reads.left import Left, left
from app.care.reads.phones import PhoneLine, on_record, phone_lines, phones_taken, taken_until
from app.care.reads.residents import (
    Resident,
    find_by_phone,
    kind_counts,
    named_like,
    people_per_building,
    people_per_household,
    resident,
    residents_everywhere,
    residents_in,
    residents_of,
)
from app.care.reads.rounds import RoundLine, rounds_of
from app.care.reads.silent import Silent, Where, overdue, overdue_count, risen, unreached, unreached_at
from app.care.reads.silent import settings as contact_settings
from app.care.reads.watches import due_count as watches_due

__all__ = [
    "Left", "PhoneLine", "Quiet", "Resident", "RoundLine", "Silent", "Where", "contact_settings", "find_by_phone", "has_people", "hers_due", "kind_counts", "left", "named_like", "overdue",
    "on_record", "overdue_count", "people_per_building", "people_per_household", "phone_lines", "phones_taken", "quiet", "resident", "residents_everywhere", "residents_in", "residents_of", "risen", "rounds_of", "taken_until", "unreached", "unreached_at", "watches_due",
]  # fmt: skip
