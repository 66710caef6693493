"""Rights are words, held by roles at places. The same question guards a verb and hides its button.

`may(person, right)` raises Barred; `can` answers. A role granted for buildings (a steward's) gives its rights for
those buildings only: ask `person.reach` which.
"""

from uuid import UUID

from app.kernel.trouble import Barred
from app.people.person import Held, Person

_VOLUNTEER = {"task.take", "presence.start", "run.carry", "roster.see"}
_STEWARD = _VOLUNTEER | {
    "need.raise",
    "need.see",
    "need.triage",
    "household.see",
    "contact.note",
    "round.make",
    "carer.pair",
    "unreached.see",
    "ledger.reveal",
    "ledger.edit",
    "phones.take",
    "distribution.see",
    "difference.decide",
    "rescue.bring",
    "presence.show",
    "presence.confirm",
    "print.make",
    "notice.write",
    "roster.make",
    "stock.see",
    "order.see",
    "order.enter",
}
_OPERATOR = {
    "donation.see",
    "donation.enter",
    "order.see",
    "order.enter",
    "need.raise",
    "need.see",
    "household.see",
    "contact.note",
    "unreached.see",
    "ledger.reveal",
    "presence.start",
    "roster.see",
}
_COMMAND = {
    "reveals.see",
    "export.approve",
    "emergency.close",
    "board.see",
    "report.see",
    "report.export",
    "unreached.see",
    "gap.see",
    "roster.see",
}
_DISPATCHER = (
    _STEWARD
    | _COMMAND
    | {
        "task.call",
        "run.plan",
        "delivery.correct",
        "distribution.make",
        "people.see",
        "people.vouch",
        "people.invite",
        "people.suspend",
        "role.give",
        "ledger.import",
        "settings.change",
        "medicine.keep",
        "team.make",
        "account.reveal",
        "account.help",
        "subject.serve",
        "ledger.export",
        "phone.see",
        "presence.watch",
        "stock.move",
        "stock.count",
        "offer.make",
        "donation.see",
        "donation.enter",
        "donation.answer",
        "parcel.pack",
    }
)

_HUB_KEEPER = _VOLUNTEER | {
    "stock.see",
    "stock.move",
    "stock.count",
    "offer.make",
    "order.see",
    "parcel.pack",
    "distribution.see",
    "donation.see",
    "donation.enter",
    "donation.answer",
}

RIGHTS: dict[str, frozenset[str]] = {
    "volunteer": frozenset(_VOLUNTEER),
    "steward": frozenset(_STEWARD),
    "grid_lead": frozenset(_STEWARD),
    "grid_deputy": frozenset(_STEWARD),
    "dispatcher": frozenset(_DISPATCHER),
    "operator": frozenset(_OPERATOR),
    "command": frozenset(_COMMAND),
    "hub_keeper": frozenset(_HUB_KEEPER),
}

# Rights that a role at a building, unit or grid gives for that place only.
_LOCAL = frozenset(
    {
        "need.see",
        "need.raise",
        "need.triage",
        "household.see",
        "contact.note",
        "round.make",
        "carer.pair",
        "unreached.see",
        "ledger.reveal",
        "ledger.edit",
        "phones.take",
        "distribution.see",
        "difference.decide",
        "presence.show",
        "presence.confirm",
        "print.make",
        "notice.write",
        "roster.make",
        "order.see",
        "order.enter",
    }
)


def can(person: Person, right: str, *, building: object = None) -> bool:
    """Whether `person` holds `right` in the community she acts in; with `building`, there."""
    return any(
        _reaches(person, held, right, building) for held in person.roles if right in RIGHTS.get(held.role, ()) and _here(person, held)
    )


def _here(person: Person, held: Held) -> bool:
    return held.community_id in (None, person.community_id)


def _reaches(person: Person, held: Held, right: str, building: object) -> bool:
    return right not in _LOCAL or held.place in ("community", "district") or building is None or building in person.buildings


def may(person: Person, right: str, *, building: object = None) -> None:
    """Raise Barred, with words that say who may, unless `can`."""
    if not can(person, right, building=building):
        raise Barred("trouble.barred." + right.replace(".", "_"), reason="barred")


def everywhere(person: Person, right: str) -> bool:
    """Whether she holds `right` for the whole community rather than for some buildings of it."""
    return any(
        right in RIGHTS.get(held.role, ()) and held.place in ("community", "district") and _here(person, held) for held in person.roles
    )


def reach(person: Person, right: str) -> frozenset[UUID] | None:
    """The buildings that she holds `right` for; None for all of the community and what is in no building."""
    if everywhere(person, right):
        return None
    return person.buildings if can(person, right) else frozenset()
