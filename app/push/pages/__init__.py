"""Pages about the ways to people, by ability."""

from app.push.pages import calls, phone, robots, ways

PAGES = [*ways.PAGES, *phone.PAGES, *robots.PAGES, *calls.PAGES]
