"""How often an address may write, and which address that is."""

import time
from collections import OrderedDict
from ipaddress import ip_address, ip_network


class Buckets:
    """Token buckets by (rule, who). `allow` answers how many seconds to wait, 0 when there is a token."""

    def __init__(self, most: int = 50_000) -> None:
        self._levels: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._most = most

    def allow(self, rule: str, who: str, *, burst: float, per_second: float) -> float:
        now = time.monotonic()
        level, at = self._levels.pop((rule, who), (burst, now))
        level = min(burst, level + (now - at) * per_second)
        wait = 0.0 if level >= 1 else (1 - level) / per_second
        self._levels[rule, who] = (level - 1 if not wait else level, now)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
        return wait


def client_address(scope: dict, trusted: frozenset[str]) -> str:
    """The peer's address; behind a trusted proxy the last address of X-Forwarded-For that is not one of them."""
    address = (scope.get("client") or ("", 0))[0]
    if address not in trusted:
        return address
    # a proxy may add a line of its own below the client's
    forwarded = ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == b"x-forwarded-for")
    for hop in reversed([hop.strip() for hop in forwarded.split(",") if hop.strip()]):
        if hop not in trusted:
            return hop
    return address


# (bucket, burst, per second) of one address. Wide, because an estate of 2,000 homes stands behind one address of its
# carrier; what is guessed at (passwords, numbers) has narrow buckets of its own, by account or number.
RATES = {
    # after an outage 200 phones send 50 acts each and every one of them asks twice: that must pass at once
    "/acts": ("acts", 6_000, 300),
    "/sign-in": ("sign-in", 300, 2),
    "/password": ("sign-in", 300, 2),
    "/ask": ("strangers", 300, 5),
    "/give": ("givers", 40, 0.2),  # a picture may come with it
    "/join": ("strangers", 300, 5),
    "/found": ("strangers", 300, 5),
    "/track": ("strangers", 300, 5),
}


def line_of(address: str) -> str:
    """Whom a limit counts: an IPv6 line has 2^64 addresses to choose from, and is one line."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:64]
    if ip.version == 4 or ip.is_loopback:
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
