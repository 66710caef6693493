"""A rescue file: what a phone that cannot send wrote out, brought in by somebody at the desk or a steward.

{"format": "lastmetre-rescue", "version": 1, "device": …, "made_at": …, "acts": [{"id", "sealed"} or an act as in a batch]}. Each act
counts for whoever pressed it, once, also when the phone sends it too.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.journal.record import record
from app.kernel import forms
from app.kernel.pressing import device_id
from app.kernel.reply import page, perform_here, read_form
from app.kernel.trouble import Misfit, misfit
from app.kernel.words import gettext, say
from app.offline import plain
from app.offline.receiving import Reception, Sent, Told, Unclear, read_acts
from app.offline.sealed import path_inside
from app.people.person import Person
from app.people.rights import may

LARGEST = 4 * 1024 * 1024
MOST = 5_000
AT_ONCE = 100


class RescuePage(msgspec.Struct, frozen=True):
    lines: list[list[str]]
    tally: str


class File(msgspec.Struct, frozen=True):
    format: str
    version: int
    acts: list[Any]
    device: Any = None
    made_at: Any = None


_parse = forms.shape(file=forms.upload(LARGEST))


def read(data: bytes) -> tuple[str | None, list[Sent | str]]:
    """Device and acts. Raises Misfit for another kind of file."""
    try:
        file = msgspec.json.decode(data, type=File)
        if (file.format, file.version) != ("lastmetre-rescue", 1):
            raise misfit("file", "rescue.other_file")
        if len(file.acts) > MOST:
            raise misfit("file", "rescue.too_many", most=MOST)
        return device_id(file.device if isinstance(file.device, str) else None), read_acts(file.acts)
    except (msgspec.DecodeError, Unclear, UnicodeDecodeError, RecursionError) as error:
        raise misfit("file", "rescue.other_file") from error


@get("/rescue")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "rescue.bring")
    return await page(request, "offline/rescue.html", RescuePage([], ""))


@post("/rescue", request_max_body_size=LARGEST + 64 * 1024)
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    """The receipts stand in the answer itself: a second upload of the same file shows the same ones."""
    may(person, "rescue.bring")
    form, _ = await read_form(request)
    try:
        device, sent = read(_parse(form)["file"].data)
    except Misfit as wrong:
        return await page(request, "offline/rescue.html", RescuePage([], ""), misfit=wrong)
    reception, told = Reception(request.app.state.book, person, device=device, kept=True), []
    for start in range(0, len(sent), AT_ONCE):
        told += await reception.receive(sent[start : start + AT_ONCE])

    async def note() -> None:
        record("rescue.brought", person.id, community=person.community_id, n=len(sent))

    receipt = await perform_here(request, note)
    request.app.state.worker.wake.set()
    answer = await page(request, "offline/rescue.html", RescuePage(*_shown(sent, told)))
    answer.headers["X-Act-Receipt"] = receipt.header
    return answer


def _shown(sent: Sequence[Sent | str], told: Sequence[Told | None]) -> tuple[list[list[str]], str]:
    lines = [[plain.step(_path(one)), gettext(f"rescue.state.{result.state if result else 'later'}"), _words(result)]
             for one, result in zip(sent, told, strict=True)]  # fmt: skip
    done = sum(result is not None and result.state == "applied" for result in told)
    return lines, say("rescue.tally", n=len(told), done=done)


def _path(one: Sent | str) -> str:
    if isinstance(one, str):
        return ""
    return path_inside(one.id, one.sealed) if one.sealed is not None else one.path


def _words(result: Told | None) -> str:
    return result.words if result else gettext("trouble.later")


PAGES = [new, create]
