"""What we encrypt and sign is opened and believed by a push service that did not come from us."""

import base64
import json
import random
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from push.test_frame import say
from support.push_service import push_service

from app.kernel import db, seal
from app.push import identity
from app.push.carriers import webpush, wire
from app.push.draining import Drainer
from app.push.rules import subscribing


@pytest.fixture(scope="module")
def service():
    with push_service() as running:
        yield running


@pytest.fixture
async def phone(world, act, person, service):
    one = service.subscribe(identity.public_key())
    receipt = await act(subscribing.subscribe, by=await person("volunteer"), **one.said)
    assert receipt.state == "applied", receipt
    yield one
    await wire.close()


URGENT = {"urgent": True, "kind": "call", "number": 7, "path": "/tasks/7"}


async def test_it_opens_and_believes_what_we_send(world, service, phone):
    for tag in ("task-7", "task-8", "task-7"):
        await say(world.volunteer, "message.task_urgent", community=world.community, tag=tag, **URGENT)
        await Drainer(chance=random.Random(7)).drain()
    opened, headers = service.got(phone)
    assert len(opened) == 3
    shown = opened[0]["notification"]
    assert opened[0]["web_push"] == 8030 and opened[0]["urgent"] is True and opened[0]["withdraw"] is False
    assert opened[0]["app_badge"] == 1 and opened[1]["app_badge"] == 2
    assert shown["tag"] == "task-7" and shown["navigate"].endswith("/tasks/7") and shown["lang"] == "zh-CN"
    assert {one["content-type"] for one in headers} == {"application/octet-stream"}
    topics = [one["topic"] for one in headers]
    assert topics[0] == topics[2] != topics[1] and all(0 < len(topic) <= 32 for topic in topics)


async def test_one_signature_serves_a_service_for_half_a_day_and_names_it_with_its_port(world, service, phone):
    for _ in range(2):
        await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
        await Drainer(chance=random.Random(7)).drain()
    _, headers = service.got(phone)
    assert headers[0]["authorization"] == headers[1]["authorization"]
    token, _, key = headers[0]["authorization"].removeprefix("vapid t=").partition(", k=")
    head, _, signature = token.rpartition(".")
    raw, point = (base64.urlsafe_b64decode(part + "==") for part in (signature, key))
    assert key == identity.public_key() and len(raw) == 64
    pair = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point).verify(pair, head.encode(), ec.ECDSA(SHA256()))
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["aud"] == service.url
    assert claims["sub"].startswith("mailto:") and "@" in claims["sub"]
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600


async def test_a_signature_is_made_anew_before_it_ends(world, service, phone, monkeypatch):
    first = webpush._webpush().vapid.get_authorization_header(webpush._Url(service.url), "mailto:a@example.org", webpush.LIFE)
    now = time.time() + webpush.LIFE - webpush.EARLY + 1
    monkeypatch.setattr(webpush.time, "time", lambda: now)
    assert webpush._webpush().vapid.get_authorization_header(webpush._Url(service.url), "mailto:a@example.org", webpush.LIFE) != first


async def test_keys_of_another_installation_are_refused(world, service, phone, tmp_path):
    """The phones are subscribed to one pair for good; with another master key there is another."""
    before = identity.public_key()
    seal.open_keys(tmp_path, tmp_path / "other.key", make=True)
    assert identity.public_key() != before


async def test_a_phone_that_is_gone_is_ended(world, service, phone):
    service.expire(phone)
    await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
    await Drainer(chance=random.Random(7)).drain()
    assert await db.value("SELECT ended_for FROM subscription") == "dead"
    assert service.got(phone)[0] == []


async def test_the_longest_letter_fits(world, service, phone):
    line = webpush.Line(
        id=world.volunteer, kind="call", words="message.task_urgent", params='{"number": 999999999}', lang="zh", path="/tasks/" + "f" * 200,
        tag="t" * 60, urgent=True, withdraw=False, until_at=webpush.letters.datetime.now(webpush.letters.datetime.now().astimezone().tzinfo),
        badge=99999, way="push", lane="x", to=phone.said["endpoint"], p256dh=phone.said["p256dh"], auth=phone.said["auth"],
    )  # fmt: skip
    body, headers = webpush.build(line, "字".encode() * 1_331)
    assert len(body) <= 4_096 and headers["TTL"] == "1"
    assert len(webpush.letters.notification(line)) < 2_000
