"""What happened at a door, from the carrier's phone: the stop again, the next one, how far she is."""

from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries import reads
from app.deliveries.pages.showing import Packed, bring, drawn, left_of, main_action, packed_of
from app.kernel.reply import answer, is_partial, press
from app.kernel.trouble import Gone, Misfit
from app.people.person import Person
from app.photos.forms import MOST_FILE
from app.photos.rules import finishing


class StopsPage(msgspec.Struct, frozen=True):
    """The stop that was pressed; `others`: stops that look different now (the next one, the one before)."""

    stop: reads.StopCard
    others: tuple[reads.StopCard, ...]
    run: reads.RunLine
    bring: tuple[tuple[str, int], ...]
    main: str
    packed: Packed


async def facts(run_id: UUID, stop_id: UUID, person: Person) -> tuple[str, StopsPage]:
    """Who has a parcel of one stop, or answers for its building, sees that stop alone."""
    try:
        run, only = await reads.visible(run_id, person), None
    except Gone:
        run, only = await reads.follow_stop(run_id, stop_id, person), stop_id
    cards = await reads.cards(run, person, only=only)
    at = next((n for n, card in enumerate(cards) if card.id == stop_id), None)
    if at is None:
        raise Gone("stop")
    following = [n for n, card in enumerate(cards) if card.is_next and n != at]
    after = [n for n, card in enumerate(cards) if card.state == "open" and not card.is_next and n != at][:1] if cards[at].is_next else []
    return "deliveries/_stops.html", StopsPage(
        cards[at],
        tuple(cards[n] for n in following + after),
        run,
        bring(cards),
        main_action(run, reads.carries(run, person), reads.plans(run, person), left_of(cards)),
        packed_of(run, cards, carries=reads.carries(run, person)),
    )


async def _acted(request: Request, person: Person, run_id: UUID, stop_id: UUID) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        if is_partial(request):
            raise
        return await drawn(request, person, run_id, misfit)
    if await _off(run_id, person):
        return await answer(request, receipt, to="/mine", draw=_no_longer_hers)
    return await answer(request, receipt, to=f"/runs/{run_id}#stop-{stop_id}", draw=lambda: facts(run_id, stop_id, person))


class OffPage(msgspec.Struct, frozen=True):
    """What happened counts; the run itself is not hers to see any more."""


async def _off(run_id: UUID, person: Person) -> bool:
    try:
        await reads.visible(run_id, person)
    except Gone:
        return isinstance(person, Person) and await reads.ever_carried(run_id, person)
    return False


async def _no_longer_hers() -> tuple[str, OffPage]:
    return "deliveries/_off.html", OffPage()


@post("/runs/{run_id:uuid}/stops/{stop_id:uuid}/handover", request_max_body_size=MOST_FILE + 64 * 1024)
async def create(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID], stop_id: FromPath[UUID]) -> Response:
    """Without script the photo comes with the form: it is looked at once the act is safe."""
    answered = await _acted(request, person, run_id, stop_id)
    if "photo_file" in await request.form():
        await finishing.finish_received()
    return answered


@post("/runs/{run_id:uuid}/stops/{stop_id:uuid}/failure")
async def fail(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID], stop_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, run_id, stop_id)


@post("/runs/{run_id:uuid}/stops/{stop_id:uuid}/undo")
async def delete(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID], stop_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, run_id, stop_id)


@post("/runs/{run_id:uuid}/stops/{stop_id:uuid}/correction")
async def update(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID], stop_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, run_id, stop_id)


@post("/runs/{run_id:uuid}/disputes/{dispute_id:uuid}")
async def settle(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID], dispute_id: FromPath[UUID]) -> Response:
    """Decided: the stop again. A refusal names no door before it is clear that the run is hers to see."""
    receipt = await press(request)

    async def draw() -> tuple[str, StopsPage]:
        await reads.visible(run_id, person)
        if (found := await reads.dispute(run_id, dispute_id)) is None:
            raise Gone("dispute")
        return await facts(run_id, found.stop_id, person)

    return await answer(request, receipt, to=f"/runs/{run_id}", draw=draw)


PAGES = [create, fail, delete, update, settle]
