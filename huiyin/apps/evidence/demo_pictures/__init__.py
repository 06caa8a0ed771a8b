"""Drawn pictures for the fictional district: nine places, each before and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Literal

from huiyin.apps.evidence.demo_pictures import indoors, outdoors
from huiyin.apps.evidence.demo_pictures.canvas import Canvas

State = Literal["before", "after"]


@dataclass(frozen=True)
class Scene:
    """How a place is drawn, and what its two pictures show in words."""

    paint: Callable[[bool, Random], Canvas]
    before: str
    after: str
    can_turn: bool = True


SCENES: dict[str, Scene] = {
    "stairs": Scene(indoors.stairs, "楼道里堆着自行车和纸箱", "楼道清空了，墙上贴着公约", can_turn=False),
    "lamp": Scene(indoors.lamp, "走廊没有灯，有人打着手电", "走廊灯亮了"),
    "lift": Scene(
        indoors.lift, "电梯停用，门关不上，拦着警示带", "电梯恢复运行，贴了维保记录", can_turn=False
    ),
    "pipe": Scene(indoors.pipe, "管道接口漏水，地上积水", "管道换了接口，墙面干了", can_turn=False),
    "bins": Scene(outdoors.bins, "垃圾桶旁堆着没入桶的袋子", "新建的桶站有顶棚，三个桶分开"),
    "green": Scene(outdoors.green, "绿地黄土露天，停着一辆汽车", "绿地补种了草和灌木"),
    "bikes": Scene(outdoors.bikes, "单元门口挤满电动车，窗口拉出充电线", "建了车棚和充电桩，车停整齐"),
    "gate": Scene(outdoors.gate, "大门口路面坑洼积水，门坏了", "大门修好，路面平整，有无障碍坡道"),
    "playground": Scene(outdoors.playground, "滑梯破损，秋千断了一边", "滑梯和秋千换新，铺了软地面"),
}


@lru_cache(maxsize=64)
def draw(scene: str, state: State, seed: int = 0) -> bytes:
    """A JPEG of 1280 × 960. The same seed gives the same place, so before and after belong together."""
    rng = Random(f"{scene}/{seed}")
    mirrored = SCENES[scene].can_turn and rng.random() < 0.5
    camera = Random(f"{scene}/{seed}/camera")
    return SCENES[scene].paint(state == "after", rng).jpeg(mirrored=mirrored, camera=camera)


def words(scene: str, state: State) -> str:
    """What the picture shows, for its alt text."""
    return SCENES[scene].before if state == "before" else SCENES[scene].after
