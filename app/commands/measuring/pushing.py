"""What a push costs, beside the raw crypto of one; and how long it takes until 200 people were told though some phones are dead and some hang.

The first two are processor time of this process, so they say what one core does; the push service is another process.
"""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

import uvloop
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.commands.measuring.figures import Figure
from app.commands.measuring.wire import Wrong
from app.kernel import clock, db, ids, migrate, seal
from app.push import endpoints, letters
from app.push.carriers import Line

PEOPLE, DEAD, HANGING = 200, 10, 10
SERVICE = 0.1  # seconds that the push service takes
PARALLEL = 48
CURVE = ec.SECP256R1()


def figures(folder: Path, quick: bool) -> list[Figure]:
    seal.open_keys(folder, folder / "push.key", make=True)
    try:
        with _taker(0) as fast, _taker(SERVICE) as slow:
            costs = uvloop.run(_costs(fast, 3 if quick else 9, 300 if quick else 1500))  # the loop of `serve` and `work`
            return [*costs, uvloop.run(_fanout(folder, slow, 1 if quick else 3))]
    finally:
        seal.close_keys()


@contextmanager
def _taker(seconds: float) -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).with_name("taker.py")), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        endpoints.STANDINS.add(url)
        try:
            yield url
        finally:
            endpoints.STANDINS.discard(url)
            process.kill()


class Phone:
    """A browser's half of a subscription."""

    def __init__(self, url: str, kind: str = "ok") -> None:
        self.point = seal.public_point(ec.generate_private_key(CURVE))
        self.p256dh, self.auth = ids.b64(self.point), ids.b64(os.urandom(16))
        self.endpoint = f"{url}/{kind}/{ids.secret()}"


def _line(phone: Phone) -> Line:
    return Line(
        id=ids.new(), kind="call", words="message.task_urgent", params='{"number": 1207}', lang="zh", path="/tasks/1207", tag="task-1207",
        urgent=True, withdraw=False, until_at=clock.now() + timedelta(hours=1), badge=3, way="push", lane="x", to=phone.endpoint,
        p256dh=phone.p256dh, auth=phone.auth,
    )  # fmt: skip


async def _costs(url: str, rounds: int, messages: int) -> list[Figure]:
    from app.push.carriers import Later, Never, webpush, wire

    lines = [_line(Phone(url)) for _ in range(messages)]
    points = [_point(line) for line in lines]
    plain = letters.notification(lines[0])

    async def posted(carry: Callable[[Line], Awaitable[object]]) -> None:
        waiting = iter(lines)

        async def one_after_another() -> None:
            for line in waiting:
                if isinstance(outcome := await carry(line), Later | Never):
                    raise Wrong(f"a push was not taken: {outcome}")

        await asyncio.gather(*(one_after_another() for _ in range(PARALLEL)))

    hosts, webpush.added = webpush.added, _none_added  # it asks the database, which this is not about
    try:
        await posted(webpush.carry)
        raw, built, whole, bare = [], [], [], []
        body, headers = webpush.build(lines[0], plain)
        for _ in range(rounds):
            raw.append(messages / _spent(lambda: [_raw(point, plain) for point in points]))
            built.append(messages / _spent(lambda: [webpush.build(line, plain) for line in lines]))
            began = time.process_time()
            await posted(webpush.carry)
            whole.append(messages / (time.process_time() - began))
            began = time.process_time()
            await posted(lambda line: wire.post(line.to, body, headers))
            bare.append(messages / (time.process_time() - began))
    finally:
        webpush.added = hosts
        await wire.close()
    return [_ratio("push_ratio", built, raw), _ratio("push_posted_ratio", whole, raw, f"; the posts alone {median(bare):.0f}")]


async def _none_added() -> list[str]:
    return []


def _point(line: Line) -> bytes:
    from app.push.shape import unpadded

    return unpadded(line.p256dh)


def _raw(point: bytes, plain: bytes) -> None:
    """What no message can do without: a pair of its own, one exchange, one encryption."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    shared = ec.generate_private_key(CURVE).exchange(ec.ECDH(), theirs)
    AESGCM(shared[:16]).encrypt(shared[16:28], plain, None)


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _ratio(name: str, ours: list[float], raw: list[float], more: str = "") -> Figure:
    """How much of the raw crypto's rate is left, round by round."""
    ratios = [mine / its for mine, its in zip(ours, raw, strict=True)]
    value, beside = median(ratios), f"{median(ours):.0f} pushes for a second of one core{more}"
    return Figure(name, value, "x", median(raw), value, (min(ratios), max(ratios)), "/s", beside)


async def _fanout(folder: Path, url: str, rounds: int) -> Figure:
    """Until every one of 200 lines has an outcome, against bare posts of as many bodies to the same service."""
    from app.push.carriers import load, wire

    ours, bare, live = [], [], []
    await load()
    for number in range(rounds):
        path = folder / f"fanout-{number}.db"
        migrate.sqlite_up(path)
        await db.connect(f"sqlite://{path}", MODELS)
        try:
            kinds = ["dead"] * DEAD + ["hang"] * HANGING + ["ok"] * (PEOPLE - DEAD - HANGING)
            random.Random(number).shuffle(kinds)
            phones = [Phone(url, kind) for kind in kinds]
            await _people(phones, url)
            whole, each = await _told()
            ours.append(whole)
            live += each
            bare.append(await _bare(phones))
        finally:
            await db.disconnect()
            await wire.close()
    slowest = quantiles(live, n=20)[-1]
    beside = f"95 of 100 live phones within {slowest:.2g} s; {DEAD} dead and {HANGING} hanging among {PEOPLE}"
    return Figure("fanout_200_s", median(ours), "s", median(bare), median(ours) / median(bare), (min(ours), max(ours)), "s", beside)


MODELS = ("app.places.models", "app.people.models")


async def _people(phones: list[Phone], url: str) -> None:
    """200 accounts, each with a phone that is told, and an urgent message for each."""
    from app.journal import worker
    from app.people.models import Account
    from app.people.rules import accounts, sessions
    from app.people.rules.messages import tell
    from app.push.rules.subscribing import INSERT
    from app.push.sealing import endpoint_hash, subscription_seal
    from app.push.shape import Keys, encoded

    async def work() -> None:
        for phone in phones:
            account = await accounts.make_account("志愿")
            token = await sessions.start(account, label="bench")
            session, key, row, now = (await sessions.find(token)).id, (await Account.get(id=account)).key_id, ids.new(), clock.now()
            sealed = subscription_seal(row, key)
            keys = sealed.close("keys", encoded(Keys(phone.p256dh, phone.auth)))
            address = sealed.close("endpoint", phone.endpoint)
            await db.run(
                INSERT, row, account, None, None, session, "", key, address, keys, endpoint_hash(phone.endpoint), url, "zh", now, now
            )
            await tell(account, "message.task_urgent", kind="call", urgent=True, tag="task-1207", path="/tasks/1207", number=1207)

    receipt = await worker.do(work)
    if receipt.state != "applied":
        raise Wrong(f"nobody could be told: {receipt}")


async def _told() -> tuple[float, list[float]]:
    """Seconds from the message to the last first outcome, and to each live phone's."""
    from app.push.draining import Drainer

    drainer = Drainer(chance=random.Random(7))
    began, at = time.perf_counter(), clock.now()
    running = asyncio.create_task(drainer.run())
    try:
        while await db.value("SELECT count(DISTINCT carrying_id) FROM attempt") < PEOPLE:
            if time.perf_counter() - began > 60:
                raise Wrong("a fan-out does not come to its end")
            await asyncio.sleep(0.02)
        whole = time.perf_counter() - began
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    carried = await db.rows(clock.datetime, "SELECT at FROM attempt WHERE outcome = 'carried'")
    if len(carried) < PEOPLE - DEAD - HANGING:
        raise Wrong(f"only {len(carried)} phones of {PEOPLE - DEAD - HANGING} were reached")
    return whole, [(moment - at).total_seconds() for moment in carried]


async def _bare(phones: list[Phone]) -> float:
    """The same posts without a database, an order or an outcome, all at once."""
    from app.push.carriers import wire

    began = time.perf_counter()
    await asyncio.gather(*(wire.post(phone.endpoint, b"x" * 500, {}) for phone in phones))
    return time.perf_counter() - began
