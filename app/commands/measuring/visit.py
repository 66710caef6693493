"""What a stranger's phone loads when it opens the form for asking: the page and everything it names."""

import re
from html.parser import HTMLParser

import brotli

from app.commands.measuring import wire
from app.commands.measuring.figures import Figure, amount
from app.commands.measuring.servers import Server

PHONE = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 12; HarmonyOS) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0 Mobile Safari/537.36",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "zh-CN,zh;q=0.9",
}


class _Named(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        path = given.get("href") if tag in ("link", "use", "image") else given.get("src") if tag != "a" else None
        if path and path.startswith("/"):
            self.paths.append(path.partition("#")[0])


async def figures(server: Server, path: str) -> list[Figure]:
    """Kilobytes (10^3) with heads, as sent. The ceiling: the same in one answer, squeezed as hard as brotli can."""
    sizes, texts, left = [], [], [path]
    for each in left:
        answer = await wire.ask(server.port, wire.get(each, **PHONE))
        text = brotli.decompress(answer.body) if answer.header("content-encoding") == "br" else answer.body
        sizes.append(len(answer.head) + len(answer.body))
        texts.append(text)
        left += [one for one in dict.fromkeys(named(answer.header("content-type"), text)) if one not in left]
    least = (len(answer.head) + len(brotli.compress(b"".join(texts)))) / 1000
    page = f"the page alone {sizes[0] / 1000:.1f} kB"
    return [
        amount("first_visit_kb", [sum(sizes) / 1000], [least], "kB", beside=page),
        amount("first_visit_requests", [len(sizes)], [1], "requests"),
    ]


def named(kind: str, body: bytes) -> list[str]:
    """The addresses on our own server that a page or a style sheet makes the phone load."""
    if kind.startswith("text/html"):
        found = _Named()
        found.feed(body.decode())
        return found.paths
    if kind.startswith("text/css"):
        return [path for path in re.findall(r"url\([\"']?([^\"')]+)", body.decode()) if path.startswith("/")]
    return []
