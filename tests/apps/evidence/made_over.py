"""Photographs made on the spot, and what people do to a photo before they use it again."""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from huiyin.apps.evidence import demo_pictures


def a_photograph(seed: int, width: int = 640, height: int = 480) -> Image.Image:
    """Light and dark on every scale, as in nature, with some things in front."""
    rng = Random(seed)

    def clouds(across: int, down: int) -> Image.Image:
        grain = Image.frombytes("L", (across, down), rng.randbytes(across * down))
        return grain.resize((width, height), Image.Resampling.BICUBIC)

    grey = clouds(rng.choice((2, 3, 4)), rng.choice((2, 3, 4)))
    for across, share in ((5, 0.45), (11, 0.35), (29, 0.25), (83, 0.15), (240, 0.1)):
        grey = Image.blend(grey, clouds(across, across * 3 // 4), share)
    picture = Image.merge(
        "RGB", [grey, Image.blend(grey, clouds(4, 3), 0.3), Image.blend(grey, clouds(6, 4), 0.3)]
    )
    draw = ImageDraw.Draw(picture)
    for _thing in range(rng.randint(2, 9)):
        x, y = rng.randint(0, width), rng.randint(0, height)
        wide, high = rng.randint(15, width // 4), rng.randint(15, height // 4)
        shape = rng.choice((draw.rectangle, draw.ellipse))
        shape((x - wide, y - high, x + wide, y + high), fill=tuple(rng.randint(0, 255) for _ in range(3)))
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def drawn(seeds: int) -> dict[str, Image.Image]:
    """The demo's pictures of so many places each, by name."""
    return {
        f"{scene} {state} {seed}": Image.open(io.BytesIO(demo_pictures.draw(scene, state, seed)))
        for scene in demo_pictures.SCENES
        for state in ("before", "after")
        for seed in range(1, seeds + 1)
    }


def cut(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """Without these shares of its sides."""
    width, height = picture.size
    return picture.crop(
        (round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height))
    )


def recompressed(picture: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(as_jpeg(picture, quality)))


def as_jpeg(picture: Image.Image, quality: int = 88) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def lit(picture: Image.Image, share: float) -> Image.Image:
    return ImageEnhance.Brightness(picture.convert("RGB")).enhance(share)


def half(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)


MAKEOVERS: dict[str, Callable[[Image.Image, Random], Image.Image]] = {
    "half the size": lambda picture, rng: half(picture),
    "JPEG quality 40": lambda picture, rng: recompressed(picture, 40),
    "15 % darker": lambda picture, rng: lit(picture, 0.85),
    "15 % brighter": lambda picture, rng: lit(picture, 1.15),
    "10 % cut at the left": lambda picture, rng: cut(picture, 0.1, 0, 0, 0),
    "10 % cut at the top": lambda picture, rng: cut(picture, 0, 0.1, 0, 0),
    "10 % cut at the right": lambda picture, rng: cut(picture, 0, 0, 0.1, 0),
    "10 % cut at the bottom": lambda picture, rng: cut(picture, 0, 0, 0, 0.1),
    "10 % cut at a corner": lambda picture, rng: cut(picture, 0.1, 0.1, 0, 0),
    "10 % cut all round": lambda picture, rng: cut(picture, 0.1, 0.1, 0.1, 0.1),
    "up to 10 % cut anywhere": lambda picture, rng: cut(picture, *(rng.uniform(0, 0.1) for _ in range(4))),
    "cut, darker, half, quality 40": lambda picture, rng: recompressed(
        half(lit(cut(picture, *(rng.uniform(0, 0.1) for _ in range(4))), 0.9)), 40
    ),
}
