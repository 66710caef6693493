"""Signing in: by phone and password, or by a one-time link that a person or the demo shows."""

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from app.kernel.reply import own_path, page, perform_here, read_form
from app.kernel.trouble import Gone, Misfit
from app.people import forms
from app.people.entry import LOCKED, session_cookie
from app.people.rules import sessions


class SignInPage(msgspec.Struct, frozen=True):
    back: str


class LinkPage(msgspec.Struct, frozen=True):
    path: str


@get("/sign-in")
async def new(request: Request) -> Response:
    return await page(request, "people/sign_in.html", SignInPage(own_path(request.query_params.get("back", ""))))


@post("/sign-in")
async def create(request: Request) -> Response:
    form, frame = await read_form(request)
    back = own_path(frame.get("back", ""))
    tokens: list[str] = []
    try:
        fields = forms.sign_in(form)
        slow_down(request, fields["phone"])
        account = await sessions.account_by_password(**fields)
        await perform_here(request, lambda: _start(tokens, account, request))
    except Misfit as misfit:
        misfit.typed = {"phone": form.typed.get("phone", [])}
        return await page(request, "people/sign_in.html", SignInPage(back), misfit=misfit)
    return signed_in(request, tokens[0], back or "/")


async def _start(tokens: list[str], account, request: Request) -> None:
    tokens.append(await sessions.start(account, label=device(request)))


@get("/sign-in/{token:str}")
async def show(request: Request, token: FromPath[str]) -> Response:
    """One button, consuming nothing: chat programs fetch links to preview them."""
    if not await sessions.link_is_live(token):
        raise Gone("sign_in_link")
    return await page(request, "people/sign_in_link.html", LinkPage(f"/sign-in/{token}"))


@post("/sign-in/{token:str}")
async def update(request: Request, token: FromPath[str]) -> Response:
    tokens: list[str] = []

    async def use() -> None:
        tokens.append(await sessions.use_link(token, label=device(request)))

    await perform_here(request, use)
    return signed_in(request, tokens[0], "/")


def slow_down(request: Request, who: str, *, field: str = "password") -> None:
    """Ten tries a quarter of an hour for one number or account; the wait grows back, nobody is locked out for good."""
    if request.app.state.buckets.allow("password", who, burst=10, per_second=10 / 900):
        raise Misfit({field: ("people.sign_in.slow_down", {})})


def device(request: Request) -> str:
    """What the owner recognises a session by, from the user agent: system and browser, no version."""
    agent = request.headers.get("user-agent", "")
    system = next((name for key, name in _SYSTEMS if key in agent), "?")
    browser = next((name for key, name in _BROWSERS if key in agent), "?")
    return f"{system} · {browser}"


_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Harmony", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))


def signed_in(request: Request, token: str, to: str) -> Response:
    """The old session's cookie is overwritten; a token that came with the request is never kept."""
    response = Redirect(to, status_code=303)
    response.headers["Set-Cookie"] = session_cookie(request.app.state.settings.secure, token, max_age=int(sessions.LIFE.total_seconds()))
    response.delete_cookie(LOCKED)
    return response


PAGES = [new, create, show, update]
