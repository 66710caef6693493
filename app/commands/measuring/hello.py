"""The ceiling: five bytes from a bare ASGI application. Run by path, so that nothing of the app is loaded with it.

One argument: uvicorn's settings as JSON, those of `serve`.
"""

import json
import sys

import uvicorn

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain"), (b"content-length", b"5")]}
BODY = {"type": "http.response.body", "body": b"hello"}


async def hello(scope, receive, send) -> None:
    await send(START)
    await send(BODY)


if __name__ == "__main__":
    uvicorn.run(hello, lifespan="off", **json.loads(sys.argv[1]))
