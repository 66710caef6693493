"""Shapes of input about people."""

from app.kernel.forms import Bad, many_of, one_of, optional, phone, shape, text
from app.people.rules.accounts import SKILLS


def password(sent: list) -> str:
    """At least 8 characters, none of the first that anybody tries; never trimmed, never shown again."""
    value = sent[0] if sent and isinstance(sent[0], str) else ""
    if len(value) < 8:
        raise Bad("people.password.too_short", least=8)
    if len(value) > 200:
        raise Bad("form.too_long", most=200, now=len(value))
    if (value.isdigit() and len(set(value)) <= 2) or value in ("12345678", "123456789", "password", "88888888", "11111111"):
        raise Bad("people.password.too_common")
    return value


sign_in = shape(phone=phone, password=text(1, 200))
joining = shape(
    name=text(1, 40),
    phone=phone,
    organisation=text(0, 60),
    skills=many_of(SKILLS),
    password=optional(password, ""),
    lang=optional(one_of(("zh", "en")), "zh"),
)
