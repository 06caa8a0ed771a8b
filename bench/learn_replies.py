"""Learns the weights of `check_reply` from the labelled replies, the same bytes every time.

python -m bench.learn_replies
"""

from __future__ import annotations

import json

from bench.text_quality_replies import labelled_rows, learn_weights
from huiyin.language.replies import WEIGHTS


def learned() -> str:
    """The file: weights on named traits only."""
    weights = learn_weights(sorted(labelled_rows(), key=lambda row: row["id"]))
    return (
        json.dumps({"has_deed": weights.has_deed, "is_partly": weights.is_partly}, indent=1, sort_keys=True)
        + "\n"
    )


if __name__ == "__main__":
    WEIGHTS.write_text(learned(), encoding="utf-8")
    print(f"{WEIGHTS} written")
