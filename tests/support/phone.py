"""A simulated phone: counts its acts, keeps its grant, sends batches."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from app.kernel import clock, ids


class Phone:
    """Sends as `http` (signed in or not) and counts with its own device id. `behind`: how slow its clock is."""

    def __init__(self, http: httpx.AsyncClient, device: str | None = None, *, behind: timedelta = timedelta(0)) -> None:
        self.http, self.device, self.behind = http, device or ids.secret(), behind
        self.seq, self.grant = 0, None

    @property
    def now(self) -> datetime:
        return clock.now().astimezone(UTC) - self.behind

    async def take_grant(self) -> str:
        self.grant = (await self.http.post("/grants", json={"device": self.device})).json()["grant"]
        return self.grant

    def act(self, path: str = "/inbox/read", form: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """The next act as it stands in a batch."""
        self.seq += 1
        one = {"id": ids.secret(), "seq": self.seq, "at": self.now.isoformat(), "method": "POST", "path": path, "form": form or {}}
        return one | ({"grant": self.grant} if self.grant else {}) | more

    async def post(self, *acts: dict[str, Any], http: httpx.AsyncClient | None = None, **more: Any) -> httpx.Response:
        body = {"device": self.device, "now": self.now.isoformat(), "last": self.seq, "waiting": len(acts), "acts": list(acts)}
        return await (http or self.http).post("/acts", json=body | more)

    async def send(self, *acts: dict[str, Any], http: httpx.AsyncClient | None = None, **more: Any) -> list[dict[str, Any] | None]:
        answer = await self.post(*acts, http=http, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["receipts"]


Make = Callable[..., Phone]
