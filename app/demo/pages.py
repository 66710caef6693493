"""The page that shows every part of the look, for whoever works on it."""

from litestar import Request, Response, get

from app.kernel.reply import page
from app.kernel.trouble import Gone


@get("/parts")
async def show(request: Request) -> Response:
    """There in the demo only."""
    if not request.app.state.settings.demo:
        raise Gone("page")
    return await page(request, "parts.html")


PAGES = [show]
