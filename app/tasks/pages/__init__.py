"""Pages about tasks, by ability."""

from app.tasks.pages import acting, calling, lists, one

PAGES = [*lists.PAGES, *calling.PAGES, *one.PAGES, *acting.PAGES]
