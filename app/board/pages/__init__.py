"""Pages of the board, by ability."""

from app.board.pages import behind, events, live, report

PAGES = [*live.PAGES, *events.PAGES, *behind.PAGES, *report.PAGES]
