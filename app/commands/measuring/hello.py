"""The ceiling: five bytes from a bare ASGI application, and a stream that says nothing. Run by path, so that nothing of the app is loaded with it.

One argument: uvicorn's settings as JSON, those of `serve`.
"""

import json
import sys

import uvicorn

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain"), (b"content-length", b"5")]}
BODY = {"type": "http.response.body", "body": b"hello"}


STREAM = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]}


async def hello(scope, receive, send) -> None:
    if scope["path"] == "/events":
        await send(STREAM)
        await send({"type": "http.response.body", "body": b":\n\n", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    await send(START)
    await send(BODY)


if __name__ == "__main__":
    uvicorn.run(hello, lifespan="off", **json.loads(sys.argv[1]))
