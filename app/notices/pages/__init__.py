"""HTTP of notices and of lines to call."""

from app.notices.pages import doors, lines, one, writing
from app.notices.pages import list as listing

PAGES = [*writing.PAGES, *listing.PAGES, *one.PAGES, *doors.PAGES, *lines.PAGES]
