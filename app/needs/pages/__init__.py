from app.needs.pages import acting, entering, inbox, medicine, showing, sources

PAGES = [*inbox.PAGES, *entering.PAGES, *showing.PAGES, *acting.PAGES, *medicine.PAGES, *sources.PAGES]
