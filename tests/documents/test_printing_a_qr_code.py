"""The QR code is one SVG that a strict content security policy lets through and a screen reader can name."""

from __future__ import annotations

from xml.etree import ElementTree

import segno

from huiyin.documents.qr import qr_svg


def test_it_is_svg_with_attributes_only() -> None:
    svg = qr_svg("https://example.org/cases/26-0041-738", label='扫码看"事项"')
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == '扫码看"事项"'
    assert not any(word in svg for word in ("style", "data:", "<script"))


def test_its_squares_are_the_code() -> None:
    text = "回音 26-0041-738"
    matrix = segno.make(text, error="m", micro=False, boost_error=True).matrix
    path = ElementTree.fromstring(qr_svg(text, label="x"))[1].get("d") or ""
    drawn = set()
    for run in path.split("M")[1:]:
        start, _, rest = run.partition("h")
        x, y = map(int, start.split())
        drawn |= {(x + i, y) for i in range(int(rest.split("v")[0]))}
    assert drawn == {(x + 4, y + 4) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
