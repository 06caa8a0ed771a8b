"""Scenes inside a house: stairs, a corridor lamp, a lift door, a leaking pipe."""

from __future__ import annotations

from random import Random

from huiyin.apps.evidence.demo_pictures.canvas import Canvas, mixed
from huiyin.apps.evidence.demo_pictures.things import bicycle, carton, notice, puddle

WALLS = ("#eeeadd", "#e9ece4", "#efe6da", "#e6eaea")
DOORS = ("#7d8f8a", "#8a8577", "#6f8791", "#94806c")


def stairs(after: bool, rng: Random) -> Canvas:
    wall, door = rng.choice(WALLS), rng.choice(DOORS)
    wall = wall if after else mixed(wall, "#8d8472", 0.24)
    floor = "#cfcabc" if after else "#aaa395"
    step, edge = mixed(wall, "#6e675a", 0.22), mixed(wall, "#6e675a", 0.38)
    canvas = Canvas(wall)
    canvas.fade(0, 0, 400, 210, "#7c7464", 0.16)
    # The dado of old stairwells: green paint to shoulder height.
    canvas.rect(0, 128, 400, 82, mixed(wall, "#8fb0a0", 0.45 if after else 0.3))
    canvas.rect(0, 126, 400, 3, mixed(wall, "#4f7566", 0.5))
    canvas.rect(0, 210, 400, 90, floor)
    canvas.shade([(0, 210), (400, 210), (400, 222), (0, 222)], "#3a352c", 0.18, blur=4)
    canvas.rect(26, 58, 88, 152, mixed(wall, "#5b5446", 0.25))
    canvas.rect(32, 64, 76, 146, door)
    for y in (76, 134):
        canvas.rect(42, y, 56, 46, mixed(door, "#1f2624", 0.14), r=2)
        canvas.rect(44, y + 2, 52, 42, mixed(door, "#ffffff", 0.08), r=2)
    canvas.circle(100, 140, 3.4, "#e8dfc4")
    canvas.rect(60, 44, 20, 9, "#ffffff", r=1.5)
    canvas.line([(65, 48.5), (75, 48.5)], "#0b5a52", 2)
    for number in range(5):
        left, top = 236 + 33 * number, 210 - 34 * (number + 1)
        canvas.rect(left, top, 400 - left, 34, step)
        canvas.rect(left, top, 400 - left, 5, mixed(step, "#ffffff", 0.35))
        canvas.rect(left, top + 5, 2.2, 29, edge)
    rail = "#5d6864" if after else "#7a5a45"
    for number in range(6):
        x = 226 + 33 * number
        foot = 210 - 34 * number
        canvas.line([(x, foot), (x, foot - 46)], rail, 2.4)
    canvas.line([(222, 168), (400, -15)], "#8a5f3c", 6.5)
    if after:
        notice(canvas, 142, 62, 58, 76, lines=4)
        canvas.line([(0, 240), (228, 240)], "#e3b23c", 4.5)
        canvas.line([(228, 240), (228, 300)], "#e3b23c", 4.5)
        canvas.shade([(150, 222), (228, 222), (190, 300), (60, 300)], "#ffffff", 0.22, blur=12)
        return canvas
    for x, y in ((150, 76), (186, 96), (168, 60)):
        canvas.rect(x, y, 22, 14, "#f6f3ea")
        canvas.line([(x + 4, y + 5), (x + 18, y + 5)], "#b0553f", 1.6)
        canvas.line([(x + 4, y + 9.5), (x + 14, y + 9.5)], "#8b8578", 1.2)
    canvas.shadow(160, 270, 150, 16, share=0.3)
    carton(canvas, 22, 176, 54, 44, "#c49c68")
    carton(canvas, 12, 220, 78, 56, "#b08a5a")
    bicycle(canvas, 112, 262, 27, "#46606b")
    bicycle(canvas, 178, 276, 27, "#8a4b3a")
    carton(canvas, 302, 226, 76, 54, "#9a7b52")
    carton(canvas, 318, 196, 44, 30, "#b8925f")
    return canvas


def lamp(after: bool, rng: Random) -> Canvas:
    door = rng.choice(DOORS)
    tint = rng.choice(("#f3ecd8", "#f0eee2", "#f3e8d6"))
    night = "#262d2d"

    def lit(code: str, dark: float) -> str:
        return code if after else mixed(code, night, dark)

    canvas = Canvas(lit(tint, 0.84))
    canvas.poly([(0, 0), (130, 70), (270, 70), (400, 0)], lit("#fbf6e8", 0.87))
    canvas.poly([(0, 300), (130, 200), (270, 200), (400, 300)], lit("#cbbfa3", 0.88))
    canvas.poly([(0, 0), (130, 70), (130, 200), (0, 300)], lit(mixed(tint, "#b9a98a", 0.18), 0.8))
    canvas.poly([(400, 0), (270, 70), (270, 200), (400, 300)], lit(mixed(tint, "#b9a98a", 0.1), 0.78))
    canvas.rect(130, 70, 140, 130, lit(mixed(tint, "#ffffff", 0.3), 0.9))
    for left, right in ((32, 82), (318, 368)):
        # Doors along the corridor get smaller towards its end.
        near, far = (left, right) if left < 200 else (right, left)
        canvas.poly([(near, 58), (far, 84), (far, 237), (near, 276)], lit(mixed(door, "#ffffff", 0.12), 0.76))
        canvas.poly(
            [
                (near + (far - near) * 0.14, 74),
                (far - (far - near) * 0.14, 94),
                (far - (far - near) * 0.14, 150),
                (near + (far - near) * 0.14, 156),
            ],
            lit(mixed(door, "#ffffff", 0.26), 0.78),
        )
    canvas.rect(172, 100, 56, 100, lit(mixed(door, "#3a3a34", 0.2), 0.7))
    canvas.rect(177, 105, 46, 95, lit(door, 0.7))
    canvas.circle(216, 156, 2.4, lit("#f2e7c8", 0.5))
    canvas.rect(186, 88, 28, 9, lit("#2f7a4d", 0.35), r=1.5)
    canvas.rect(180, 24, 40, 8, lit("#9aa19c", 0.6), r=2)
    for share in (0.22, 0.44, 0.66, 0.88):
        y = 200 + 100 * share
        canvas.line([(130 - 130 * share, y), (270 + 130 * share, y)], lit("#b5a88c", 0.86), 0.8)
    if after:
        canvas.shade([(186, 40), (214, 40), (318, 300), (82, 300)], "#fff3bd", 0.55, blur=10)
        canvas.shade([(150, 10), (250, 10), (270, 90), (130, 90)], "#fff0b0", 0.55, blur=16)
        canvas.oval(200, 38, 21, 11, "#ffdf7a")
        canvas.oval(200, 37, 14, 7, "#fff6d6")
        return canvas
    canvas.oval(200, 37, 17, 9, "#4b524f")
    canvas.line([(190, 33), (196, 38), (191, 43)], "#2c3230", 1.2)
    # A torch is all the light there is.
    canvas.shade([(322, 300), (344, 270), (215, 214), (132, 236), (150, 268)], "#e9e2bd", 0.3, blur=12)
    canvas.blob(338, 262, 30, 58, "#171c1c", rng, bumps=6)
    canvas.circle(338, 202, 17, "#171c1c")
    canvas.line([(322, 250), (300, 268)], "#171c1c", 11)
    canvas.circle(296, 270, 5, "#f4ecc4")
    return canvas


def lift(after: bool, rng: Random) -> Canvas:
    wall = rng.choice(("#dcd9d0", "#d9dcd6", "#e0d8cc"))
    steel = "#b9c0be" if after else "#a3a8a4"
    canvas = Canvas(wall)
    canvas.fade(0, 0, 400, 240, "#8b867a", 0.2)
    for x in range(0, 401, 50):
        canvas.line([(x, 0), (x, 240)], mixed(wall, "#8b867a", 0.28), 0.7)
    for y in (60, 120, 180):
        canvas.line([(0, y), (400, y)], mixed(wall, "#8b867a", 0.28), 0.7)
    canvas.rect(0, 240, 400, 60, "#a8a296")
    canvas.shade([(0, 238), (400, 238), (400, 250), (0, 250)], "#2f2b24", 0.25, blur=4)
    canvas.rect(104, 36, 192, 206, mixed(steel, "#3c4341", 0.45))
    canvas.rect(116, 50, 168, 192, mixed(steel, "#262c2a", 0.7))
    gap = 0.0 if after else 26.0
    for left, width in ((116.0, 84 - gap), (200.0 + gap, 84 - gap)):
        canvas.rect(left, 50, width, 192, steel)
        canvas.fade(left, 50, width, 192, "#6c7572", 0.3)
        canvas.shade(
            [(left + width * 0.2, 50), (left + width * 0.42, 50), (left + width * 0.2, 242), (left, 242)],
            "#ffffff",
            0.3,
            blur=3,
        )
    if after:
        canvas.line([(200, 50), (200, 242)], "#5e6664", 1.4)
    canvas.rect(164, 16, 72, 15, "#1f2725", r=2)
    if after:
        canvas.poly([(180, 27), (186, 19), (192, 27)], "#ffb84d")
        canvas.line([(208, 20), (208, 27)], "#ffb84d", 2)
        canvas.line([(214, 20), (219, 20), (219, 27), (214, 27)], "#ffb84d", 2)
    canvas.rect(318, 118, 22, 52, "#c9cecb", r=2)
    for y in (134, 154):
        canvas.circle(329, y, 6, "#f4f4ee")
        canvas.ring(329, y, 6, "#0b5a52" if after else "#8b8f8c", 1.4)
    if after:
        notice(canvas, 34, 92, 48, 62, lines=4)
        canvas.poly([(300, 300), (200, 252), (120, 252), (60, 300)], "#b9b3a6")
        canvas.rect(130, 246, 140, 12, "#4f6f66", r=2)
        return canvas
    # Out of order: doors apart, a board across, the cab's dark behind.
    canvas.shade([(174, 50), (226, 50), (226, 242), (174, 242)], "#0e1312", 0.75, blur=3)
    canvas.poly([(96, 196), (304, 164), (304, 184), (96, 216)], "#e7b52f")
    for number in range(9):
        x = 100 + number * 24
        canvas.poly(
            [
                (x, 216 - (x - 96) * 0.154),
                (x + 10, 214 - (x - 96) * 0.154),
                (x + 18, 193 - (x - 96) * 0.154),
                (x + 8, 194 - (x - 96) * 0.154),
            ],
            "#2a2f2d",
        )
    canvas.rect(150, 98, 100, 56, "#f6f2e6", r=2)
    canvas.ring(172, 126, 13, "#a32a1f", 4)
    canvas.line([(163, 135), (181, 117)], "#a32a1f", 4)
    for y, length in ((114, 44), (126, 36), (138, 44)):
        canvas.line([(194, y), (194 + length, y)], "#4f5b57", 3.2)
    canvas.shadow(330, 268, 34, 8)
    carton(canvas, 300, 214, 60, 52, "#b08a5a")
    return canvas


def pipe(after: bool, rng: Random) -> Canvas:
    wall = rng.choice(("#d7d6cd", "#d9d3c6", "#d2d8d6"))
    wall = mixed(wall, "#ffffff", 0.3) if after else wall
    canvas = Canvas(wall)
    canvas.fade(0, 0, 400, 232, "#77766c", 0.22)
    canvas.rect(0, 0, 400, 26, mixed(wall, "#77766c", 0.2))
    canvas.rect(0, 232, 400, 68, "#a8a69b" if after else "#8d8b81")
    canvas.shade([(0, 228), (400, 228), (400, 244), (0, 244)], "#25241f", 0.25, blur=5)
    if not after:
        for x, y, rx, ry, tone in (
            (214, 150, 66, 92, "#a39d86"),
            (208, 174, 44, 62, "#8d8a70"),
            (300, 60, 46, 26, "#b3ad98"),
        ):
            canvas.blob(x, y, rx, ry, mixed(wall, tone, 0.6), rng)
        for x in (178, 232, 250):
            canvas.curve(
                [(x, 110), (x - 5, 150), (x + 5, 186), (x - 2, 230)], mixed(wall, "#6f6a52", 0.6), 2.4
            )
    metal = "#5f8fa0" if after else "#8e7a68"
    light, dark = mixed(metal, "#ffffff", 0.4), mixed(metal, "#1a1f1e", 0.35)
    for x, width in ((92, 24), (196, 30)):
        canvas.shade(
            [(x + width, 0), (x + width + 12, 0), (x + width + 12, 232), (x + width, 232)],
            "#25241f",
            0.25,
            blur=4,
        )
        canvas.rect(x, 0, width, 236, metal)
        canvas.rect(x + width * 0.16, 0, width * 0.16, 236, light)
        canvas.rect(x + width * 0.8, 0, width * 0.2, 236, dark)
        for y in (40, 196):
            canvas.rect(x - 5, y, width + 10, 12, mixed(metal, "#1a1f1e", 0.2), r=2)
            canvas.rect(x - 5, y, width + 10, 3, light, r=1)
    canvas.rect(226, 92, 120, 22, metal)
    canvas.rect(226, 95, 120, 4, light)
    canvas.rect(226, 109, 120, 5, dark)
    canvas.rect(338, 86, 12, 34, mixed(metal, "#1a1f1e", 0.2), r=2)
    canvas.circle(290, 80, 17, "#b23b2b")
    canvas.circle(290, 80, 11, wall if after else mixed(wall, "#77766c", 0.3))
    canvas.line([(275, 80), (305, 80)], "#b23b2b", 4)
    canvas.line([(290, 65), (290, 95)], "#b23b2b", 4)
    canvas.rect(190, 84, 44, 38, mixed(metal, "#1a1f1e", 0.12), r=4)
    if after:
        canvas.rect(186, 88, 52, 7, "#d7dcda", r=2)
        canvas.rect(186, 111, 52, 7, "#d7dcda", r=2)
        for x in (194, 230):
            canvas.circle(x, 91.5, 2.4, "#6b7672")
            canvas.circle(x, 114.5, 2.4, "#6b7672")
        canvas.rect(22, 84, 42, 54, "#ffffff")
        canvas.line([(29, 97), (34, 102), (43, 91)], "#1d6a3a", 3)
        for y in (114, 124):
            canvas.line([(29, y), (56, y)], "#9aa39f", 2.4)
        canvas.shade([(140, 250), (330, 250), (370, 300), (90, 300)], "#ffffff", 0.2, blur=10)
        return canvas
    canvas.blob(204, 104, 12, 14, "#5b4231", rng)
    puddle(canvas, 214, 268, 128, 22, rng)
    for x, bend in ((206, 26), (212, 40), (200, -18)):
        canvas.curve([(204, 106), (x + bend * 0.4, 112), (x + bend, 170), (x + bend, 258)], "#9cc3d0", 2.6)
    for x, y in ((238, 196), (186, 214), (254, 232), (222, 226)):
        canvas.oval(x, y, 2, 3.6, "#b6d6df")
    canvas.poly([(276, 232), (330, 232), (322, 282), (284, 282)], "#c4553f")
    canvas.oval(303, 232, 27, 7, "#8d3c2c")
    canvas.oval(303, 233, 22, 5, "#9cc3d0")
    return canvas
