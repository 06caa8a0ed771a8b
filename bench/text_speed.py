"""What checking a report costs: `python -m bench text_speed`. CPU, and the ratio to segmenting it with jieba.

The report of 5,000 characters is put together from the project's own examples. Both are measured in turn in one
process; jieba's dictionary and our model are read before the clock runs.
"""

from __future__ import annotations

import importlib.util
import random
import statistics
import time

from bench.text_corpus import own_sentences
from huiyin.language import check
from huiyin.language.labelling import NEEDS_WORK
from huiyin.language.rules import shipped_rules

LENGTH, ROUNDS = 5_000, 25
MOST_MS = 50.0


def report_of(length: int) -> str:
    """Headings, paragraphs and items; a third of the statements needs work."""
    rng = random.Random("report")
    own = own_sentences()
    bad = [sentence.text for sentence in own if sentence.label in NEEDS_WORK]
    good = [sentence.text for sentence in own if sentence.label not in NEEDS_WORK]
    good += [rule.good for rule in shipped_rules()]
    text = ""
    while len(text) < length:
        body = "".join([*rng.sample(good, 3), rng.choice(bad)])
        items = "".join(f"- {sentence}\n" for sentence in [rng.choice(bad), *rng.sample(good, 1)])
        text += f"## 第{rng.choice('一二三四五六')}部分\n{body}\n{items}"
    return text[:length]


def main(arguments: list[str] | None = None) -> int:
    """Takes no options; 0 if a report stays within its limit and costs no more than jieba, where jieba is there."""
    text = report_of(LENGTH)
    has_jieba = importlib.util.find_spec("jieba") is not None
    if has_jieba:
        import jieba

        jieba.setLogLevel(40)
        jieba.initialize()
    took: dict[str, list[float]] = {"check": [], "jieba": []}
    for at in range(ROUNDS + 2):
        for name in took:
            if name == "jieba" and not has_jieba:
                continue
            started = time.process_time()
            _ = check(text) if name == "check" else jieba.lcut(text)
            if at >= 2:
                took[name].append((time.process_time() - started) * 1000)
    checked = statistics.median(took["check"])
    print(f"checking {LENGTH} characters: {checked:.1f} ms CPU, median of {ROUNDS} (aim ≤ {MOST_MS:.0f})")
    if not has_jieba:
        print("ratio to jieba: skipped, jieba is not installed (uv sync --group training)")
        return 0 if checked <= MOST_MS else 1
    segmented = statistics.median(took["jieba"])
    ratio = checked / segmented
    print(f"segmenting them with jieba: {segmented:.1f} ms CPU; ratio {ratio:.2f} (aim ≤ 1)")
    return 0 if checked <= MOST_MS and ratio <= 1 else 1


if __name__ == "__main__":
    raise SystemExit(main())
