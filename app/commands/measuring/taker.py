"""Stands in for a push service: 201 after a while below /ok/, 410 below /dead/, nothing at all below /hang/. Run by path.

One argument: the seconds of the while. Says its port.
"""

import asyncio
import sys

import httptools
import uvloop

ANSWERS = {b"/ok/": b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", b"/dead": b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"}


class Taker(asyncio.Protocol):
    while_ = 0.0

    def connection_made(self, transport) -> None:
        self.transport, self.path, self.parser = transport, b"", httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self.path += url

    def on_message_complete(self) -> None:
        answer = next((said for begin, said in ANSWERS.items() if self.path.startswith(begin)), None)
        self.path = b""
        if answer and self.while_:
            asyncio.get_running_loop().call_later(self.while_, self.transport.write, answer)
        elif answer:
            self.transport.write(answer)


async def main() -> None:
    Taker.while_ = float(sys.argv[1])
    server = await asyncio.get_running_loop().create_server(Taker, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
