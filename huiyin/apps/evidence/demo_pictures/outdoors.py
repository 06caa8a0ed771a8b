"""Scenes between the houses: bins, a green strip, a bicycle shed, the gate, the playground."""

from __future__ import annotations

from random import Random

from huiyin.apps.evidence.demo_pictures.canvas import Canvas, mixed
from huiyin.apps.evidence.demo_pictures.things import (
    bag,
    bicycle,
    bin_,
    block,
    bush,
    carton,
    notice,
    puddle,
    scooter,
    tree,
)

SKIES = ("#dfeaec", "#e6ebe6", "#dde7ee", "#ece8df")
HOUSES = ("#d9cfbd", "#cfcabc", "#d8c4b2", "#c9cfc9")
LEAVES = ("#7ba06a", "#6f9a73", "#86a561", "#6a9680")


def _place(after: bool, rng: Random, *, ground: str, horizon: float = 176) -> Canvas:
    sky, house = rng.choice(SKIES), rng.choice(HOUSES)
    sky = sky if after else mixed(sky, "#9fa5a3", 0.35)
    house = house if after else mixed(house, "#8a857a", 0.16)
    canvas = Canvas(sky)
    canvas.fade(0, 0, 400, horizon, "#ffffff", 0.5)
    block(canvas, -18, 30, 190, horizon - 30, house, floors=4, columns=6)
    block(canvas, 196, 52, 230, horizon - 52, mixed(house, "#ffffff", 0.18), floors=4, columns=8)
    canvas.rect(0, horizon, 400, 300 - horizon, ground)
    canvas.shade(
        [(0, horizon - 2), (400, horizon - 2), (400, horizon + 12), (0, horizon + 12)], "#2f332c", 0.2, blur=4
    )
    return canvas


def bins(after: bool, rng: Random) -> Canvas:
    leaf = rng.choice(LEAVES)
    canvas = _place(after, rng, ground="#c9cbbb" if after else "#b1ad9f")
    if after:
        tree(canvas, 372, 214, 54, leaf, rng)
        canvas.poly([(52, 262), (352, 262), (376, 286), (30, 286)], "#b9bcae")
        for x in (80, 318):
            canvas.rect(x, 126, 7, 138, "#0b5a52")
        canvas.rect(92, 140, 222, 122, "#e4e8df")
        for x in range(104, 314, 14):
            canvas.line([(x, 140), (x, 262)], "#d3d9cf", 0.8)
        canvas.poly([(62, 128), (344, 128), (326, 94), (80, 94)], "#0b5a52")
        canvas.poly([(62, 128), (344, 128), (344, 134), (62, 134)], "#073f3a")
        canvas.line([(92, 106), (316, 106)], "#2a7a70", 2)
        canvas.rect(148, 104, 112, 17, "#f4f6ef", r=2)
        for x, tone in ((164, "#2f7a4d"), (192, "#3a6ea5"), (220, "#6b716e"), (246, "#a3492f")):
            canvas.circle(x, 112.5, 4.6, tone)
        for x, tone in ((104, "#2f7a4d"), (172, "#3a6ea5"), (240, "#6b716e")):
            bin_(canvas, x, 264, tone)
        canvas.rect(344, 210, 36, 56, "#dfe4e2", r=2)
        canvas.rect(340, 204, 44, 10, "#f4f6f4", r=3)
        canvas.curve([(362, 204), (362, 186), (374, 186), (374, 196)], "#7d8985", 3)
        bush(canvas, 28, 288, 32, leaf, rng)
        return canvas
    tree(canvas, 372, 214, 48, mixed(leaf, "#8a8468", 0.4), rng)
    puddle(canvas, 200, 284, 104, 10, rng)
    bin_(canvas, 120, 258, "#4b6b57", lid=False)
    bin_(canvas, 190, 262, "#565d5a")
    for x, y, size, tone in (
        (132, 196, 17, "#d8d6cc"),
        (152, 190, 14, "#3c4240"),
        (92, 272, 30, "#3c4240"),
        (272, 276, 32, "#555c59"),
        (234, 284, 21, "#2f3533"),
        (150, 284, 19, "#d8d6cc"),
        (62, 280, 20, "#9c4a3a"),
        (316, 282, 22, "#3c4240"),
    ):
        bag(canvas, x, y, size, tone, rng)
    carton(canvas, 330, 238, 54, 42, "#b08a5a")
    for _ in range(26):
        left, top = rng.uniform(30, 370), rng.uniform(262, 296)
        canvas.rect(
            left,
            top,
            rng.uniform(3, 9),
            rng.uniform(2, 5),
            rng.choice(("#e9e4d6", "#c9794f", "#7e9a8b", "#8b8578")),
        )
    return canvas


def green(after: bool, rng: Random) -> Canvas:
    leaf = rng.choice(LEAVES)
    canvas = _place(after, rng, ground="#cfcbbb", horizon=162)
    canvas.poly([(0, 182), (400, 182), (400, 262), (0, 262)], "#86a86f" if after else "#b09f7c")
    canvas.rect(0, 262, 400, 8, "#e6e2d6")
    canvas.rect(0, 268, 400, 3, "#a39e90")
    for x in range(0, 400, 40):
        canvas.line([(x + 12, 271), (x - 10, 300)], "#b7b2a3", 0.9)
    if after:
        canvas.fade(0, 182, 400, 80, "#5f8a55", 0.4)
        for x, size in ((54, 62), (212, 56), (352, 64)):
            tree(canvas, x, 218, size, leaf, rng)
        for x in range(8, 400, 34):
            bush(canvas, x, 252, 21, mixed(leaf, "#2f5a3c", 0.18), rng)
        for _ in range(46):
            left, top = rng.uniform(4, 396), rng.uniform(236, 260)
            canvas.circle(left, top, 2.1, rng.choice(("#f0c7c2", "#f6e2a0", "#ffffff", "#e8a79c")))
        canvas.line([(292, 262), (292, 222)], "#7a6248", 3)
        canvas.rect(270, 206, 46, 22, "#f4f6ef", r=2)
        canvas.line([(278, 214), (308, 214)], "#2f7a4d", 2.6)
        canvas.line([(278, 221), (298, 221)], "#2f7a4d", 2.6)
        return canvas
    tree(canvas, 54, 216, 50, mixed(leaf, "#9a8a5c", 0.55), rng)
    canvas.poly([(348, 218), (350, 176), (360, 176), (362, 218)], "#7a6248")
    canvas.oval(355, 176, 6, 2, "#a98f6c")
    for _ in range(40):
        left, top = rng.uniform(0, 400), rng.uniform(190, 258)
        canvas.oval(
            left, top, rng.uniform(4, 16), rng.uniform(1, 3), rng.choice(("#9c8b67", "#c2b48f", "#8f9a62"))
        )
    for x, y in ((110, 236), (248, 210), (318, 250)):
        for lean in (-7, -2, 3, 8):
            canvas.curve([(x, y), (x + lean, y - 10), (x + lean * 1.6, y - 18)], "#8f9a62", 1.6)
    # A car on the bed, seen from the side, without a plate.
    canvas.shadow(196, 250, 88, 8, share=0.32)
    canvas.poly(
        [(112, 246), (112, 226), (136, 220), (156, 198), (226, 198), (252, 220), (282, 226), (284, 246)],
        "#8f4a42",
    )
    canvas.poly([(143, 220), (160, 203), (188, 203), (188, 220)], "#a9bbba")
    canvas.poly([(194, 220), (194, 203), (222, 203), (242, 220)], "#a9bbba")
    canvas.line([(112, 234), (283, 234)], "#793d36", 1.4)
    for x in (146, 250):
        canvas.circle(x, 246, 15, "#2b302e")
        canvas.circle(x, 246, 7, "#a9b0ac")
    bag(canvas, 330, 262, 15, "#d8d6cc", rng)
    return canvas


def bikes(after: bool, rng: Random) -> Canvas:
    leaf = rng.choice(LEAVES)
    canvas = _place(after, rng, ground="#c6c6b9" if after else "#b3afa2")
    if after:
        tree(canvas, 22, 214, 52, leaf, rng)
        canvas.poly([(30, 258), (372, 258), (400, 292), (4, 292)], "#b7b9ad")
        for x in (56, 156, 256, 352):
            canvas.rect(x, 138, 5, 124, "#5d6864")
        canvas.poly([(34, 140), (380, 140), (360, 112), (52, 112)], "#4f7f8f")
        canvas.poly([(34, 140), (380, 140), (380, 146), (34, 146)], "#3b6372")
        for x in range(70, 352, 26):
            canvas.line([(x, 112), (x - (206 - x) * 0.06, 140)], "#6796a5", 1.2)
        canvas.rect(66, 218, 288, 3.4, "#8a938f")
        for number, x in enumerate((80, 172, 264)):
            tone = ("#46606b", "#8a4b3a", "#3f6b52")[number]
            canvas.shadow(x + 28, 262, 48, 5)
            bicycle(canvas, x, 242, 20, tone)
        canvas.rect(362, 176, 26, 44, "#eef1ee", r=2)
        canvas.rect(366, 181, 18, 11, "#1d6a3a", r=1)
        canvas.poly([(377, 196), (370, 207), (375, 207), (372, 216), (381, 203), (376, 203)], "#c98a00")
        canvas.line([(375, 220), (375, 262)], "#5d6864", 3)
        canvas.line([(24, 292), (60, 262)], "#f4f1e4", 2)
        canvas.line([(376, 292), (344, 262)], "#f4f1e4", 2)
        return canvas
    tree(canvas, 22, 210, 48, mixed(leaf, "#8a8468", 0.35), rng)
    canvas.rect(150, 92, 104, 86, "#8b8578")
    canvas.rect(158, 100, 43, 78, "#63706b")
    canvas.rect(203, 100, 43, 78, "#5c6964")
    canvas.circle(197, 144, 2.4, "#d9cfb4")
    canvas.shadow(200, 270, 190, 18, share=0.26)
    scooter(canvas, 64, 238, "#6f8791")
    scooter(canvas, 286, 240, "#a3563f")
    bicycle(canvas, 152, 244, 25, "#46606b")
    bicycle(canvas, 206, 258, 26, "#6b7a3f")
    scooter(canvas, 96, 274, "#c9a24a")
    bicycle(canvas, 262, 274, 25, "#8a4b3a")
    # A cable hung from a window to charge.
    canvas.curve([(300, 92), (296, 150), (330, 180), (318, 206)], "#2b302e", 1.8)
    return canvas


def gate(after: bool, rng: Random) -> Canvas:
    leaf = rng.choice(LEAVES)
    canvas = _place(after, rng, ground="#bdbbb0" if after else "#a9a598", horizon=170)
    stone = "#d7cdb9" if after else "#b8ae9b"
    canvas.poly([(120, 170), (280, 170), (388, 300), (12, 300)], "#a5a59d" if after else "#8f8d84")
    for x, width in ((62, 34), (304, 34)):
        canvas.shadow(x + width / 2, 232, 30, 5)
        canvas.rect(x, 92, width, 140, stone)
        canvas.rect(x + width - 8, 92, 8, 140, mixed(stone, "#4b4436", 0.16))
        for y in range(104, 232, 16):
            canvas.line([(x, y), (x + width, y)], mixed(stone, "#4b4436", 0.16), 0.8)
        canvas.rect(x - 5, 84, width + 10, 11, mixed(stone, "#ffffff", 0.3), r=1.5)
    canvas.rect(58, 62, 284, 26, "#0b5a52" if after else "#7d857f", r=2)
    for number in range(4):
        canvas.rect(146 + number * 30, 68, 16, 14, "#f3efe2" if after else "#a5aca6", r=2)
    if after:
        for x, size in ((28, 46), (376, 48)):
            tree(canvas, x, 214, size, leaf, rng)
        # Posts and a path of its own for wheelchairs and prams.
        canvas.poly([(276, 232), (302, 232), (356, 300), (296, 300)], "#d8c9a4")
        for step in range(5):
            canvas.line(
                [(281 + step * 5, 240 + step * 13), (303 + step * 10, 240 + step * 13)], "#c3b389", 1.2
            )
        canvas.rect(100, 178, 18, 54, "#e9ece8", r=2)
        canvas.rect(103, 183, 12, 13, "#1f2725", r=1)
        canvas.circle(109, 206, 3.4, "#1d6a3a")
        canvas.rect(112, 190, 136, 6, "#f4f4ee", r=3)
        for x in range(126, 240, 26):
            canvas.rect(x, 190, 12, 6, "#b23b2b")
        for y, half in ((206, 34), (232, 54), (262, 78)):
            canvas.line([(200 - 4, y), (200 - 5, y + 12)], "#f4f1e4", 2.6)
            canvas.line([(200 - half - 20, y), (200 - half - 26, y + 12)], "#e3b23c", 2.2)
        canvas.rect(340, 180, 30, 50, "#f4f6ef", r=2)
        canvas.rect(340, 180, 30, 11, "#0b5a52", r=2)
        for y in (200, 208, 216):
            canvas.line([(346, y), (364, y)], "#a9b7b2", 2)
        return canvas
    canvas.poly([(96, 182), (108, 176), (128, 236), (116, 240)], "#6f6a5e")
    for step in range(4):
        canvas.line([(101 + step * 5, 192 + step * 12), (113 + step * 5, 188 + step * 12)], "#3d3a33", 1.6)
    canvas.rect(280, 176, 22, 58, "#8b8578", r=1)
    canvas.line([(283, 190), (299, 186)], "#5b5446", 2)
    # Broken road before the gate.
    for x, y, rx, ry in ((178, 214, 26, 6), (240, 240, 34, 8), (150, 268, 40, 10)):
        canvas.blob(x, y, rx, ry, "#6f6c63", rng)
        canvas.blob(x, y + 1, rx * 0.7, ry * 0.6, "#7d9199", rng)
    for points in (
        [(120, 236), (150, 242), (168, 236), (200, 250)],
        [(214, 206), (232, 212), (226, 224)],
        [(206, 276), (238, 282), (262, 272), (300, 286)],
    ):
        canvas.line(points, "#6a675e", 1.4)
    scooter(canvas, 300, 274, "#6f8791")
    bag(canvas, 44, 250, 18, "#3c4240", rng)
    bush(canvas, 376, 226, 22, mixed(leaf, "#8a8468", 0.5), rng)
    return canvas


def playground(after: bool, rng: Random) -> Canvas:
    leaf = rng.choice(LEAVES)
    canvas = _place(after, rng, ground="#c9cbb8" if after else "#b3ab97", horizon=158)
    tone = "#d98a5f" if after else "#a9998a"
    canvas.poly([(40, 196), (360, 196), (400, 282), (0, 282)], tone)
    if after:
        canvas.poly([(120, 214), (214, 210), (246, 262), (84, 268)], "#7fb0a4")
        canvas.poly([(268, 216), (330, 216), (352, 258), (272, 262)], "#e9c46a")
        for x, size in ((20, 52), (384, 54), (206, 40)):
            tree(canvas, x, 196, size, leaf, rng)
    else:
        for x, size in ((20, 48), (384, 50)):
            tree(canvas, x, 196, size, mixed(leaf, "#8a8468", 0.35), rng)
        for x, y, rx, ry in ((120, 226, 36, 8), (250, 250, 48, 9), (66, 262, 30, 7)):
            canvas.blob(x, y, rx, ry, "#8d7f6f", rng)
    steel, slide = ("#3a6ea5", "#e3b23c") if after else ("#8b7f74", "#9c8f6c")
    # Climbing tower with a slide.
    canvas.shadow(104, 262, 74, 8)
    for x in (64, 116):
        canvas.rect(x, 130, 6, 130, steel)
    canvas.rect(60, 184, 68, 8, mixed(steel, "#ffffff", 0.2))
    if after:
        canvas.poly([(52, 134), (134, 134), (93, 100)], "#b5473a")
    for y in (204, 220, 236, 252):
        canvas.line([(68, y), (118, y)], steel, 2.4)
    canvas.poly([(122, 184), (134, 182), (196, 256), (212, 258), (212, 266), (188, 264)], slide)
    canvas.line([(124, 178), (190, 256)], mixed(slide, "#ffffff", 0.35), 3)
    if not after:
        canvas.poly([(152, 214), (166, 218), (160, 232), (148, 222)], "#4b463d")
        canvas.line([(56, 188), (130, 150)], "#c9a24a", 3.4)
    # Swing.
    canvas.shadow(300, 266, 56, 6)
    for x in (252, 340):
        canvas.line([(x + 8, 132), (x - 10, 262)], steel, 4.4)
        canvas.line([(x + 8, 132), (x + 24, 262)], steel, 4.4)
    canvas.line([(258, 132), (350, 132)], steel, 5)
    canvas.line([(288, 134), (288, 222)], "#6b7672", 1.6)
    if after:
        canvas.line([(318, 134), (318, 222)], "#6b7672", 1.6)
        canvas.rect(284, 220, 38, 6, "#b5473a", r=2)
        notice(canvas, 6, 200, 32, 46, lines=3)
        canvas.line([(22, 246), (22, 274)], "#5d6864", 3)
        return canvas
    canvas.line([(318, 134), (316, 176), (320, 190)], "#6b7672", 1.6)
    canvas.poly([(284, 222), (290, 220), (304, 256), (298, 258)], "#6a5a48")
    puddle(canvas, 304, 270, 40, 6, rng)
    bag(canvas, 30, 284, 16, "#d8d6cc", rng)
    return canvas
