"""Pages about people, by ability."""

from app.people.pages import frame, signing_in

PAGES = [*frame.PAGES, *signing_in.PAGES]
