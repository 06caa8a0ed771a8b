"""Things that stand in several scenes: bicycles, cartons, bags, trees, windows, notices."""

from __future__ import annotations

import math
from random import Random

from huiyin.apps.evidence.demo_pictures.canvas import Canvas, mixed


def bicycle(canvas: Canvas, x: float, y: float, r: float, frame: str) -> None:
    """Seen from the side; `x`, `y` is the hub of the rear wheel, `r` the wheel."""
    tyre, k = "#3d4543", r / 26
    front = x + 74 * k
    for hub in (x, front):
        canvas.ring(hub, y, r, tyre, 4.4 * k)
        for step in range(6):
            angle = step / 6 * math.pi
            dx, dy = math.cos(angle) * r * 0.86, math.sin(angle) * r * 0.86
            canvas.line([(hub - dx, y - dy), (hub + dx, y + dy)], "#9aa19c", 0.6)
        canvas.circle(hub, y, 2.6 * k, tyre)
    seat, crank, head = (x + 20 * k, y - 38 * k), (x + 32 * k, y + 2 * k), (x + 60 * k, y - 40 * k)
    for points in (
        [(x, y), seat],
        [(x, y), crank],
        [seat, crank],
        [seat, head],
        [crank, head],
        [head, (front, y)],
    ):
        canvas.line(points, frame, 3.6 * k)
    canvas.line([seat, (seat[0] - 2 * k, seat[1] - 9 * k)], tyre, 3 * k)
    canvas.line([(seat[0] - 10 * k, seat[1] - 11 * k), (seat[0] + 9 * k, seat[1] - 9 * k)], tyre, 5 * k)
    canvas.line(
        [head, (head[0] - 3 * k, head[1] - 11 * k), (head[0] + 10 * k, head[1] - 14 * k)], tyre, 3.2 * k
    )
    canvas.circle(crank[0], crank[1], 5 * k, tyre)


def scooter(canvas: Canvas, x: float, y: float, body: str) -> None:
    """An electric scooter from the side; `x`, `y` is the hub of the rear wheel."""
    for hub in (x, x + 66):
        canvas.circle(hub, y, 14, "#2f3634")
        canvas.circle(hub, y, 6, "#9aa19c")
    canvas.poly(
        [
            (x - 16, y - 12),
            (x - 8, y - 30),
            (x + 26, y - 30),
            (x + 32, y - 6),
            (x + 48, y - 4),
            (x + 54, y - 12),
            (x + 48, y - 50),
            (x + 56, y - 52),
            (x + 68, y - 10),
            (x + 56, y + 2),
            (x + 14, y + 2),
        ],
        body,
    )
    canvas.poly([(x - 12, y - 30), (x + 28, y - 30), (x + 24, y - 38), (x - 10, y - 38)], "#2f3634")
    canvas.line([(x + 51, y - 50), (x + 47, y - 62), (x + 38, y - 62)], "#2f3634", 3.4)
    canvas.circle(x + 58, y - 46, 4.4, "#f4ecc4")
    canvas.line([(x - 4, y - 22), (x + 22, y - 22)], mixed(body, "#ffffff", 0.4), 2)


def carton(canvas: Canvas, x: float, y: float, w: float, h: float, side: str) -> None:
    canvas.rect(x, y, w, h, side, r=1)
    canvas.rect(x + w * 0.78, y, w * 0.22, h, mixed(side, "#3a2c18", 0.16))
    canvas.poly([(x, y), (x + w, y), (x + w * 0.94, y - 6), (x + 4, y - 6)], mixed(side, "#ffffff", 0.2))
    canvas.rect(x + w * 0.36, y - 6, w * 0.14, h * 0.45, mixed(side, "#f3e6c8", 0.5))
    canvas.line([(x + 6, y + h * 0.8), (x + w * 0.3, y + h * 0.8)], mixed(side, "#3a2c18", 0.4), 1.4)


def bag(canvas: Canvas, x: float, y: float, size: float, fill: str, rng: Random) -> None:
    """A tied rubbish bag standing on `y`."""
    canvas.shadow(x, y, size * 1.1, size * 0.22)
    canvas.blob(x, y - size * 0.72, size * 0.95, size * 0.74, fill, rng, bumps=7)
    canvas.poly(
        [
            (x - size * 0.3, y - size * 1.3),
            (x - size * 0.34, y - size * 1.72),
            (x, y - size * 1.5),
            (x + size * 0.3, y - size * 1.76),
            (x + size * 0.28, y - size * 1.3),
        ],
        fill,
    )
    light = mixed(fill, "#ffffff", 0.22)
    canvas.curve(
        [(x - size * 0.5, y - size), (x - size * 0.3, y - size * 1.3), (x, y - size * 1.24)],
        light,
        size * 0.07,
    )
    canvas.curve(
        [
            (x + size * 0.1, y - size * 0.9),
            (x + size * 0.4, y - size * 0.8),
            (x + size * 0.5, y - size * 0.4),
        ],
        light,
        size * 0.06,
    )


def bin_(canvas: Canvas, x: float, y: float, body: str, *, lid: bool = True) -> None:
    """A wheeled bin standing on `y`, 50 wide and 84 high."""
    canvas.shadow(x + 25, y, 30, 6)
    dark = mixed(body, "#10201a", 0.28)
    canvas.poly([(x, y - 76), (x + 50, y - 76), (x + 45, y - 3), (x + 5, y - 3)], body)
    canvas.poly([(x + 39, y - 76), (x + 50, y - 76), (x + 45, y - 3), (x + 36, y - 3)], dark)
    for wheel in (x + 11, x + 39):
        canvas.circle(wheel, y - 3, 5, "#2b302e")
    canvas.circle(x + 21, y - 42, 9, mixed(body, "#ffffff", 0.82))
    canvas.poly([(x + 21, y - 48), (x + 26, y - 39), (x + 16, y - 39)], body)
    if lid:
        canvas.rect(x - 4, y - 86, 58, 13, dark, r=3.5)
        canvas.rect(x - 4, y - 86, 58, 4, mixed(body, "#ffffff", 0.25), r=2)
    else:
        canvas.poly([(x, y - 76), (x + 50, y - 76), (x + 46, y - 70), (x + 4, y - 70)], "#20282a")
        canvas.poly([(x + 50, y - 76), (x + 55, y - 80), (x + 72, y - 40), (x + 66, y - 38)], dark)


def tree(canvas: Canvas, x: float, y: float, size: float, leaf: str, rng: Random) -> None:
    canvas.shadow(x, y, size * 0.8, size * 0.14, share=0.18)
    canvas.poly(
        [
            (x - size * 0.09, y),
            (x - size * 0.06, y - size),
            (x + size * 0.06, y - size),
            (x + size * 0.09, y),
        ],
        "#7a6248",
    )
    canvas.blob(x, y - size * 1.45, size * 0.72, size * 0.74, leaf, rng)
    canvas.blob(x - size * 0.18, y - size * 1.62, size * 0.42, size * 0.4, mixed(leaf, "#f3f2cf", 0.22), rng)


def bush(canvas: Canvas, x: float, y: float, size: float, leaf: str, rng: Random) -> None:
    canvas.shadow(x, y, size, size * 0.16, share=0.18)
    canvas.blob(x, y - size * 0.5, size, size * 0.56, leaf, rng, bumps=11)
    canvas.blob(
        x - size * 0.2, y - size * 0.66, size * 0.6, size * 0.3, mixed(leaf, "#f3f2cf", 0.2), rng, bumps=9
    )


def block(
    canvas: Canvas, x: float, y: float, w: float, h: float, wall: str, *, floors: int, columns: int
) -> None:
    """A slab of flats: windows in rows, a balcony under every second one."""
    canvas.rect(x, y, w, h, wall)
    canvas.rect(x, y, w, 4, mixed(wall, "#5d574b", 0.3))
    canvas.rect(x + w - 7, y, 7, h, mixed(wall, "#5d574b", 0.18))
    step_x, step_y = w / columns, (h - 8) / floors
    for floor in range(floors):
        for column in range(columns):
            left, top = x + (column + 0.22) * step_x, y + 8 + (floor + 0.16) * step_y
            wide, high = step_x * 0.56, step_y * 0.58
            canvas.rect(left - 1.2, top - 1.2, wide + 2.4, high + 2.4, mixed(wall, "#ffffff", 0.55))
            canvas.rect(left, top, wide, high, "#8fa5a6")
            canvas.poly([(left, top), (left + wide * 0.55, top), (left, top + high)], "#a9bbba")
            canvas.rect(left + wide / 2 - 0.6, top, 1.2, high, mixed(wall, "#ffffff", 0.55))
            if column % 2:
                canvas.rect(
                    left - 3, top + high, wide + 6, step_y * 0.15, mixed(wall, "#5d574b", 0.22), r=0.6
                )


def notice(canvas: Canvas, x: float, y: float, w: float, h: float, *, lines: int) -> None:
    """A sheet on the wall; marks, no words, so that nothing invented can be read."""
    canvas.shade(
        [(x + 2, y + 3), (x + w + 3, y + 3), (x + w + 3, y + h + 3), (x + 2, y + h + 3)],
        "#2a2720",
        0.22,
        blur=2,
    )
    canvas.rect(x, y, w, h, "#ffffff")
    canvas.rect(x, y, w, 13, "#0b5a52")
    canvas.line([(x + 8, y + 6.5), (x + w - 8, y + 6.5)], "#ffffff", 2.6)
    for number in range(lines):
        long = w - 16 if number < lines - 1 else (w - 16) * 0.6
        at = y + 24 + number * (h - 32) / max(1, lines - 1) * 0.9
        canvas.line([(x + 8, at), (x + 8 + long, at)], "#a9b7b2", 2.6)


def puddle(canvas: Canvas, x: float, y: float, rx: float, ry: float, rng: Random) -> None:
    canvas.blob(x, y, rx, ry, "#7d9199", rng, bumps=8)
    canvas.blob(x - rx * 0.1, y - ry * 0.1, rx * 0.8, ry * 0.7, "#8fa7af", rng, bumps=8)
    canvas.curve(
        [(x - rx * 0.5, y), (x - rx * 0.2, y - ry * 0.4), (x + rx * 0.2, y - ry * 0.3)], "#bcd0d5", 1.6
    )
