"""From a posted form to a performed act."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile

from app.kernel import act, ids, logs, receipts
from app.kernel.act import Done
from app.kernel.forms import File, Form
from app.kernel.sight import sight
from app.kernel.trouble import Later, Misfit, Trouble


async def read_form(request: Request) -> tuple[Form, dict[str, str]]:
    """The posted form and its frame fields (`act`, `back`)."""
    sent = await request.form()
    typed: dict[str, list[str]] = {}
    files: dict[str, File] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files[name] = File(value.filename, await value.read())
                await value.seek(0)  # a page may look at an upload before it presses the act
        else:
            typed.setdefault(name, []).append(value if isinstance(value, str) else str(value))
    frame = {name: typed[name][0] for name in Form.FRAME if name in typed}
    return Form(typed, files), frame


async def press(request: Request) -> act.Receipt:
    """Perform the act that this POST is. Raises Misfit for what cannot be understood; a refusal is a receipt.

    The answer to any act carries `X-Act-Receipt`; a phone that does not see it keeps the act.
    """
    form, frame = await read_form(request)
    request.state.back = own_path(frame.get("back", ""))
    act_id = frame.get("act") or request.headers.get("Idempotency-Key", "")
    if request.headers.get("X-Act-Owner", sight().owner_tag) != sight().owner_tag:
        raise _OtherOwner("act.other_owner")
    try:
        pressed = request.app.state.book.read(request.url.path, form, act_id=act_id, by=request.user, **_told(request, frame))
        [receipt] = await act.perform([pressed])
    except Misfit:
        await _not_understood(request, act_id)
        raise
    if receipt is None:
        raise Later("trouble.later")
    if isinstance(receipt, Misfit):
        await _not_understood(request, act_id)
        receipt.typed = form.typed
        raise receipt
    request.state.receipt = receipt
    _count_refusal(receipt)
    request.app.state.worker.wake.set()
    return receipt


async def _not_understood(request: Request, act_id: str) -> None:
    request.state.misfit = act_id
    if device := device_id(request.headers.get("X-Device")):
        await receipts.note_unread(act_id, device, sequence(request.headers.get("X-Seq")))


class _OtherOwner(Later):
    """The page was drawn for somebody else than is signed in now: her phone keeps the act and sends it with her grant."""

    status = 401


def _told(request: Request, frame: dict[str, str]) -> dict[str, Any]:
    """What the phone says of an act beside its form; all of it may be missing or nonsense."""
    said = request.headers
    device = device_id(said.get("X-Device"))
    return {
        "at": device_time(said.get("X-Act-At")),
        "offset": milliseconds(said.get("X-Act-Offset")),
        "waited": said.get("X-Act-Waited") == "1",
        "device": device,
        "seq": sequence(said.get("X-Seq")) if device else None,
        "after": frame.get("after") if ids.ACT.fullmatch(frame.get("after", "")) else None,
    }


async def perform_here(request: Request, work: Callable[[], Awaitable[Done | None]]) -> act.Receipt:
    """An act that belongs to this phone and is not in the book (signing in and out): a fresh id, never replayed.

    Raises Misfit, and a refusal's Trouble as it was raised.
    """
    act_id, failed = ids.secret(), []

    async def watched() -> Done | None:
        try:
            return await work()
        except Trouble as trouble:
            failed.append(trouble)
            raise

    # an address that is a link's must not be kept with its secret
    [receipt] = await act.perform([act.Press(act_id, logs.shape_of(request.url.path), request.user, watched, b"")])
    if failed:
        raise failed[0]
    if not isinstance(receipt, act.Receipt):
        raise Later("trouble.later")
    return receipt


def _count_refusal(receipt: act.Receipt) -> None:
    """The form drawn with this answer must carry a new id, as the next page's would."""
    if receipt.state == "refused" and not receipt.again:
        refused = sight().refused
        refused[receipt.path] = refused.get(receipt.path, 0) + 1


def device_time(text: str | None) -> datetime | None:
    """What a phone's clock said, in UTC; None for nothing, nonsense, and what lies beyond the calendar."""
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def device_id(text: str | None) -> str | None:
    return text if text and re.fullmatch(r"[\w.:-]{1,64}", text, re.ASCII) else None


def sequence(text: str | int | None) -> int | None:
    """A phone's own count of its acts."""
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,15}", str(text)) else None


LONGEST_OFFSET = 10 * 366 * 86_400_000


def milliseconds(text: str | int | None) -> int | None:
    """How far our clock is ahead of the phone's; None for nonsense and for more than ten years."""
    if text is None or not re.fullmatch(r"-?[0-9]{1,13}", str(text)):
        return None
    return int(text) if abs(int(text)) < LONGEST_OFFSET else None


def own_path(path: str) -> str:
    """`path` if it stays on this origin, else blank: `back` is typed by whoever posts.

    Browsers take a backslash for a slash and drop tabs and line ends wherever they stand, so neither may be there.
    """
    own = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if own else ""
