from app.needs.pages import acting, entering, inbox, showing

PAGES = [*inbox.PAGES, *entering.PAGES, *showing.PAGES, *acting.PAGES]
