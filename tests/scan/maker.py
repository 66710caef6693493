"""Hard pictures and shaky clips of squares, the same for a seed on every machine: in tests/ `python -m scan.maker FOLDER`.

A scene is (distortion, level, number): a sheet with one or two squares in a busy place. Numbers 0 and 1 hold a short
address (at most 34 characters, ECC Q), 2 and 3 a payload of 150 to 220 characters (ECC M). `still` takes one picture
of it, `clip` 24 in three seconds from a hand that is never still.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import segno
from PIL import Image, ImageDraw

from scan import optics

SEED = 20261122
WIDE, HIGH = 1280, 720
LEVELS, EACH, FRAMES = 6, 4, 24
MODULE = 12  # pixels of the drawn sheet
DISTORTIONS = (
    "perspective", "defocus", "motion", "low_light", "glare", "small", "rotated", "low_contrast", "damaged", "inverted", "combined",
    "photocopy", "two_codes",
)  # fmt: skip
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Scene:
    distortion: str
    level: int
    number: int
    seed: int = SEED

    @property
    def name(self) -> str:
        return f"{self.distortion}-{self.level}-{self.number}"

    def rng(self, what: str) -> Random:
        return Random(f"{self.seed}/{self.name}/{what}")

    @property
    def texts(self) -> list[str]:
        """What may be read in it; more than one for two_codes."""
        rng = self.rng("texts")
        return [self._text(rng) for _ in range(2 if self.distortion == "two_codes" else 1)]

    def _text(self, rng: Random) -> str:
        code = "".join(rng.choice(LETTERS) for _ in range(6))
        if self.number < 2:
            return f"https://lastmetre.example/b/{code}"
        return f"https://lastmetre.example/v/{code}." + "".join(rng.choice(LETTERS) for _ in range(rng.randrange(115, 185)))


def scenes(seed: int = SEED) -> Iterator[Scene]:
    for distortion in DISTORTIONS:
        for level in range(LEVELS):
            for number in range(EACH):
                yield Scene(distortion, level, number, seed)


def still(scene: Scene) -> bytes:
    """A JPEG of 1280x720."""
    return next(_shots(scene, 1))


def clip(scene: Scene, frames: int = FRAMES) -> Iterator[bytes]:
    return _shots(scene, frames)


def _shots(scene: Scene, frames: int) -> Iterator[bytes]:
    rng, level, kind = scene.rng("place"), scene.level, scene.distortion
    sheet = _sheet(scene)
    behind = _background(scene.rng("behind"))
    pixels = (4.4 if scene.number < 2 else 3.5) * rng.uniform(0.92, 1.1)
    turn, lean, side = rng.uniform(-12, 12), rng.uniform(-16, 16), rng.uniform(-16, 16)
    mixed = rng.sample(("perspective", "defocus", "motion", "low_light", "glare", "small", "low_contrast", "damaged"), 3)
    has = {kind: level} if kind != "combined" else dict.fromkeys(mixed, level * 0.45)
    if "perspective" in has:
        steep = (36, 46, 54, 60, 66, 71)[round(has["perspective"])]
        lean, side = rng.choice(((steep, rng.uniform(-8, 8)), (rng.uniform(-8, 8), -steep), (steep * 0.75, steep * 0.7)))
        pixels *= 1.25
    if "small" in has:
        pixels = (2.5, 2.1, 1.8, 1.55, 1.35, 1.18)[round(has["small"])]
    if kind == "rotated":
        turn = rng.uniform(0, 360)
        lean, side = lean * (1 + level * 0.35), side * (1 + level * 0.35)
    size = (sheet.width / MODULE * pixels, sheet.height / MODULE * pixels)
    room = max(size) * 0.62
    centre = (rng.uniform(min(room, WIDE / 2), max(WIDE - room, WIDE / 2)), rng.uniform(min(room, HIGH / 2), max(HIGH - room, HIGH / 2)))
    angle, spot = rng.uniform(0, 180), (rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3))
    hand, x, y = scene.rng("hand"), 0.0, 0.0
    for frame in range(frames):
        if frame:  # a hand holds towards a place and never quite there
            x, y = x * 0.8 + hand.gauss(0, 6), y * 0.8 + hand.gauss(0, 6)
        shake = hand.gauss if frame else lambda *_: 0.0
        zoom = 1 + shake(0, 0.012)
        middle = (centre[0] + x, centre[1] + y)
        picture = behind.transform((WIDE, HIGH), Image.Transform.AFFINE, (1, 0, 60 - x, 0, 1, 60 - y), Image.Resampling.BILINEAR)
        corners = optics.tilted(middle, (size[0] * zoom, size[1] * zoom), turn + shake(0, 0.8), lean + shake(0, 0.8), side + shake(0, 0.8))
        optics.place(picture, sheet, corners)
        if "glare" in has:
            grade = has["glare"]
            lamp = (middle[0] + spot[0] * size[0] + 1.6 * x + shake(0, 8), middle[1] + spot[1] * size[1] + 1.6 * y + shake(0, 8))
            picture = optics.glaring(optics.curve(picture, 0.75, 10), lamp, max(size) * (0.33 + 0.06 * grade), 0.8 + 0.14 * grade)
        if "defocus" in has:
            picture = optics.defocused(picture, pixels * (0.45 + 0.13 * has["defocus"]) * (1 + shake(0, 0.06)))
        if "motion" in has:
            length = pixels * (1.0 + 0.45 * has["motion"])
            picture = optics.moved(picture, length * (1 + max(-0.5, shake(0, 0.25))), angle + shake(0, 25))
        noise = 2.5
        if "low_light" in has:
            grade = has["low_light"]
            picture, noise = optics.curve(picture, 0.32 - 0.046 * grade, 8), 6 + 2.4 * grade
        if "low_contrast" in has:
            grade = has["low_contrast"]
            picture, noise = optics.curve(picture, 0.22 - 0.037 * grade, 95), 3 + 0.7 * grade
        yield optics.squeezed(optics.noisy(picture, noise, hand), 88 - 2 * round(level))


def _sheet(scene: Scene) -> Image.Image:
    """The paper, with its squares: white with a headline above and lines below."""
    rng, kind, level = scene.rng("sheet"), scene.distortion, scene.level
    squares = [segno.make_qr(text, error="q" if scene.number < 2 else "m", boost_error=False) for text in scene.texts]
    drawn = [_square(each) for each in squares]
    gap = 2 * MODULE
    width = sum(each.width for each in drawn) + gap * (len(drawn) - 1)
    high = max(each.height for each in drawn)
    sheet = Image.new("L", (width + 4 * MODULE, high + 16 * MODULE), 250)
    pen = ImageDraw.Draw(sheet)
    at = 2 * MODULE
    if kind == "damaged" or (kind == "combined" and level > 1):
        for each in drawn:
            _harm(each, rng, level if kind == "damaged" else level * 0.5)
    for each in drawn:
        sheet.paste(each, (at, 8 * MODULE))
        at += each.width + gap
    for line, tall in ((1.5, 4), (high / MODULE + 9, 2), (high / MODULE + 12, 2)):
        x = 3.0 * MODULE
        while x < sheet.width - 5 * MODULE:
            wide = rng.uniform(0.5, 2) * MODULE
            pen.rectangle((x, line * MODULE, x + wide, (line + tall) * MODULE), fill=rng.randrange(20, 90))
            x += wide + rng.uniform(0.4, 1.2) * MODULE
    if kind == "photocopy":
        for _ in range(3):
            sheet = optics.copied(sheet, rng, MODULE, 0.75 + 0.17 * level)
    if kind == "inverted":
        sheet = optics.curve(sheet.point(lambda n: 255 - n), 0.95 - 0.12 * level, 8 + 8 * level)
    return sheet


def _square(code: segno.QRCode) -> Image.Image:
    rows = [bytes(0 if dark else 250 for dark in row) for row in code.matrix_iter(border=4)]
    small = Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows))
    return small.resize((small.width * MODULE, small.height * MODULE), Image.Resampling.NEAREST).point(lambda n: max(n, 14))


def _harm(square: Image.Image, rng: Random, grade: float) -> None:
    """Blots, torn paint and scratches over 2 to 8 % of it."""
    pen, side = ImageDraw.Draw(square), square.width
    left = (0.02 + 0.012 * grade) * side * side
    while left > 0:
        x, y = rng.uniform(0.1, 0.9) * side, rng.uniform(0.1, 0.9) * side
        if rng.random() < 0.35:
            far = rng.uniform(0.1, 0.45) * side
            dx, dy, thick = rng.uniform(-far, far), rng.uniform(-far, far), rng.uniform(0.5, 1.4) * MODULE
            pen.line((x, y, x + dx, y + dy), fill=rng.choice((15, 245, 130)), width=round(thick))
            left -= (abs(dx) + abs(dy)) * 0.8 * thick
        else:
            a, b = rng.uniform(0.02, 0.09) * side, rng.uniform(0.02, 0.09) * side
            pen.ellipse((x - a, y - b, x + a, y + b), fill=rng.choice((20, 240, 120)))
            left -= 3.1 * a * b


def _background(rng: Random) -> Image.Image:
    """A notice board: papers, tiles, letters, cables; larger than the picture, for the hand to move over."""
    picture = Image.linear_gradient("L").resize((WIDE + 120, HIGH + 120)).point([70 + n // 3 for n in range(256)])
    pen = ImageDraw.Draw(picture)
    for _ in range(50):
        x, y = rng.uniform(-80, WIDE + 100), rng.uniform(-80, HIGH + 100)
        w, h = rng.uniform(20, 240), rng.uniform(15, 160)
        pen.rectangle((x, y, x + w, y + h), fill=rng.randrange(25, 240), outline=rng.randrange(256))
    for _ in range(22):
        x, y, cell = rng.uniform(0, WIDE), rng.uniform(0, HIGH), rng.uniform(3, 11)
        for row in range(rng.randrange(2, 8)):
            for column in range(rng.randrange(6, 30)):
                if rng.random() < 0.55:
                    left, top = x + column * cell, y + row * cell * 1.6
                    pen.rectangle((left, top, left + cell * 0.8, top + cell), fill=rng.randrange(10, 80))
    for _ in range(14):
        ends = [rng.uniform(-50, WIDE + 150) for _ in range(4)]
        pen.line((ends[0], ends[1] * 0.6, ends[2], ends[3] * 0.6), fill=rng.randrange(256), width=rng.randrange(1, 7))
    return picture


def main(folder: Path) -> None:
    print(f"seed {SEED}")
    folder.mkdir(parents=True, exist_ok=True)
    for scene in scenes():
        (folder / f"{scene.name}.jpg").write_bytes(still(scene))
    (folder / "texts.json").write_text(json.dumps({scene.name: scene.texts for scene in scenes()}, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
