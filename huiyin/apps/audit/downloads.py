"""The files a citizen downloads, in the formats the checker reads (docs/explanation/verify.md)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from huiyin.apps.audit.models import Anchor, Event
from huiyin.apps.audit.openings import opened
from huiyin.apps.audit.proofs import proof_of
from huiyin.apps.audit.selectors import anchors, heads_at, history_of
from huiyin.domain.canonical import JSON

CHECKER = "verify/huiyin_check.py"
_CHECKER_FILE = Path(__file__).resolve().parents[2] / "static" / CHECKER


def history(stream: str) -> dict[str, JSON] | None:
    """history.json of one public stream: public parts, digests, open texts, and what the newest anchor says of it."""
    # The proof is read first: an anchor made in between then covers no event that is missing here.
    proof = proof_of(stream)
    events = history_of(stream)
    if not events:
        return None
    return {
        "format": "huiyin.history.v1",
        "stream": stream,
        "events": [with_hash(event) for event in events],
        "open_texts": opened(events),
        "proof": proof,
    }


def anchor_list() -> dict[str, JSON]:
    """anchors.json: every anchor, oldest first."""
    return {
        "format": "huiyin.anchors.v1",
        "anchors": [public_anchor(anchor) for anchor in anchors().reverse()],
    }


def public_anchor(anchor: Anchor) -> dict[str, JSON]:
    return {**anchor.document(), "hash": anchor.hash, "code": anchor.short_code}


def head_lines(anchor: Anchor) -> Iterator[str]:
    """heads/<day>.json, a stream a line: the tree can be built again from it."""
    yield f'{{"format":"huiyin.heads.v1","day":"{anchor.day}","anchor":{anchor.number},"heads":['
    separator = "\n"
    for head in heads_at(anchor.number):
        yield separator + json.dumps(head, ensure_ascii=False, separators=(",", ":"))
        separator = ",\n"
    yield "\n]}\n"


def with_hash(event: Event) -> dict[str, JSON]:
    return {**event.document(), "hash": event.hash}


@cache
def checker_sha256() -> str:
    """The checker's own hash, printed beside its link, so that two people can compare what they run."""
    return hashlib.sha256(_CHECKER_FILE.read_bytes()).hexdigest()
