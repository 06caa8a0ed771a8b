"""The question clock as it is drawn: seconds that are over, since when it runs, and what is missing to the minimum."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

# The ring is a fifth longer than the minimum, so that its mark stands free at ten o'clock (mockups/README.md).
RING = 1.2
ROUND = 2 * math.pi * 88


def clock_time(seconds: int) -> str:
    """1122 → 18:42."""
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def in_words(seconds: int) -> str:
    """678 → 11 分 18 秒."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return _("%(seconds)s 秒") % {"seconds": rest}
    return _("%(minutes)s 分 %(seconds)s 秒") % {"minutes": minutes, "seconds": rest}


@dataclass(frozen=True)
class ClockFace:
    """`done` whole seconds of intervals that are over, `since` while the floor is open, `needed` the minimum, `now`."""

    done: int
    since: datetime | None
    needed: int
    now: datetime

    @property
    def is_open(self) -> bool:
        return self.since is not None

    @property
    def since_ms(self) -> int | str:
        return int(self.since.timestamp() * 1000) if self.since else ""

    @property
    def seconds(self) -> int:
        running = (self.now - self.since).total_seconds() if self.since else 0.0
        return self.done + max(0, int(running))

    @property
    def left(self) -> int:
        return max(0, self.needed - self.seconds)

    @property
    def needed_minutes(self) -> int:
        return self.needed // 60

    @property
    def time(self) -> str:
        return clock_time(self.seconds)

    @property
    def dashes(self) -> str:
        """The stroke of the part that is over, then the rest of the circle."""
        share = min(1.0, self.seconds / (self.needed * RING))
        return f"{share * ROUND:.1f} {ROUND:.1f}"

    @property
    def left_short(self) -> str:
        values = {"minutes": self.needed_minutes, "left": clock_time(self.left)}
        if self.left:
            return _("到 %(minutes)s 分钟还差 %(left)s") % values
        return _("已满 %(minutes)s 分钟") % values

    @property
    def left_words(self) -> str:
        if self.left:
            return _("还差 %(left)s") % {"left": in_words(self.left)}
        return _("已满 %(minutes)s 分钟") % {"minutes": self.needed_minutes}

    @property
    def label(self) -> str:
        """What a screen reader says of the ring."""
        return _("提问已进行 %(time)s，%(left)s") % {"time": in_words(self.seconds), "left": self.left_words}
