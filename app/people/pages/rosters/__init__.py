"""值班: posts, their shifts, who is where when."""

from app.people.pages.rosters import cover, post, rotation, shift

PAGES = [*cover.PAGES, *post.PAGES, *rotation.PAGES, *shift.PAGES]
