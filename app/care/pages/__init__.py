"""Pages about the ledger and about who was heard of, by ability."""

from app.care.pages import building, carers, contacts, household, households, ledger, paper, phones, residents, round, rounds, unreached

PAGES = [
    *households.PAGES, *building.PAGES, *household.PAGES, *contacts.PAGES, *unreached.PAGES, *phones.PAGES, *ledger.PAGES, *residents.PAGES,
    *rounds.PAGES, *round.PAGES, *paper.PAGES,
    *carers.PAGES,
]  # fmt: skip
