"""From facts to an answer: whole page, fragment, redirect. The only code that looks at htmx's headers.

A page is a template and one frozen struct; the struct's fields are the template's names, and an undefined name
is an error. `press` reads a posted form and performs its act; `answer` turns the receipt into a redirect that
carries the receipt's id (JavaScript off) or into the thing's fragment with a toast (htmx).
"""

import hashlib
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.response import Redirect
from markupsafe import Markup

from app.kernel import act, clock, ids, words
from app.kernel.act import Done
from app.kernel.forms import File, Form
from app.kernel.look import Look
from app.kernel.trouble import Misfit, Trouble

TEMPLATES = Path(__file__).parent.parent.parent / "templates"


class RoleChoice(msgspec.Struct, frozen=True):
    value: str
    label: str
    place: str

    def __iter__(self):
        return iter((self.value, self.label, self.place))


class Me(msgspec.Struct, frozen=True):
    name: str
    role: str
    roles: tuple[RoleChoice, ...]
    community: str
    unread: int


class BarItem(msgspec.Struct, frozen=True):
    path: str
    key: str
    icon: str
    current: bool = False
    badge: int = 0


class Sight(msgspec.Struct):
    """What every page of this request shows around its own facts; filled by `app.people.entry`."""

    owner: str = "anon"
    me: Me | None = None
    bar: tuple[BarItem, ...] = ()
    hotline: str = ""
    refused: dict[str, int] = {}
    look: Look = Look()


SIGHT: ContextVar[Sight] = ContextVar("sight")


class Toast(msgspec.Struct, frozen=True):
    words: str
    state: str
    undo_path: str | None
    undo_version: str | None


def sight() -> Sight:
    return SIGHT.get(None) or Sight()


def act_field(path: str, version: int | str | None = None) -> Markup:
    """The hidden id of a form's act. With `version` it is the one id of that act while its subject is in that version."""
    now = sight()
    act_id = ids.secret() if version is None else act.once_id(now.owner, path, version, now.refused.get(path, 0))
    return Markup('<input type="hidden" name="act" value="%s">') % act_id


def make_environment(asset: Callable[[str], str], demo: bool) -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)
    env.globals.update(act_field=act_field, asset=asset, demo=demo)
    env.filters.update(time=words.clock_time, day=words.day, day_time=words.day_time, ago=words.ago, iso=_iso)
    return env


def _iso(moment: datetime) -> str:
    return clock.local(moment).isoformat(timespec="seconds")


_env: Environment | None = None


def use(env: Environment) -> None:
    global _env
    _env = env


def asset(name: str) -> str:
    """The hashed address of a static file."""
    return _env.globals["asset"](name)


def not_modified(request: Request, version: str) -> Response | None:
    """304 for a polled fragment whose element already shows `version`: asked before anything is read or rendered.

    The element carries `hx-ptag`; its fragment is answered by `fragment(..., version=version)`.
    """
    if request.headers.get("HX-PTag") == _tag(version):
        return Response(None, status_code=304, headers={"HX-PTag": _tag(version)})
    return None


def _tag(version: str) -> str:
    """Another language or another person is another fragment."""
    now = sight()
    return ids.b64(hashlib.sha256(f"{version}|{now.owner}|{now.look}".encode()).digest()[:9])


def render(template: str, facts: msgspec.Struct | None = None, *, here: str = "/", receipt: Toast | None = None, **more: Any) -> str:
    now = sight()
    context = {name: getattr(facts, name) for name in facts.__struct_fields__} if facts is not None else {}
    return _env.get_template(template).render(
        **context, **more, me=now.me, look=now.look, bar=now.bar, hotline=now.hotline, here=here, receipt=receipt
    )


def is_partial(request: Request) -> bool:
    """htmx wants a fragment. `HX-Request` alone says nothing: history and boosted requests carry it too."""
    return request.headers.get("HX-Request-Type") == "partial"


def here(request: Request) -> str:
    """The address that the person is looking at: for a fragment, that of the page it goes into."""
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    if is_partial(request) and current.path:
        return own_path(current.path) or "/"
    return request.url.path if request.method == "GET" else "/"


async def page(
    request: Request, template: str, facts: msgspec.Struct | None = None, *, misfit: Misfit | None = None, status: int = 200
) -> Response[str]:
    """A whole page. With a Misfit it is the form again: 422, `errors` {field: words} and `typed` {field: values}."""
    html = render(template, facts, here=here(request), receipt=await _toast_of(request), **complaints(misfit))
    return Response(html, media_type="text/html", status_code=misfit.status if misfit else status, headers=_HEADERS)


_HEADERS = {"Cache-Control": "no-store", "Vary": "HX-Request-Type"}


def fragment(
    request: Request,
    template: str,
    facts: msgspec.Struct | None = None,
    *,
    misfit: Misfit | None = None,
    status: int = 200,
    version: str | None = None,
) -> Response[str]:
    """A part of a page; with `version` one that is polled and may be answered by `not_modified` next time."""
    html = render(template, facts, here=here(request), **complaints(misfit))
    headers = _HEADERS if version is None else {**_HEADERS, "HX-PTag": _tag(version)}
    return Response(html, media_type="text/html", status_code=misfit.status if misfit else status, headers=headers)


class Typed:
    """What was typed, for `typed.what` in a form template; blank where nothing was."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> str:
        return next(iter(self._values.get(name, ())), "")

    def get(self, name: str, default: str = "") -> str:
        return next(iter(self._values.get(name, ())), default)

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def __bool__(self) -> bool:
        return bool(self._values)


class Errors(dict):
    """`errors.what` is the complaint about a field, or blank."""

    def __getattr__(self, name: str) -> str:
        return self.get(name, "")


def complaints(misfit: Misfit | None) -> dict[str, Any]:
    if misfit is None:
        return {"errors": Errors(), "typed": Typed({})}
    return {"errors": Errors({f: words.say(key, **params) for f, (key, params) in misfit.errors.items()}), "typed": Typed(misfit.typed)}


async def read_form(request: Request) -> tuple[Form, dict[str, str]]:
    """The posted form and its frame fields (`act`, `back`)."""
    sent = await request.form()
    typed: dict[str, list[str]] = {}
    files: dict[str, File] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files[name] = File(value.filename, await value.read())
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
        at=_device_time(request.headers.get("X-Act-At", "")),
    )
    [receipt] = await act.perform([pressed])
    if receipt is None:
        raise act.Later("trouble.later")
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

    [receipt] = await act.perform([act.Press(act_id, request.url.path, request.user, watched, b"")])
    if failed:
        raise failed[0]
    if not isinstance(receipt, act.Receipt):
        raise act.Later("trouble.later")
    return receipt


def _count_refusal(receipt: act.Receipt) -> None:
    """The form drawn with this answer must carry a new id, as the next page's would."""
    if receipt.state == "refused" and not receipt.again:
        refused = sight().refused
        refused[receipt.path] = refused.get(receipt.path, 0) + 1


def _device_time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


Draw = Callable[[], Awaitable[tuple[str, msgspec.Struct]]]


async def answer(request: Request, receipt: act.Receipt, *, to: str, draw: Draw | None = None) -> Response:
    """After an act: the fragment that `draw` names, for htmx; else 303 to `back`, or `to`, with the receipt's id."""
    to = getattr(request.state, "back", "") or to
    if is_partial(request) and draw is not None:
        try:
            template, facts = await draw()
            html = render(template, facts, here=here(request), receipt=toast(receipt), **complaints(None))
        except Trouble as trouble:
            html = trouble_html("parts/_trouble.html", trouble, here=here(request), back=to)
        status = 200 if receipt.state == "applied" else 409
        return _with_receipt(Response(html, media_type="text/html", status_code=status, headers=_HEADERS), receipt)
    if receipt.state == "refused":
        html = trouble_html("trouble.html", receipt, here=here(request), back=to)
        return _with_receipt(Response(html, media_type="text/html", status_code=_status(receipt), headers=_HEADERS), receipt)
    parts = urlsplit(to)
    query = "&".join(part for part in (parts.query, urlencode({"did": receipt.id})) if part)
    return _with_receipt(Redirect(f"{parts.path}?{query}" + (f"#{parts.fragment}" if parts.fragment else ""), status_code=303), receipt)


def trouble_html(template: str, trouble: Trouble | act.Receipt, *, here: str, back: str) -> str:
    params = trouble.filled if isinstance(trouble, act.Receipt) else trouble.params
    return render(template, None, here=here, what=words.say(trouble.words, **params), reason=trouble.reason, back=back, **complaints(None))


def _status(receipt: act.Receipt) -> int:
    return {"gone": 404, "barred": 403, "overtaken": 409, "misfit": 422}.get(receipt.trouble or "", 409)


def _with_receipt(response: Response, receipt: act.Receipt) -> Response:
    response.headers["X-Act-Receipt"] = receipt.header
    return response


def toast(receipt: act.Receipt) -> Toast:
    return Toast(words.say(receipt.words, **receipt.filled), receipt.state, receipt.undo, receipt.id)


async def _toast_of(request: Request) -> Toast | None:
    did = request.query_params.get("did", "")
    if not act.ID.fullmatch(did):
        return None
    receipt = await act.receipt_of(did, sight().owner)
    return toast(receipt) if receipt else None


def own_path(path: str) -> str:
    """`path` if it stays on this origin, else blank: `back` is typed by whoever posts."""
    if path.startswith("/") and not path.startswith("//") and "\\" not in path and "\n" not in path and "\r" not in path:
        return path
    return ""
