"""/events: a stream that says when something changed where she stands, and never what. Pages then ask for their parts again."""

from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from app.board.reads import news
from app.board.reads.scope import scope
from app.kernel import hub
from app.people.person import Person

LONGEST = 40  # of an id, as text


@get("/events")
async def show(
    request: Request, visitor: NamedDependency[Person | None], since: FromQuery[str] = "", community: FromQuery[str] = ""
) -> Response:
    """`since`: the last change that the page knows, `Last-Event-ID` for a stream that comes again. `community`: as on the board.

    The answer of this handler is dropped: what it leaves in `stream` is what the edge sends. For a stranger there is none, and
    no page of sign-in either: a script asks here.
    """
    if visitor is None:
        return Response(None, status_code=401)
    communities = (await scope(visitor, "board.see", community)).ids if community else (visitor.community_id,)
    topics = [*map(hub.of_community, communities), hub.of_account(visitor.id), hub.of_ways(visitor.id)]
    stream = hub.HUB.join(topics, visitor.id, visitor.session_id)
    try:
        last, moved = await news.behind(communities, visitor.id, _id(request.headers.get("last-event-id") or since))
    except BaseException:
        hub.HUB.leave(stream)
        raise
    stream.begin(last, moved)
    request.scope["state"]["stream"] = stream
    return Response(None, status_code=204)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) <= LONGEST else None
    except ValueError:
        return None


PAGES = [show]
