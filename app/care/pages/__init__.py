"""Pages about the ledger, by ability."""

from app.care.pages import building, household, households, ledger, residents

PAGES = [*households.PAGES, *building.PAGES, *household.PAGES, *ledger.PAGES, *residents.PAGES]
