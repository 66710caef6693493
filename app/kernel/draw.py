"""Templates and their facts. A page's struct is all that its template may name; an undefined name is an error."""

import re
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from app.kernel import act, clock, ids, naming, receipts, seal, words
from app.kernel.sight import sight
from app.kernel.trouble import Misfit, Trouble

TEMPLATES = Path(__file__).parent.parent.parent / "templates"


class Toast(msgspec.Struct, frozen=True):
    words: str
    state: str
    undo_path: str | None
    undo_version: str | None


def act_field(path: str, version: int | str | None = None) -> Markup:
    """The hidden id of a form's act. With `version` it is the one id of that act while its subject is in that version."""
    now = sight()
    act_id = ids.secret() if version is None else receipts.once_id(now.owner, path, version, now.refused.get(path, 0))
    return Markup('<input type="hidden" name="act" value="%s">') % act_id


# where it goes, and what it always sends there: two forms of one address differ in that
_FORM = re.compile(r'action="([^"]*)"(?:[^>]*>\s*<input type="hidden" name="act"[^>]*>((?:<input type="hidden"[^>]*>)*))?')
_NAMING = re.compile(r'\b(id|for|href|aria-describedby|aria-labelledby)="([^"]*)"')


def own_ids(html: Markup) -> Markup:
    """The same with ids of its own. Forms of one page ask for things of the same name, and a label means the first that bears the id."""
    form = _FORM.search(html)
    if form is None:
        return html
    own = f"f{zlib.crc32(''.join(form.groups('')).encode()):x}-"
    return Markup(_NAMING.sub(lambda found: f'{found[1]}="{re.sub(r"(?<![^ #])f-", own, found[2])}"', html))


class Compiled(BytecodeCache):
    """Each template compiled once a process, however many applications it builds."""

    kept: dict[str, tuple[str, Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self.kept.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.checksum, bucket.code


def make_environment(asset: Callable[[str], str], demo: bool, worker: bool = True) -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=Compiled(),
    )
    env.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)
    env.globals.update(act_field=act_field, asset=asset, demo=demo, worker=worker)
    env.filters.update(time=words.clock_time, day=words.day, day_time=words.day_time, ago=words.ago, iso=_iso, own_ids=own_ids)
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


def render(template: str, facts: msgspec.Struct | None = None, *, here: str = "/", receipt: Toast | None = None, **more: Any) -> str:
    now = sight()
    context = {name: getattr(facts, name) for name in facts.__struct_fields__} if facts is not None else {}
    return _env.get_template(template).render(
        **context, **more, me=now.me, look=now.look, bar=now.bar, hotline=now.hotline, here=here, receipt=receipt,
        owner_tag=now.owner_tag, outbox_key=seal.outbox_point() if seal.is_open() else "",
    )  # fmt: skip


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


def trouble_html(template: str, trouble: Trouble | act.Receipt, *, here: str, back: str, names: Mapping[str, str] = {}) -> str:
    what = naming.said(trouble, names)
    return render(template, None, here=here, what=what, reason=trouble.reason, back=back, **complaints(None))


def toast(receipt: act.Receipt, names: Mapping[str, str] = {}) -> Toast:
    return Toast(naming.said(receipt, names), receipt.state, receipt.undo, receipt.id)
