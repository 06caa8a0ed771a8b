"""QR codes as plain SVG: one path with attributes only, so a strict content security policy lets it through."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import segno

_QUIET = 4  # modules of white around the code, ISO/IEC 18004


@lru_cache(maxsize=128)  # a page draws the same code for each of its readers
def qr_svg(text: str, *, label: str, error: str = "m") -> str:
    """An <svg> that scales to its box; `label` is what a screen reader says."""
    code = segno.make(text, error=error, micro=False, boost_error=True)
    side = len(code.matrix) + 2 * _QUIET
    runs = []
    for y, row in enumerate(code.matrix, start=_QUIET):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start + _QUIET} {y}h{x - start}v1h-{x - start}z")
            x += 1
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        f'aria-label="{escape(label)}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{"".join(runs)}"/></svg>'
    )
