"""How long masking takes: `python -m bench masking`. Invented texts, medians of interleaved rounds."""

from __future__ import annotations

import random
import statistics
import time

from huiyin.language.masking import find_personal_data, mask
from tests.language.planted import MAKERS, lookalike, planted

ROUNDS = 15
PROSE = "楼下的树很久没有修剪,夏天蚊虫多,老人晚上散步看不清路,大家商量以后想请物业公司和社区一起来看看,能不能定个时间。"


def prose(rng: random.Random, length: int) -> str:
    """Sentences with a look-alike now and then and no personal data."""
    text = ""
    while len(text) < length:
        text += PROSE + (lookalike(rng) + "。" if rng.random() < 0.5 else "")
    return text[:length]


def full_of_data(rng: random.Random, length: int) -> str:
    """A piece of personal data in nearly every sentence."""
    text = ""
    while len(text) < length:
        text += PROSE + planted(rng, rng.choice(sorted(MAKERS)))[0] + "。"
    return text[:length]


def main(arguments: list[str] | None = None) -> int:
    """Takes no options; has no target of its own."""
    rng = random.Random("bench")
    texts = {
        "a question of 200 characters": prose(rng, 200),
        "prose of 20,000 characters": prose(rng, 20_000),
        "20,000 characters full of data": full_of_data(rng, 20_000),
        "digits and hyphens, 20,000": ("1-" * 10_000),
    }
    took: dict[str, list[float]] = {name: [] for name in texts}
    for _ in range(ROUNDS):
        for name, text in texts.items():
            started = time.process_time()
            mask(text)
            took[name].append((time.process_time() - started) * 1000)
    print(f"masking, CPU ms, median of {ROUNDS} interleaved rounds (least–most)")
    for name, values in took.items():
        pieces = len(find_personal_data(texts[name]))
        print(
            f"{name:<34} {statistics.median(values):8.2f} ({min(values):.2f}–{max(values):.2f}), {pieces} pieces masked"
        )
    return 0
