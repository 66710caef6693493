"""Small converters from what was typed to values; `shape` gathers every complaint before it raises one Misfit.

A converter takes the list of strings sent under a name and answers a value or raises `Bad` with a words-key. What
was typed travels in the Misfit, so that the form comes back filled.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from app.kernel import clock
from app.kernel.trouble import Misfit

Converter = Callable[[list[str]], Any]


class Bad(ValueError):
    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


class File:
    __slots__ = ("data", "name")

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data = name, data


class Form:
    """What was sent: strings by name in order, and files. `act` and other hidden frame fields are left out."""

    FRAME = frozenset({"act", "back", "grant", "after"})

    def __init__(self, typed: dict[str, list[str]], files: dict[str, File] | None = None) -> None:
        self.typed = {name: values for name, values in typed.items() if name not in self.FRAME}
        self.files = files or {}

    def canonical(self) -> str:
        """One text for one content, whatever the order of the fields: what a body hash is taken of."""
        lines = [f"{name}={value!r}" for name in sorted(self.typed) for value in self.typed[name]]
        return "\n".join(lines + [f"{name}:{file.name}:{hash_of(file.data)}" for name, file in sorted(self.files.items())])


def hash_of(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def shape(**fields: Converter) -> Callable[[Form], dict[str, Any]]:
    """A parser: `shape(what=text(1, 500))(form)` answers {"what": ...} or raises Misfit with all complaints.

    Converters marked by `upload` get the File. Fields that are not named are ignored, never passed on.
    """

    def parse(form: Form) -> dict[str, Any]:
        found, errors = {}, {}
        for name, converter in fields.items():
            try:
                sent = [form.files[name]] if name in form.files else form.typed.get(name, [])
                found[name] = converter(sent)
            except Bad as bad:
                errors[name] = (bad.key, bad.params)
        if errors:
            raise Misfit(errors, form.typed)
        return found

    parse.fields = tuple(fields)
    return parse


nothing = shape()


def with_numbers(
    prefix: str, key: Callable[[str], Any], least: int, most: int, parse: Callable[[Form], dict[str, Any]], into: str
) -> Callable[[Form], dict[str, Any]]:
    """Adds `into`: {key: number} of the fields `prefix-key`, blank ones and zeros left out where `least` is 0."""
    shaped = integer(least, most)

    def read(form: Form) -> dict[str, Any]:
        found, errors = {}, {}
        for name, sent in form.typed.items():
            if not name.startswith(f"{prefix}-"):
                continue
            try:
                if (n := optional(shaped, 0)(sent)) or not least:
                    found[key(name.removeprefix(f"{prefix}-"))] = n
            except Bad as bad:
                errors[name] = (bad.key, bad.params)
            except ValueError:
                errors[name] = ("form.unknown_choice", {})
        try:
            fields = parse(form)
        except Misfit as misfit:
            errors |= misfit.errors
        if errors:
            raise Misfit(errors, form.typed)
        return fields | {into: found}

    read.fields = parse.fields
    return read


def clean(value: str) -> str:
    """NFC, one kind of line end, no control characters (PostgreSQL refuses NUL), no blank ends."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in value if c == "\n" or not unicodedata.category(c).startswith("C") or c == "\u200d").strip()


_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _names_identity(value: str) -> bool:
    """A resident identity number (GB 11643: region, birthday, check digit) is asked for nowhere and kept nowhere."""
    found = _IDENTITY.findall(unicodedata.normalize("NFKC", value)) if len(value) >= 18 else ()
    return any("10X98765432"[sum(int(n) * w for n, w in zip(one, _WEIGHTS, strict=False)) % 11] == one[-1].upper() for one in found)


def text(least: int = 0, most: int = 200, *, lines: bool = False) -> Converter:
    def convert(sent: list) -> str:
        value = clean(_first(sent))
        if not lines:
            value = " ".join(value.split())
        if not value and least:
            raise Bad("form.missing")
        if len(value) < least:
            raise Bad("form.too_short", least=least)
        if len(value) > most:
            raise Bad("form.too_long", most=most, now=len(value))
        if _names_identity(value):
            raise Bad("form.id_number")
        return value

    return convert


def optional(converter: Converter, default: Any = None) -> Converter:
    """Blank or absent answers `default`; anything else goes to the converter."""

    def convert(sent: list) -> Any:
        return default if not any(isinstance(value, File) or value.strip() for value in sent) else converter(sent)

    return convert


def integer(least: int, most: int) -> Converter:
    def convert(sent: list) -> int:
        typed = unicodedata.normalize("NFKC", _first(sent)).strip()
        if not typed:
            raise Bad("form.missing")
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", typed):
            raise Bad("form.not_a_number")
        if not least <= int(typed) <= most:
            raise Bad("form.out_of_range", least=least, most=most)
        return int(typed)

    return convert


def one_of(choices: Iterable[str]) -> Converter:
    allowed = frozenset(choices)

    def convert(sent: list) -> str:
        if not (value := _first(sent)):
            raise Bad("form.choose")
        if value not in allowed:
            raise Bad("form.unknown_choice")
        return value

    return convert


def many_of(choices: Iterable[str]) -> Converter:
    allowed = frozenset(choices)

    def convert(sent: list) -> tuple[str, ...]:
        chosen = tuple(dict.fromkeys(value for value in sent if value))
        if not allowed.issuperset(chosen):
            raise Bad("form.unknown_choice")
        return chosen

    return convert


def flag(sent: list) -> bool:
    return _first(sent) in ("1", "on", "true", "yes")


def uuid(sent: list) -> UUID:
    if not (value := _first(sent)):
        raise Bad("form.choose")
    try:
        return UUID(value)
    except ValueError:
        raise Bad("form.unknown_choice") from None


def uuids(most: int = 500) -> Converter:
    def convert(sent: list) -> tuple[UUID, ...]:
        if not sent:
            raise Bad("form.choose")
        if len(sent) > most:
            raise Bad("form.too_many", most=most)
        return tuple(dict.fromkeys(uuid([value]) for value in sent))

    return convert


def moment(sent: list) -> datetime:
    """`2026-11-22T14:00` in the community's zone, or ISO with an offset; UTC."""
    typed = _first(sent)
    if not typed:
        raise Bad("form.missing")
    try:
        value = datetime.fromisoformat(typed)
        value = value.replace(tzinfo=clock.ZONE.get()) if value.tzinfo is None else value
        value = value.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Bad("form.not_a_time") from None
    if abs((value - clock.now()).days) > 800:
        raise Bad("form.far_time")
    return value


def day(sent: list) -> date:
    """`2026-11-22`."""
    if not (typed := _first(sent)):
        raise Bad("form.missing")
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        raise Bad("form.not_a_time") from None
    if not 2020 <= found.year <= 2100:
        raise Bad("form.far_time")
    return found


def phone(sent: list) -> str:
    """Digits only, +86 dropped: a mobile number of 11 digits or a fixed line with its area code or 7-8 digits."""
    typed = unicodedata.normalize("NFKC", _first(sent))
    digits = re.sub(r"[\s()—–-]", "", typed)
    digits = re.sub(r"^(\+86|0086)", "", digits)
    if not digits:
        raise Bad("form.missing")
    if not re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{9,11}|[2-9][0-9]{6,7}", digits):
        raise Bad("form.not_a_phone")
    return digits


def upload(most: int) -> Converter:
    def convert(sent: list) -> File:
        if not sent or not isinstance(sent[0], File) or not sent[0].name:
            raise Bad("form.choose_file")
        if len(sent[0].data) > most:
            raise Bad("form.file_too_large", most=most // 1024 // 1024)
        return sent[0]

    return convert


def _first(sent: list) -> str:
    return sent[0] if sent and isinstance(sent[0], str) else ""
