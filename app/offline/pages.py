"""What a phone needs to install the app."""

from litestar import Request, Response, get

from app.kernel.reply import asset
from app.kernel.words import say


@get("/manifest.webmanifest", media_type="application/manifest+json")
async def manifest(request: Request) -> Response:
    """In the language of the reader; one `id`, so that it stays one app."""
    icons = [
        {"src": asset("icons/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": asset("icons/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": asset("icons/maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    told = {
        "id": "/",
        "name": say("offline.name"),
        "short_name": say("offline.short_name"),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#FBFAF6",
        "theme_color": "#FBFAF6",
        "icons": icons,
    }
    return Response(told, media_type="application/manifest+json", headers={"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"})


PAGES = [manifest]
