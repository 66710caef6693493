"""Pages about people, by ability."""

from app.people.pages import frame, inbox, signing_in

PAGES = [*frame.PAGES, *inbox.PAGES, *signing_in.PAGES]
