"""Pictures as cameras and attackers make them."""

import io
import struct
import zlib
from functools import cache

from PIL import Image

GPS = {0: b"\x02\x03\x00\x00", 1: "N", 2: (29.0, 43.0, 11.0), 3: "E", 4: (106.0, 37.0, 59.0)}
CANARY = "CANARY-CAMERA-4711"


@cache
def jpeg(width: int = 640, height: int = 480, *, exif: bool = True, orientation: int = 1, noise: bool = False) -> bytes:
    """Red above, blue below; with `exif` GPS, a camera's name and a comment in it. `noise` compresses badly."""
    image = Image.effect_noise((width, height), 120).convert("RGB") if noise else Image.new("RGB", (width, height), "red")
    if not noise:
        image.paste("blue", (0, height // 2, width, height))
    out, notes = io.BytesIO(), Image.Exif()
    if exif:
        notes[0x010F], notes[0x0112] = CANARY, orientation
        notes.get_ifd(0x8825).update(GPS)
    image.save(out, "JPEG", quality=90, **({"exif": notes, "comment": CANARY.encode()} if exif else {}))
    return out.getvalue()


def notes(data: bytes) -> dict:
    """What metadata a picture still carries."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        exif = image.getexif()
        return {"exif": dict(exif), "gps": dict(exif.get_ifd(0x8825)), "comment": image.info.get("comment"), "xmp": image.info.get("xmp")}


def size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        return image.size


def png_bomb(width: int, height: int) -> bytes:
    """A few hundred bytes that say they are `width` x `height`."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1 + 3 * width) * min(height, 200), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
SMALL = jpeg(64, 48)
