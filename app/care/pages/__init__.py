"""Pages about the ledger, by ability."""

from app.care.pages import building, household, households, ledger, phones, residents

PAGES = [*households.PAGES, *building.PAGES, *household.PAGES, *phones.PAGES, *ledger.PAGES, *residents.PAGES]
