"""What stands on every page: the look of this phone, the role at the top, signing out, the first page by role."""

from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from app.kernel import look
from app.kernel.reply import own_path, perform_here
from app.kernel.trouble import Gone
from app.people.entry import FIRST, LOCKED, bar_role, session_cookie
from app.people.person import Person
from app.people.rules import sessions

YEAR = 365 * 24 * 3600


@get("/")
async def index(visitor: NamedDependency[Person | None]) -> Redirect:
    return Redirect(FIRST[bar_role(visitor.role)] if visitor else "/sign-in", status_code=303)


@post("/look")
async def update_look(request: Request) -> Redirect:
    """No act: it changes this phone, not the community."""
    body = await request.body()
    response = Redirect(own_path(str((await request.form()).get("back", ""))) or "/", status_code=303)
    for name, value in look.chosen(body).items():
        response.set_cookie(key=name, value=value, max_age=YEAR, path="/", samesite="lax", secure=request.app.state.settings.secure)
    return response


@post("/role")
async def update_role(request: Request, person: NamedDependency[Person]) -> Redirect:
    role = (await request.form()).get("role", "")
    await perform_here(request, lambda: sessions.choose_role(str(role), by=person))
    return Redirect("/", status_code=303)


@post("/community")
async def update_community(request: Request, person: NamedDependency[Person]) -> Redirect:
    """Which of her communities this phone works in; like the role, it belongs to the phone."""
    chosen = (await request.form()).get("community", "")
    try:
        community_id = UUID(str(chosen))
    except ValueError:
        raise Gone("community") from None
    await perform_here(request, lambda: sessions.choose_community(community_id, by=person))
    return Redirect("/", status_code=303)


@post("/sign-out")
async def sign_out(request: Request, visitor: NamedDependency[Person | None]) -> Response:
    """Open to a phone whose session is over: it asks until it hears that nobody is signed in on it.

    `X-Signed-Out` tells our answer from a captive portal's; only that unlocks a phone.
    """
    if visitor:
        await perform_here(request, lambda: sessions.end(visitor.session_id, by=visitor))
    told = request.headers.get("X-Act-Reply") == "to"
    response = Response(None, status_code=204) if told else Redirect("/sign-in", status_code=303)
    response.headers["X-Signed-Out"] = "1"
    response.headers["Set-Cookie"] = session_cookie(request.app.state.settings.secure, "", max_age=0)
    response.delete_cookie(LOCKED)
    return response


PAGES = [index, update_look, update_role, update_community, sign_out]
