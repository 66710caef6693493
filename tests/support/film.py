"""What a camera sees: pictures of squares, and a film of them for Chromium's played camera (JPEGs one after the other)."""

import io
import random
from collections.abc import Sequence
from pathlib import Path

import segno
from PIL import Image

CAMERA = ("--use-fake-device-for-media-stream",)
WIDTH, HEIGHT = 1280, 720


def square(text: str, scale: int = 8) -> Image.Image:
    """Black on white with its quiet zone, `scale` pixels to a module."""
    rows = [list(row) for row in segno.make(text, error="q", micro=False).matrix_iter(border=4)]
    image = Image.new("L", (len(rows), len(rows)), 255)
    image.putdata([0 if dark else 255 for row in rows for dark in row])
    return image.resize((len(rows) * scale, len(rows) * scale), Image.Resampling.NEAREST)


def jpeg(text: str | None, *, shift: tuple[int, int] = (0, 0), scale: int = 8) -> bytes:
    """One frame: a grey wall, on it the square or nothing."""
    frame = Image.new("RGB", (WIDTH, HEIGHT), (120, 118, 110))
    if text is not None:
        code = square(text, scale)
        frame.paste(code, ((WIDTH - code.width) // 2 + shift[0], (HEIGHT - code.height) // 2 + shift[1]))
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=80)
    return out.getvalue()


def film(path: Path, texts: Sequence[str | None], *, frames: int = 15) -> None:
    """Each square for half a second (None: an empty wall) in a hand that is not quite still; the film begins anew at its end."""
    hand = random.Random(7)
    shots = [jpeg(text, shift=(hand.randint(-4, 4), hand.randint(-4, 4))) for text in texts for _ in range(frames)]
    path.write_bytes(b"".join(shots))
