"""Questions about what comes back. Other slices use what is named here."""

from app.coming.reads.dates import Coming, Late, late, late_at, late_counts, late_in, named, next_of, seen_by
from app.coming.reads.series import Series, Where, of_household, of_need

__all__ = [
    "Coming", "Late", "Series", "Where", "late", "late_at", "late_counts", "late_in", "named", "next_of", "of_household", "of_need", "seen_by",
]  # fmt: skip
