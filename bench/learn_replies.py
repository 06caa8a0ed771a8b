"""Learns the weights of `check_reply` from the labelled replies, the same bytes every time.

python -m bench.learn_replies
"""

from __future__ import annotations

import json

from bench.reply_corpus import dev_rows, read_rows
from bench.text_quality_replies import learn_weights, learnable
from huiyin.language.replies import WEIGHTS


def learned() -> str:
    """The file: weights on named traits only."""
    weights = learn_weights(learnable(row) for row in (*dev_rows(), *read_rows("read")))
    return (
        json.dumps({"has_deed": weights.has_deed, "is_partly": weights.is_partly}, indent=1, sort_keys=True)
        + "\n"
    )


if __name__ == "__main__":
    WEIGHTS.write_text(learned(), encoding="utf-8")
    print(f"{WEIGHTS} written")
