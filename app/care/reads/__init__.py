"""Questions about the ledger: who lives where, how many, what an import did."""

from app.care.reads.phones import PhoneLine, phone_lines, phones_taken, taken_until
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

__all__ = [
    "PhoneLine", "Resident", "find_by_phone", "kind_counts", "named_like", "people_per_building", "people_per_household",
    "phone_lines", "phones_taken", "resident", "residents_everywhere", "residents_in", "residents_of", "taken_until",
]  # fmt: skip
