"""Nobody makes our server write to the inside of a network: not with an address, not with a name, not by changing where it leads."""

import asyncio
import random
import socket

import pytest
from push.conftest import HOST, browser
from push.test_carrying import attempts
from push.test_frame import say
from support.standin import standin

from app.kernel import db
from app.people.reads import key_of
from app.push import endpoints
from app.push.carriers import wire
from app.push.draining import Drainer
from app.push.rules import robots, subscribing
from app.push.sealing import subscription_seal

PUBLIC = "updates.push.services.mozilla.com"
CORPUS = [
    "http://updates.push.services.mozilla.com/wpush/v2/a",
    "ftp://updates.push.services.mozilla.com/a",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "javascript:alert(1)",
    "//updates.push.services.mozilla.com/a",
    "https:///a",
    "https://",
    "",
    "https://127.0.0.1/a",
    "https://127.1/a",
    "https://2130706433/a",
    "https://0x7f000001/a",
    "https://0x7f.0.0.1/a",
    "https://0177.0.0.1/a",
    "https://0/a",
    "https://0.0.0.0/a",
    "https://10.0.0.5/a",
    "https://192.168.1.1/a",
    "https://172.16.0.1/a",
    "https://100.64.0.1/a",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/a",
    "https://[::]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://[::ffff:7f00:1]/a",
    "https://[fe80::1]/a",
    "https://[fd00::1]/a",
    "https://[64:ff9b::7f00:1]/a",
    "https://[2002:7f00:1::]/a",
    "https://localhost/a",
    "https://localhost.localdomain/a",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://printer.local/a",
    "https://intranet/a",
    "https://example.org/a",
    "https://127.0.0.1.nip.io/a",
    "https://updates.push.services.mozilla.com.evil.example/a",
    "https://evil.example/updates.push.services.mozilla.com",
    "https://evilpush.services.mozilla.com.example/a",
    "https://evil-web.push.apple.com.example/a",
    "https://notify.windows.com/a",
    "https://xnotify.windows.com/a",
    "https://updates.push.services.mozilla.com:8443/a",
    "https://updates.push.services.mozilla.com:80/a",
    "https://updates.push.services.mozilla.com:99999/a",
    "https://updates.push.services.mozilla.com@127.0.0.1/a",
    "https://user:pass@updates.push.services.mozilla.com/a",
    "https://127.0.0.1@updates.push.services.mozilla.com/a",
    "https://updates.push.services.mozilla.com./a",
    "https://updates.push.services.mozilla.com\\@127.0.0.1/a",
    "https://updates.push.services.mozilla.com%2f@127.0.0.1/a",
    "https://updates.push.services.mozilla.com/a\r\nX: y",
    "https://updates.push.services.mozilla.com/a b",
    "https://updates.push.services.mozilla.com/#@127.0.0.1",
    "https://updates.push.services.mozilla。com/a",
    "https://ⓛocalhost/a",
    "https://１２７.0.0.1/a",
    f"https://{PUBLIC}/{'a' * 2000}",
]
PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.20.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", "192.0.2.1", "198.18.0.1", "203.0.113.9",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
    "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1", "::127.0.0.1", "not an address", "",
]  # fmt: skip


@pytest.fixture
def connections(monkeypatch):
    """Every attempt of this process to connect anywhere."""
    tried: list = []

    async def sock_connect(self, sock, address):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", sock_connect)
    return tried


@pytest.fixture
async def drained(world, connections):
    await asyncio.sleep(0)
    yield lambda: Drainer(chance=random.Random(7)).drain()
    await wire.close()


@pytest.mark.parametrize("url", CORPUS)
def test_no_such_address_is_taken(url):
    with pytest.raises(endpoints.Unsafe):
        endpoints.checked(url, [*endpoints.PUSH, "127.0.0.1", "localhost", "intranet"])


@pytest.mark.parametrize(
    "url",
    [
        "https://web.push.apple.com/Q",
        f"{HOST}/wpush/v2/x",
        "https://fcm.googleapis.com/fcm/send/x",
        "https://wns2-db5p.notify.windows.com/w/?token=x",
    ],
)
def test_the_push_services_of_the_browsers_are_taken(url):
    assert url.startswith(endpoints.checked(url, endpoints.PUSH))


@pytest.mark.parametrize("address", PRIVATE)
def test_no_such_address_is_public(address):
    assert not endpoints.is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "142.250.1.1", "2607:f8b0:4004::5f", "::ffff:1.1.1.1"])
def test_addresses_outside_are(address):
    assert endpoints.is_public(address)


async def test_a_refused_address_is_answered_with_its_cause_and_leaves_nothing(world, act, person):
    for url in CORPUS:
        if url:
            misfit = await act(subscribing.subscribe, by=await person("volunteer"), **(browser().said | {"endpoint": url}))
            assert misfit.errors["endpoint"][0].startswith("push.endpoint."), url
    assert await db.value("SELECT count(*) FROM subscription") == 0


async def test_what_once_was_stored_is_not_written_to_either(world, told, drained, connections):
    """A row may be older than the list, or somebody may have written it past the verb."""
    for url in CORPUS:
        one = await told("volunteer")
        sealed = subscription_seal(one.id, await key_of(world.volunteer))
        await db.run("UPDATE subscription SET endpoint_sealed = ? WHERE id = ?", sealed.close("endpoint", url) or b"", one.id)
        await say(world.volunteer, "message.task_urgent", urgent=True, community=world.community, number=7)
        await drained()
    assert connections == []
    assert {outcome.split()[0] for outcome in await attempts()} == {"never"}
    assert len(await attempts()) == len(CORPUS)


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["::ffff:169.254.169.254"], ["fd00::1"], []])
async def test_a_name_that_leads_inside_is_not_connected_to(world, told, drained, connections, monkeypatch, answer):
    """Rebinding: the name was fine when it was given, and leads elsewhere now; one address inside among others is enough."""
    monkeypatch.setattr(wire, "lookup", resolver(answer))
    await told("volunteer")
    await say(world.volunteer, "message.task_urgent", urgent=True, community=world.community, number=7)
    await drained()
    assert (connections, await attempts()) == ([], ["later private_address"])
    assert await db.value("SELECT count(*) FROM subscription WHERE ended_at IS NULL") == 1, "who plays with names must not end it"


async def test_what_was_looked_up_is_what_is_connected_to(world, told, drained, connections, monkeypatch):
    """A second look-up between the check and the connection would be the hole."""
    asked = []
    monkeypatch.setattr(wire, "lookup", resolver(["1.1.1.1"], ["127.0.0.1"], asked=asked))
    await told("volunteer")
    await say(world.volunteer, "message.task_urgent", urgent=True, community=world.community, number=7)
    await drained()
    assert [address[:2] for address in connections] == [("1.1.1.1", 443)]
    assert asked == [PUBLIC]


def resolver(*answers, asked=None):
    left = list(answers)

    async def lookup(host, port):
        if asked is not None:
            asked.append(host)
        now = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET6 if ":" in address else socket.AF_INET, address) for address in now]

    return lookup


async def test_no_proxy_of_the_environment_is_asked(world, told, drained, connections, monkeypatch):
    async with standin(allowed=False) as proxy:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setattr(wire, "lookup", resolver(["1.1.1.1"]))
        await told("volunteer")
        await say(world.volunteer, "message.task_urgent", urgent=True, community=world.community, number=7)
        await drained()
        assert (proxy.connections, [address[0] for address in connections]) == (0, ["1.1.1.1"])


async def test_a_host_that_was_added_is_taken_and_one_that_leads_inside_still_is_not_written_to(
    world, act, person, drained, connections, monkeypatch
):
    dispatcher, url = await person("dispatcher"), "https://push.example.org/a"
    for name in ("127.0.0.1", "localhost", "[::1]", "a b", "*.example.org", "https://push.example.org", "2130706433", "printer.local"):
        assert (await act(robots.add_host, by=dispatcher, host=name)).errors["host"]
    assert (await act(robots.add_host, by=await person("volunteer"), host="push.example.org")).trouble == "barred"
    assert (await act(robots.add_host, by=dispatcher, host="Push.Example.org")).state == "applied"
    assert (await act(subscribing.subscribe, by=await person("volunteer"), **(browser().said | {"endpoint": url}))).state == "applied"
    assert (await act(robots.add, by=dispatcher, name="群", chat="plain", address=url)).state == "applied"
    assert (await act(robots.add, by=dispatcher, name="群", chat="wecom", address="https://169.254.169.254/")).errors["address"]
    monkeypatch.setattr(wire, "lookup", resolver(["192.168.1.9"]))
    await say(world.volunteer, "message.task_urgent", urgent=True, community=world.community, number=7)
    await drained()
    assert connections == []
