"""Questions about the ledger: who lives where, how many, what an import did."""

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
    "Resident", "find_by_phone", "kind_counts", "named_like", "people_per_building", "people_per_household", "resident",
    "residents_everywhere", "residents_in", "residents_of",
]  # fmt: skip
