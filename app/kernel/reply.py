"""From facts to an answer: whole page, fragment, redirect. The only code that looks at htmx's headers.

`press` (from `pressing`) performs the act that a POST is; `answer` turns its receipt into a redirect that carries the
receipt's id (JavaScript off) or into the thing's fragment with a toast (htmx).
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from app.kernel import act, ids, naming, receipts
from app.kernel.draw import Toast, asset, complaints, make_environment, render, toast, trouble_html, use
from app.kernel.kept import may_be_kept
from app.kernel.pressing import own_path, perform_here, press, read_form
from app.kernel.sight import SIGHT, BarItem, Me, RoleChoice, Sight, sight
from app.kernel.trouble import Misfit, Trouble

__all__ = [
    "SIGHT",
    "BarItem",
    "Live",
    "Me",
    "RoleChoice",
    "Sight",
    "Toast",
    "answer",
    "asset",
    "fragment",
    "go_to",
    "is_partial",
    "live",
    "make_environment",
    "not_modified",
    "not_understood",
    "own_path",
    "page",
    "perform_here",
    "press",
    "read_form",
    "render",
    "sight",
    "trouble_html",
    "use",
]


def not_modified(request: Request, version: str) -> Response | None:
    """304 for a polled fragment whose element already shows `version`: asked before anything is read or rendered.

    The element carries `hx-ptag`; its fragment is answered by `fragment(..., version=version)`.
    """
    shown = request.headers.get("HX-PTag", "")
    if shown.partition(".")[0] == _tag(version):
        return Response(None, status_code=304, headers={"HX-PTag": shown, "X-Owner": sight().owner_tag})
    return None


class Live(msgspec.Struct, frozen=True):
    """A part of a page that follows what happens: where it is drawn again, the tag of what it shows, the last change that it knows.

    `community`: what the stream is asked for, as on the board; blank for where she stands.
    """

    path: str
    tag: str
    since: str
    community: str = ""


def live(path: str, version: str, community: str = "") -> Live:
    """`version` is read before the facts, and begins with the id of the last change."""
    return Live(path, _tag(version), re.split(r"[ .]", version, maxsplit=1)[0], community)


def _tag(version: str) -> str:
    """Another language or another person is another fragment."""
    now = sight()
    return _digest(f"{version}|{now.owner}|{now.look}")


def _digest(text: str) -> str:
    return ids.b64(hashlib.sha256(text.encode()).digest()[:9])


_MINTED = re.compile(r'(?<=name="act" value=")[\w-]{22}')


def is_partial(request: Request) -> bool:
    """htmx wants a fragment. `HX-Request` alone says nothing: history and boosted requests carry it too."""
    return request.headers.get("HX-Request-Type") == "partial"


def here(request: Request) -> str:
    """The address that the person is looking at: for a fragment, that of the page it goes into."""
    if is_partial(request):
        try:
            current = urlsplit(request.headers.get("HX-Current-URL", "")).path
        except ValueError:
            current = ""
        if current:
            return own_path(current) or "/"
    return request.url.path if request.method == "GET" else "/"


async def page(
    request: Request, template: str, facts: msgspec.Struct | None = None, *, misfit: Misfit | None = None, status: int = 200
) -> Response[str]:
    """A whole page. With a Misfit it is the form again: 422, `errors` {field: words} and `typed` {field: values}."""
    html = render(template, facts, here=here(request), receipt=await _toast_of(request), **complaints(misfit))
    status = misfit.status if misfit else status
    headers = _HEADERS | not_understood(request, misfit) | (_for_reading(request) if status == 200 else {})
    return Response(html, media_type="text/html", status_code=status, headers=headers)


def _for_reading(request: Request) -> dict[str, str]:
    """A page of her work of today may lie on her phone, closed with the key of `X-Owner`; the app's badge follows `X-Unread`."""
    owner = sight().owner_tag
    if not owner:
        return {}
    keep = request.method == "GET" and may_be_kept(request.url.path, request.url.query)
    me = sight().me
    return {"X-Owner": owner, "X-Unread": str(me.unread if me else 0), **({"X-Offline": "keep"} if keep else {})}


_HEADERS = {"Cache-Control": "no-store", "Vary": "HX-Request-Type"}


def not_understood(request: Request, misfit: Trouble | None) -> dict[str, str]:
    """Tells the phone that this form answers its act: what was typed stands in it again, and the act left no receipt."""
    if not isinstance(misfit, Misfit) or getattr(request.state, "receipt", None):
        return {}
    act_id = getattr(request.state, "misfit", "") or request.headers.get("Idempotency-Key", "")
    return {"X-Act-Misfit": act_id} if ids.ACT.fullmatch(act_id) else {}


def decided(request: Request, trouble: Trouble | None) -> dict[str, str]:
    """For an answer that a handler did not draw: the receipt of the act that it performed, or that a trouble came before the act.

    Whatever a page refuses to a press, it refuses for good: without a word the phone would ask again for ever. Empty where
    nothing was decided.
    """
    receipt = getattr(request.state, "receipt", None)
    if receipt is not None:
        return {"X-Act-Receipt": receipt.header}
    act_id = request.headers.get("Idempotency-Key", "")
    if trouble is None or request.method != "POST" or not ids.ACT.fullmatch(act_id):
        return {}
    return {
        "X-Act-Receipt": f"{act_id}; refused; again=0",
        "X-Act-Reason": quote(trouble.reason or ""),
        "X-Act-Says": quote(naming.said(trouble, {})),
    }


def fragment(
    request: Request,
    template: str,
    facts: msgspec.Struct | None = None,
    *,
    misfit: Misfit | None = None,
    status: int = 200,
    version: str | None = None,
) -> Response[str]:
    """A part of a page; with `version` one that is asked for again and again, and may be answered by `not_modified` next time.

    Where something happened and her view of it is the same, there is nothing to send either.
    """
    html = render(template, facts, here=here(request), **complaints(misfit))
    headers = _HEADERS | not_understood(request, misfit)
    if version is not None:
        drawn = _digest(_MINTED.sub("", html))
        headers |= {"HX-PTag": f"{_tag(version)}.{drawn}", "X-Owner": sight().owner_tag}
        if request.headers.get("HX-PTag", "").partition(".")[2] == drawn:
            return Response(None, status_code=304, headers=headers)
    return Response(html, media_type="text/html", status_code=misfit.status if misfit else status, headers=headers)


Draw = Callable[[], Awaitable[tuple[str, msgspec.Struct]]]


async def answer(request: Request, receipt: act.Receipt, *, to: str, draw: Draw | None = None) -> Response:
    """After an act: the fragment that `draw` names, for htmx; else 303 to `back`, or `to`, with the receipt's id.

    A script cannot read the headers of a redirect: with `X-Act-Reply: to` it is told the address in `X-Act-To`, and goes there itself.
    """
    to = getattr(request.state, "back", "") or to
    names = await naming.names_in(receipt)
    if is_partial(request) and draw is not None:
        try:
            template, facts = await draw()
            html = render(template, facts, here=here(request), receipt=toast(receipt, names), **complaints(None))
        except Trouble as trouble:
            html = trouble_html("parts/_trouble.html", trouble, here=here(request), back=to, names=await naming.names_in(trouble))
        status = 200 if receipt.state == "applied" else 409
        return _with_receipt(Response(html, media_type="text/html", status_code=status, headers=_HEADERS), receipt, names)
    if receipt.state == "refused":
        html = trouble_html("trouble.html", receipt, here=here(request), back=to, names=names)
        return _with_receipt(Response(html, media_type="text/html", status_code=_status(receipt), headers=_HEADERS), receipt, names)
    parts = urlsplit(to)
    query = "&".join(part for part in (parts.query, urlencode({"did": receipt.id})) if part)
    address = f"{parts.path}?{query}" + (f"#{parts.fragment}" if parts.fragment else "")
    return await go_to(request, receipt, address)


async def go_to(request: Request, receipt: act.Receipt, address: str) -> Response:
    """On to another page after an act: a redirect, or for a script the address."""
    names = await naming.names_in(receipt)
    if request.headers.get("X-Act-Reply") == "to":
        return _with_receipt(
            Response(None, status_code=204, headers={**_HEADERS, "X-Act-To": quote(address, safe=_AS_SENT)}), receipt, names
        )
    return _with_receipt(Redirect(address, status_code=303), receipt, names)


_AS_SENT = "/#%[]=:;$&()+,!?*@'~"  # what the framework's own redirect leaves as it is


def _status(receipt: act.Receipt) -> int:
    return {"gone": 404, "barred": 403, "overtaken": 409, "misfit": 422}.get(receipt.trouble or "", 409)


def _with_receipt(response: Response, receipt: act.Receipt, names: Mapping[str, str]) -> Response:
    response.headers["X-Act-Receipt"] = receipt.header
    if receipt.state != "applied" or receipt.reason:  # what the phone's own list shows of it
        response.headers["X-Act-Reason"] = quote(receipt.reason or "")
        response.headers["X-Act-Says"] = quote(naming.said(receipt, names))
    return response


async def _toast_of(request: Request) -> Toast | None:
    did = request.query_params.get("did", "")
    if not ids.ACT.fullmatch(did):
        return None
    receipt = await receipts.of(did, sight().owner)
    return toast(receipt, await naming.names_in(receipt)) if receipt else None
