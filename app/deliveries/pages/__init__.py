"""Pages about runs and distributions, by ability."""

from app.deliveries.pages import carrying, distributions, handing, listing, parcels, planning, printing, showing, station

PAGES = [
    *listing.PAGES,
    *planning.PAGES,
    *showing.PAGES,
    *carrying.PAGES,
    *handing.PAGES,
    *parcels.PAGES,
    *distributions.PAGES,
    *printing.PAGES,
    *station.PAGES,
]
