"""A small drawing surface in units of 400 × 300, drawn twice as large and made smaller for soft edges."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]
WIDTH, HEIGHT = 1280, 960
UNIT = 2 * WIDTH / 400
NEARER, SHADE = 0.13, 0.3
"""How far a corner of the view may move in, and how much darker the far side of a place may be."""


def colour(code: str) -> tuple[int, int, int]:
    """ "#0b5a52" as three numbers."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mixed(one: str, other: str, share: float) -> str:
    """`share` of the other colour in the first."""
    pairs = zip(colour(one), colour(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


class Canvas:
    """Shapes over shapes; every measure in units, angles in degrees clockwise from three o'clock."""

    def __init__(self, ground: str) -> None:
        self.image = Image.new("RGB", (2 * WIDTH, 2 * HEIGHT), colour(ground))
        self.draw = ImageDraw.Draw(self.image)

    def rect(self, x: float, y: float, w: float, h: float, fill: str, *, r: float = 0) -> None:
        box = (x * UNIT, y * UNIT, (x + w) * UNIT - 1, (y + h) * UNIT - 1)
        self.draw.rounded_rectangle(box, radius=r * UNIT, fill=colour(fill))

    def poly(self, points: Sequence[Point], fill: str) -> None:
        self.draw.polygon(_scaled(points), fill=colour(fill))

    def circle(self, x: float, y: float, r: float, fill: str) -> None:
        self.oval(x, y, r, r, fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        box = ((x - rx) * UNIT, (y - ry) * UNIT, (x + rx) * UNIT, (y + ry) * UNIT)
        self.draw.ellipse(box, fill=colour(fill))

    def ring(self, x: float, y: float, r: float, fill: str, width: float) -> None:
        box = ((x - r) * UNIT, (y - r) * UNIT, (x + r) * UNIT, (y + r) * UNIT)
        self.draw.ellipse(box, outline=colour(fill), width=round(width * UNIT))

    def line(self, points: Sequence[Point], fill: str, width: float) -> None:
        scaled = _scaled(points)
        self.draw.line(scaled, fill=colour(fill), width=round(width * UNIT), joint="curve")
        radius = width * UNIT / 2
        for x, y in (scaled[0], scaled[-1]):
            self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour(fill))

    def curve(self, points: Sequence[Point], fill: str, width: float) -> None:
        """A smooth line through two end points bent by the points between (Bézier)."""
        self.line([bezier(points, step / 24) for step in range(25)], fill, width)

    def blob(
        self, x: float, y: float, rx: float, ry: float, fill: str, rng: Random, *, bumps: int = 9
    ) -> None:
        """A rounded uneven shape: a bush, a bag, a stain."""
        turns = [rng.uniform(0.86, 1.14) for _ in range(bumps)]
        points = []
        for step in range(96):
            angle = step / 96 * math.tau
            place = step / 96 * bumps
            low = math.floor(place)
            ease = (1 - math.cos((place - low) * math.pi)) / 2
            size = turns[low % bumps] * (1 - ease) + turns[(low + 1) % bumps] * ease
            points.append((x + math.cos(angle) * rx * size, y + math.sin(angle) * ry * size))
        self.poly(points, fill)

    def shade(self, points: Sequence[Point], fill: str, share: float, *, blur: float = 0) -> None:
        """A see-through area; `share` 0–1 of its colour, its edge softened by `blur` units."""
        # Drawn at a quarter of the size and only around the area: a soft edge needs no more.
        around = 3 * blur * UNIT
        xs, ys = zip(*_scaled(points), strict=True)
        left, top = max(0, int(min(xs) - around) // 4 * 4), max(0, int(min(ys) - around) // 4 * 4)
        right = min(self.image.width, (int(max(xs) + around) // 4 + 1) * 4)
        bottom = min(self.image.height, (int(max(ys) + around) // 4 + 1) * 4)
        small = Image.new("L", ((right - left) // 4, (bottom - top) // 4), 0)
        quarter = [((x - left) / 4, (y - top) / 4) for x, y in zip(xs, ys, strict=True)]
        ImageDraw.Draw(small).polygon(quarter, fill=round(255 * share))
        if blur:
            small = small.filter(ImageFilter.GaussianBlur(blur * UNIT / 4))
        mask = small.resize((right - left, bottom - top), Image.Resampling.BILINEAR)
        self.image.paste(colour(fill), (left, top, right, bottom), mask)

    def shadow(self, x: float, y: float, rx: float, ry: float, *, share: float = 0.22) -> None:
        """The soft dark under a thing that stands on the ground."""
        points = [
            (x + math.cos(step / 40 * math.tau) * rx, y + math.sin(step / 40 * math.tau) * ry)
            for step in range(40)
        ]
        self.shade(points, "#1f2624", share, blur=max(1.5, ry * 0.5))

    def fade(self, x: float, y: float, w: float, h: float, fill: str, share: float) -> None:
        """A colour that comes in from the top of an area to its bottom."""
        ramp = Image.linear_gradient("L").resize((round(w * UNIT), round(h * UNIT)))
        ramp = ramp.point(lambda value: round(value * share))
        self.image.paste(colour(fill), (round(x * UNIT), round(y * UNIT)), mask=ramp)

    def jpeg(self, *, mirrored: bool, camera: Random) -> bytes:
        """The finished picture from where the `camera` stands, a little dark at its corners as by a phone's lens."""
        picture = self._seen(camera)
        if mirrored:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        light = Image.radial_gradient("L").point(lambda value: 255 - max(0, value - 150) // 4)
        light = light.resize(picture.size, Image.Resampling.BICUBIC)
        picture = ImageChops.multiply(picture, Image.merge("RGB", (light, light, light)))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=88)
        return out.getvalue()

    def _seen(self, camera: Random) -> Image.Image:
        """Nearer, from one side, a little tilted, in its own light: no two places are photographed alike."""
        wide, high = self.image.size
        inset = [
            (camera.uniform(0.01, NEARER) * wide, camera.uniform(0.01, NEARER) * high) for _corner in range(4)
        ]
        corners = (
            *inset[0],
            *(inset[1][0], high - inset[1][1]),
            *(wide - inset[2][0], high - inset[2][1]),
            *(wide - inset[3][0], inset[3][1]),
        )
        half = self.image.reduce(2)
        seen = half.transform(
            (WIDTH, HEIGHT), Image.Transform.QUAD, [each / 2 for each in corners], Image.Resampling.BICUBIC
        )
        ramp = Image.linear_gradient("L").rotate(camera.choice((0, 90, 180, 270)))
        shade = ramp.point(lambda value: 255 - round(value * SHADE)).resize(
            seen.size, Image.Resampling.BICUBIC
        )
        return ImageChops.multiply(seen, Image.merge("RGB", (shade, shade, shade)))


def bezier(points: Sequence[Point], share: float) -> Point:
    """The point at `share` of the curve that the points bend."""
    level = list(points)
    while len(level) > 1:
        level = [(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in pairwise(level)]
    return level[0]


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * UNIT, y * UNIT) for x, y in points]
