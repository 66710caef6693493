"""Pages about runs and distributions, by ability."""

from app.deliveries.pages import carrying, distributions, handing, listing, planning, printing, showing

PAGES = [
    *listing.PAGES,
    *planning.PAGES,
    *showing.PAGES,
    *carrying.PAGES,
    *handing.PAGES,
    *distributions.PAGES,
    *printing.PAGES,
]
