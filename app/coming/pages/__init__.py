"""What comes back: the calendar, each series, a household's."""

from app.coming.pages import calendar, series

PAGES = [*calendar.PAGES, *series.PAGES]
