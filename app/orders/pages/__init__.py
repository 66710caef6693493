"""Packs, offers, what comes of them: for the desk, the hub and the stewards. What residents see is in `app.door.ordering`."""

from app.orders.pages import entering, lists, offers, packs

PAGES = [*packs.PAGES, *offers.PAGES, *entering.PAGES, *lists.PAGES]
