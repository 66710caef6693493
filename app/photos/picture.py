"""A program of its own: a picture on standard input, the same picture drawn anew on standard output.

Turned upright, at most 1600 pixels, JPEG, with nothing of what the camera noted. It runs beside the server because a picture made to
break a decoder, or to fill the memory, must break nothing else. Its exit code says why there is no picture.
"""

import io
import resource
import sys

from PIL import Image, ImageOps, WebPImagePlugin

NO_PICTURE, TOO_LARGE, HEIC = 3, 4, 5
EDGE = 1600
FORMATS = ("JPEG", "PNG", WebPImagePlugin.WebPImageFile.format)  # the last is known only once it is imported
MOST_PIXELS = 24_000_000
MOST_MEMORY = 768 * 1024 * 1024
MOST_SECONDS = 20
HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1", b"avif")


def redraw(raw: bytes) -> bytes | int:
    """The picture, or the exit code that says what is wrong with it."""
    if raw[4:8] == b"ftyp" and raw[8:12] in HEIF:
        return HEIC
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:  # known from its head, before anything is unpacked
                return TOO_LARGE
            image.draft("RGB", (EDGE, EDGE))
            return _drawn(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, MemoryError):
        return TOO_LARGE
    except Exception:
        return NO_PICTURE


def _drawn(image: Image.Image) -> bytes:
    image.thumbnail((EDGE, EDGE))
    image = image.convert("RGBA")
    clean = Image.new("RGB", image.size, "white")  # a copy would bring comments and profiles along
    clean.paste(image, mask=image.getchannel("A"))
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=80)
    return out.getvalue()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    made = redraw(sys.stdin.buffer.read())
    if isinstance(made, int):
        sys.exit(made)
    sys.stdout.buffer.write(made)
