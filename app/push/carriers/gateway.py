"""SMS through a gateway over HTTP: one segment. The line's id goes with it, so that a gateway can drop what it has had."""

import json

from app.push import identity, letters
from app.push.carriers import Line, Nothing, Outcome, judged
from app.push.carriers.wire import Answer, post


async def carry(line: Line) -> Outcome:
    url, token = identity.gateway()
    if not url or not line.to:
        return Nothing("no_gateway" if not url else "no_phone")
    said = {"id": str(line.id), "to": line.to, "text": letters.sms(line)}
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": str(line.id)}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    answer = await post(url, json.dumps(said, ensure_ascii=False).encode(), headers, ours=True)
    return judged(answer.status, answer.retry_after) if isinstance(answer, Answer) else answer
