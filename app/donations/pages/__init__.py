"""Donations at the desk and in the hub. What whoever gave sees is in `app.door.giving`."""

from app.donations.pages import desk

PAGES = desk.PAGES
