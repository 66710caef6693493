"""Pages of the board, by ability."""

from app.board.pages import behind, live, report

PAGES = [*live.PAGES, *behind.PAGES, *report.PAGES]
