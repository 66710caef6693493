"""From a posted form to a performed act."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from litestar import Request
from litestar.datastructures import UploadFile

from app.kernel import act, ids
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
    pressed = request.app.state.book.read(
        request.url.path,
        form,
        act_id=frame.get("act") or request.headers.get("Idempotency-Key", ""),
        by=request.user,
        at=device_time(request.headers.get("X-Act-At", "")),
    )
    [receipt] = await act.perform([pressed])
    if receipt is None:
        raise Later("trouble.later")
    if isinstance(receipt, Misfit):
        receipt.typed = form.typed
        raise receipt
    _count_refusal(receipt)
    request.app.state.worker.wake.set()
    return receipt


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
    [receipt] = await act.perform([act.Press(act_id, act.shape_of(request.url.path), request.user, watched, b"")])
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


def own_path(path: str) -> str:
    """`path` if it stays on this origin, else blank: `back` is typed by whoever posts.

    Browsers take a backslash for a slash and drop tabs and line ends wherever they stand, so neither may be there.
    """
    own = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if own else ""
