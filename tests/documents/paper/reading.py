"""Reading a printed sheet back: its words, the size of its letters, the ink in its margins."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

from PIL import Image
from pypdf import PageObject, PdfReader

from huiyin.documents.paper.documents import Sheet
from huiyin.documents.paper.press import Size, as_json, press

MM = 72 / 25.4


def pages_of(pdf: bytes) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(pdf)).pages)


def text_of(pdf: bytes) -> str:
    """All words without the breaks of lines and the room between letters, which differ from sheet to sheet."""
    return flat("".join(page.extract_text() for page in pages_of(pdf)))


def flat(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


def letters_by_size(pdf: bytes) -> Counter[float]:
    """How many characters are set in which size, in points."""
    sizes: Counter[float] = Counter()

    def see(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        sizes[round(abs(size * tm[3] * cm[3]), 1)] += len(flat(text))

    for page in pages_of(pdf):
        page.extract_text(visitor_text=see)
    return +sizes


def inked_margins(document: Sheet, size: Size, *, margin_mm: float, between_mm: float = 0) -> list[int]:
    """The pages with ink within `margin_mm` of the left or right edge, aside from lines to cut along."""
    told = as_json(document)
    # Two pixels a millimetre.
    pictures = press().compile(document.template, told, size, format="png", ppi=50.8)
    inked = []
    for at, data in enumerate(pictures if isinstance(pictures, list) else [pictures]):
        picture = Image.open(io.BytesIO(data)).convert("L")
        if between_mm:
            step = round(between_mm * 2)
            for y in range(step, picture.height, step):
                picture.paste(255, (0, y - 2, picture.width, y + 3))
        side = round(margin_mm * 2)
        edges = (
            picture.crop((0, 0, side, picture.height)),
            picture.crop((picture.width - side, 0, picture.width, picture.height)),
        )
        if any(edge.getextrema()[0] < 200 for edge in edges):
            inked.append(at)
    return inked
