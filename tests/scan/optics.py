"""What happens to a picture between the paper and the decoder: lens, hand, light, sensor, copier. Pillow alone, grey, seeded."""

from functools import cache
from io import BytesIO
from math import cos, hypot, radians, sin
from random import Random
from statistics import NormalDist

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]


def homography(source: list[Point], target: list[Point]) -> tuple[float, ...]:
    """Eight coefficients as Image.transform takes them: from a place in `target` to its place in `source`."""
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for i in range(8):
        top = max(range(i, 8), key=lambda row: abs(rows[row][i]))
        rows[i], rows[top] = rows[top], rows[i]
        rows[i] = [each / rows[i][i] for each in rows[i]]
        for row in range(8):
            if row != i:
                rows[row] = [a - rows[row][i] * b for a, b in zip(rows[row], rows[i], strict=True)]
    return tuple(row[8] for row in rows)


def place(picture: Image.Image, sheet: Image.Image, corners: list[Point]) -> None:
    """Lays the sheet on the picture, corners clockwise from top left; drawn twice as fine and then averaged."""
    left, top = (int(min(each)) - 2 for each in zip(*corners, strict=True))
    right, bottom = (int(max(each)) + 3 for each in zip(*corners, strict=True))
    size = ((right - left) * 2, (bottom - top) * 2)
    longest = max(hypot(a[0] - b[0], a[1] - b[1]) for a, b in zip(corners, [*corners[1:], corners[0]], strict=True))
    scale = min(1, longest * 3 / max(sheet.size))  # a sheet drawn much finer than it is seen would alias
    small = sheet.resize((round(sheet.width * scale), round(sheet.height * scale)), Image.Resampling.BOX) if scale < 1 else sheet
    edges = [(0, 0), (small.width, 0), (small.width, small.height), (0, small.height)]
    how = homography(edges, [((x - left) * 2, (y - top) * 2) for x, y in corners])
    drawn = small.transform(size, Image.Transform.PERSPECTIVE, how, Image.Resampling.BILINEAR).reduce(2)
    where = Image.new("L", size)
    ImageDraw.Draw(where).polygon([((x - left) * 2, (y - top) * 2) for x, y in corners], fill=255)
    picture.paste(drawn, (left, top), where.reduce(2))


def tilted(centre: Point, size: Point, turn: float, lean: float, side: float) -> list[Point]:
    """Corners of a rectangle turned by `turn`, leaning back by `lean` and away by `side` degrees, seen from 4 widths."""
    far = 4 * max(size)
    found = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x, y = x * size[0] / 2, y * size[1] / 2
        x, y = x * cos(radians(turn)) - y * sin(radians(turn)), x * sin(radians(turn)) + y * cos(radians(turn))
        depth = y * sin(radians(lean)) + x * sin(radians(side))
        x, y = x * cos(radians(side)), y * cos(radians(lean))
        found.append((centre[0] + x * far / (far + depth), centre[1] + y * far / (far + depth)))
    return found


def defocused(picture: Image.Image, radius: float) -> Image.Image:
    """A disc, as a lens out of focus draws a point: rows of it blurred, shifted and averaged."""
    steps = max(2, round(radius)) if radius >= 1 else 1
    rows = []
    for step in range(-steps, steps + 1):
        dy = step * radius / (steps + 0.5)
        rows.append((dy, (radius**2 - dy**2) ** 0.5))
    return _mean([(_shift(picture.filter(ImageFilter.BoxBlur((half, 0))), 0, dy), half) for dy, half in rows])


def moved(picture: Image.Image, length: float, angle: float) -> Image.Image:
    """The hand moved by `length` pixels while the shutter was open."""
    steps = max(2, round(length))
    way = [(n / steps - 0.5) * length for n in range(steps + 1)]
    return _mean([(_shift(picture, each * cos(radians(angle)), each * sin(radians(angle))), 1) for each in way])


def _shift(picture: Image.Image, dx: float, dy: float) -> Image.Image:
    return picture.transform(picture.size, Image.Transform.AFFINE, (1, 0, dx, 0, 1, dy), Image.Resampling.BILINEAR)


def _mean(weighted: list[tuple[Image.Image, float]]) -> Image.Image:
    total, found = 0.0, weighted[0][0]
    for picture, weight in weighted:
        total += weight
        found = Image.blend(found, picture, weight / total) if total else picture
    return found


@cache
def _bell(tenths: int) -> list[int]:
    bell = NormalDist(128, max(1, tenths) / 10)
    return [max(0, min(255, round(bell.inv_cdf((n + 0.5) / 256)))) for n in range(256)]


def noisy(picture: Image.Image, sigma: float, rng: Random) -> Image.Image:
    grain = Image.frombytes("L", picture.size, rng.randbytes(picture.width * picture.height)).point(_bell(round(sigma * 10)))
    return ImageChops.add(picture, grain, 1, -128)


def curve(picture: Image.Image, gain: float, floor: float, gamma: float = 1) -> Image.Image:
    return picture.point([max(0, min(255, round(floor + 255 * gain * (n / 255) ** gamma))) for n in range(256)])


def glaring(picture: Image.Image, centre: Point, radius: float, strength: float) -> Image.Image:
    """A lamp mirrored in the foil: adds light, clips at white."""
    spot = Image.radial_gradient("L").point([round(max(0, 255 - n * 1.4) ** 2 / 255 * strength) if strength <= 1 else
                                             min(255, round(max(0, 255 - n * 1.4) ** 2 / 255 * strength)) for n in range(256)])  # fmt: skip
    side = round(radius * 2)
    light = Image.new("L", picture.size)
    light.paste(spot.resize((side, side)), (round(centre[0] - radius), round(centre[1] - radius)))
    return ImageChops.add(picture, light)


def copied(sheet: Image.Image, rng: Random, module: int, harshness: float) -> Image.Image:
    """Once through a cheap copier: soft optics, a slight skew, a hard curve, specks and a streak."""
    skew = rng.uniform(-0.6, 0.6)
    soft = sheet.rotate(skew, Image.Resampling.BILINEAR, fillcolor=255).filter(ImageFilter.GaussianBlur(module * 0.16 * harshness))
    slope, middle = 2.2 + harshness, rng.uniform(95, 160)
    hard = soft.point([max(0, min(255, round((n - middle) * slope + 128))) for n in range(256)])
    pen = ImageDraw.Draw(hard)
    for _ in range(round(260 * harshness)):
        x, y, r = rng.uniform(0, sheet.width), rng.uniform(0, sheet.height), rng.uniform(0.4, module * 0.28 * harshness)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=rng.choice((20, 40, 240, 255)))
    for _ in range(rng.randrange(1, 3)):
        x = rng.uniform(0, sheet.width)
        pen.line((x, 0, x + rng.uniform(-4, 4), sheet.height), fill=rng.choice((70, 235)), width=max(1, module // 5))
    return hard


def squeezed(picture: Image.Image, quality: int) -> bytes:
    held = BytesIO()
    picture.save(held, "JPEG", quality=quality)
    return held.getvalue()
