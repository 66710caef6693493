"""A program of its own: a print's content on standard input, its PDF on standard output; how many squares are drawn on standard error.

It runs beside the server because setting a few hundred pages takes a processor for seconds. The content is data to the typesetter, never
part of its source. The exit code says why there is no PDF.
"""

import json
import os
import resource
import sys
from pathlib import Path

NO_FONT, NO_TYPESETTER, BROKEN = 3, 4, 5
MOST_MEMORY = 2 * 1024 * 1024 * 1024
MOST_SECONDS = 110
EVERY = 10  # squares


def path_of(address: str, error: str) -> str:
    """The square as SVG with the four modules of quiet zone: one black shape on white.

    Rows reach a fiftieth of a module into the next one, so that no hairline shows between them on a coarse screen or printer.
    """
    import segno

    rows = [bytes(row) for row in segno.make(address, error=error, micro=False).matrix_iter(border=4)]
    drawn = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if row[x]:
                start = x
                while x < len(row) and row[x]:
                    x += 1
                drawn.append(f"M{start} {y}h{x - start}v1.02h-{x - start}z")
            else:
                x += 1
    n = len(rows)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n} {n}" width="{n}" height="{n}">'
    return f'{head}<path fill="#fff" d="M0 0h{n}v{n}H0z"/><path d="{"".join(drawn)}"/></svg>'


def font_of(fonts, wanted: list[str]) -> str | None:
    there = {family.casefold(): family for family in fonts.families()}
    return next((there[name.casefold()] for name in wanted if name.casefold() in there), None)


def pdf(asked: dict) -> bytes | int:
    """The PDF, or the exit code that says what is missing."""
    try:
        import typst
    except ImportError:
        return NO_TYPESETTER
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)
    font = font_of(fonts, asked["fonts"])
    if font is None:
        return NO_FONT
    content = asked["content"]
    for number, thing in enumerate(content["things"], 1):
        if "link" in thing:
            thing["square"] = path_of(thing.pop("link"), asked["error"])
        if number % EVERY == 0:
            print(number, file=sys.stderr, flush=True)
    if content.get("link"):
        content["square"] = path_of(content.pop("link"), asked["error"])
    told = {"font": font, "words": asked["words"], "sheet": asked["sheet"], "print": content}
    folder = Path(asked["folder"])
    source = folder / f"{asked['source']}.typ"
    return typst.compile(str(source), root=str(folder), font_paths=fonts, sys_inputs={"data": json.dumps(told)}, pdf_tags=False)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    os.nice(5)
    try:
        made = pdf(json.load(sys.stdin.buffer))
    except Exception as error:
        print(f"error: {type(error).__name__}", file=sys.stderr)
        made = BROKEN
    if isinstance(made, int):
        sys.exit(made)
    sys.stdout.buffer.write(made)
