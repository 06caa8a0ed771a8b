"""`python -m bench`: every benchmark, or the one named first (`requests`, `live_meeting`, …) with its options."""

from __future__ import annotations

import sys

from bench import (
    complaint_places,
    complaint_quality,
    complaint_topics,
    hotline,
    hotline_pages,
    live_meeting,
    lookalikes,
    masking,
    paper,
    requests,
    similar,
    text_quality,
    text_quality_replies,
    text_quality_told,
    text_speed,
)

BENCHES = {
    "similar": similar.main,
    "masking": masking.main,
    "lookalikes": lookalikes.main,
    "text_speed": text_speed.main,
    "text_quality": text_quality.main,
    "text_quality_replies": text_quality_replies.main,
    "text_quality_told": text_quality_told.main,
    "complaint_quality": complaint_quality.main,
    "complaint_topics": complaint_topics.main,
    "complaint_places": complaint_places.main,
    "hotline": hotline.main,
    "hotline_pages": hotline_pages.main,
    "paper": paper.main,
    "requests": requests.main,
    "live_meeting": live_meeting.main,
}

PARTS = {"text_quality_replies", "text_quality_told"}
"""Benches that are part of another, `text_quality`."""


def main(arguments: list[str]) -> int:
    """0 if every target is met."""
    if arguments and arguments[0] in BENCHES:
        return BENCHES[arguments[0]](arguments[1:])
    whole = [bench for name, bench in BENCHES.items() if name not in PARTS]
    return max(bench(arguments if bench is requests.main else []) for bench in whole)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
