"""Pages about what is held of whom, and who looked."""

from app.privacy.pages import closings, emergency, exports, looks, own, subject

PAGES = [*looks.PAGES, *subject.PAGES, *exports.PAGES, *emergency.PAGES, *closings.PAGES, *own.PAGES]
