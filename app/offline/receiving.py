"""What came in a batch, from a phone or a rescue file: who each act counts for, and a receipt for each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from app.kernel import act, clock, ids, receipts
from app.kernel.book import Book
from app.kernel.forms import File, Form
from app.kernel.naming import names_in, said
from app.kernel.pressing import device_id, device_time, milliseconds, sequence
from app.kernel.trouble import Barred, Gone, Misfit, Overtaken, Trouble
from app.kernel.words import say
from app.offline import holding
from app.offline.sealed import Damaged, keep_aside, open_envelope
from app.people.person import Person, Stranger
from app.people.rules import devices
from app.people.rules.devices import Holder


class Sent(msgspec.Struct, frozen=True):
    id: str
    path: str = ""
    form: dict[str, str | list[str]] = {}
    method: str = "POST"
    seq: int | None = None
    at: str | None = None
    grant: str | None = None
    after: str | None = None
    offset: int | None = None
    device: str | None = None
    sealed: str | None = None


class Told(msgspec.Struct, frozen=True):
    id: str
    state: str
    again: bool
    trouble: str | None
    reason: str | None
    words: str
    received_at: datetime


class Unclear(ValueError):
    """No batch at all: nothing in it can be answered by its id."""


def read_acts(raw: list[Any]) -> list[Sent | str]:
    """Each act, or the id alone where the rest of it is not in the shape of one. Raises Unclear for one without an id."""
    found: list[Sent | str] = []
    for each in raw:
        try:
            found.append(msgspec.convert(each, Sent))
        except msgspec.ValidationError as error:
            if not isinstance(each, dict) or not isinstance(each.get("id"), str):
                raise Unclear(str(error)) from error
            found.append(each["id"])
    return found


Result = act.Press | act.Receipt | Trouble | None


class Reception:
    """One sender's batch. `kept`: no phone will send these again by itself, so that what cannot be placed is refused with words.
    `own`: acts without a grant are the sender's own. `files`: those of the one act of a form.
    """

    def __init__(
        self,
        book: Book,
        sender: Person | Stranger,
        *,
        device: str | None = None,
        files: dict[str, File] | None = None,
        kept: bool = False,
        own: bool = True,
    ) -> None:
        self.book, self.sender, self.device, self.files, self.kept, self.own = book, sender, device, files, kept, own
        self.holders: dict[str, Holder | None] = {}
        self.community = sender.community_id if isinstance(sender, Person) else None
        self.account = sender.id

    async def receive(self, sent: Sequence[Sent | str], *, beside: act.Beside | None = None) -> list[Told | None]:
        read: list[Result] = [await self._read(one) for one in sent]
        presses = [one for one in read if isinstance(one, act.Press)]

        async def noted(told: list) -> None:
            done = iter(told)
            for one, first in zip(sent, read, strict=True):
                came = next(done) if isinstance(first, act.Press) else first
                if isinstance(came, Trouble) or (isinstance(came, act.Receipt) and came.reason == "id-reused" and not came.again):
                    await self._unread(one, first)
            if beside is not None:
                await beside([one for one in read if one is not None and not isinstance(one, act.Press)] + told)

        done = iter(await act.perform(presses, beside=noted))
        results = [next(done) if isinstance(one, act.Press) else one for one in read]
        names = await names_in(*[one for one in results if one is not None])
        return [self._told(one, result, names) for one, result in zip(sent, results, strict=True)]

    async def _unread(self, sent: Sent | str, press: Result) -> None:
        if self.account is None:
            return
        if isinstance(press, act.Press):
            await receipts.note_unread(press.id, press.device, press.seq)
        elif isinstance(sent, str):
            await receipts.note_unread(sent, None, None)
        else:
            device = device_id(sent.device) or self.device
            await receipts.note_unread(sent.id, device, sequence(sent.seq) if device else None)

    async def _read(self, sent: Sent | str) -> Result:
        """A press, or why this act cannot even be tried; None where its phone must keep it."""
        if isinstance(sent, str):
            return Misfit({"act": ("act.unreadable", {})})
        if not ids.ACT.fullmatch(sent.id):
            return Misfit({"id": ("offline.no_id", {})})
        if sent.sealed is not None:
            try:
                sent = msgspec.convert(open_envelope(sent.id, sent.sealed) | {"id": sent.id, "sealed": ""}, Sent)
            except (Damaged, msgspec.ValidationError):
                await keep_aside(sent.id, sent.sealed)
                return Overtaken("act.unreadable")
        try:
            holder = await self._holder(sent)
            if holder is None:
                return None
            return self._press(sent, holder)
        except Trouble as trouble:
            return trouble

    async def _holder(self, sent: Sent) -> Holder | None:
        """Raises Barred where it belongs to nobody that we know, and no phone keeps it."""
        kept = self.kept or sent.sealed is not None
        if not sent.grant:
            if kept:
                raise Barred("act.no_grant")
            return (
                Holder(self.sender.id, self.sender.community_id, self.sender, None)
                if self.own and isinstance(self.sender, Person)
                else None
            )
        if sent.grant not in self.holders:
            self.holders[sent.grant] = await devices.holder(sent.grant)
        holder = self.holders[sent.grant]
        if holder is None and kept:
            raise Barred("act.no_grant")
        if holder is not None and self.account is None:
            self.account, self.community = holder.account_id, holder.community_id
        return holder

    def _press(self, sent: Sent, holder: Holder) -> act.Press:
        typed = {name: value if isinstance(value, list) else [value] for name, value in sent.form.items()}
        form, device = Form(typed, self.files), device_id(sent.device) or self.device
        by, ended = holder.owner, None if holder.account_id == self.sender.id else holder.ended_at
        if holder.person is None:
            ended = ended or clock.now()
        told = {
            "at": device_time(sent.at),
            "offset": milliseconds(sent.offset),
            "waited": True,
            "device": device,
            "seq": sequence(sent.seq) if device else None,
            "after": sent.after if ids.ACT.fullmatch(sent.after or "") else None,
        }
        if isinstance(by, Person):
            zone = clock.ZONE.set(ZoneInfo(by.zone))
        try:
            press = self.book.read(_path(sent.path), form, act_id=sent.id, by=by, batch=True, **told)
        finally:
            if isinstance(by, Person):
                clock.ZONE.reset(zone)
        if ended is not None:
            pressed = pressed_at(press)
            held = pressed is not None and pressed < ended
            return holding.for_a_person(press, form, holder.community_id) if held else msgspec.structs.replace(press, work=_revoked)
        return _in_zone(press) if holder.person is not self.sender else press

    def _told(self, sent: Sent | str, result: Result, names: dict[str, str]) -> Told | None:
        act_id = sent if isinstance(sent, str) else sent.id
        match result:
            case None:
                return None
            case Misfit():
                field, (key, params) = next(iter(result.errors.items()))
                reason = "unreadable" if field == "act" else f"{field}: {key}"
                return Told(act_id, "refused", False, "misfit", reason, say(key, **params), clock.now())
            case Trouble():
                return Told(act_id, "refused", False, result.name, result.reason, said(result, names), clock.now())
        if result.owner != self.sender.owner:
            words = say(f"act.theirs.{result.state}")
            return Told(act_id, result.state, result.again, result.trouble, neutral(result.reason), words, result.received_at)
        return Told(act_id, result.state, result.again, result.trouble, result.reason, said(result, names), result.received_at)


# What the phone's own bookkeeping needs to know of somebody else's act.
_MECHANICAL = frozenset({"id-reused", "seq-reused", "unreadable", "revoked", "after", "out-of-order", "no-grant", "alone"})


def neutral(reason: str | None) -> str | None:
    return reason if reason in _MECHANICAL else None


def pressed_at(press: act.Press) -> datetime | None:
    """By our clock; None for one that says nothing of it, or that says it lay ahead."""
    if press.at is None:
        return None
    try:
        pressed = press.at + timedelta(milliseconds=press.offset or 0)
    except OverflowError:
        return None
    return pressed if pressed <= clock.now() else None


async def _revoked() -> None:
    raise Barred("act.revoked")


def _in_zone(press: act.Press) -> act.Press:
    async def work() -> act.Done | None:
        token = clock.ZONE.set(ZoneInfo(press.by.zone))
        try:
            return await press.work()
        finally:
            clock.ZONE.reset(token)

    return msgspec.structs.replace(press, work=work)


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        raise Gone("page") from None
