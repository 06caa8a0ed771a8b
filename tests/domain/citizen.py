"""A small site as a citizen downloads it, built from the rules alone, and the checker as a module."""

from __future__ import annotations

import bisect
import copy
import importlib.util
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from huiyin.domain import chain, merkle

SCRIPT = Path(__file__).parents[2] / "huiyin" / "static" / "verify" / "huiyin_check.py"
BEGAN = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
Files = dict[str, Any]


def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("huiyin_check", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def moment_of(text: str) -> datetime:
    """As the checker reads it: in UTC, without saying so."""
    return datetime.fromisoformat(text.removesuffix("Z"))


def an_event(stream: str, number: int, previous_hash: str, recorded_at: datetime) -> Files:
    document = chain.event_document(
        stream=stream,
        number=number,
        kind="ledger.case_replied",
        actor="社区书记 何知夏",
        occurred_at=recorded_at,
        recorded_at=recorded_at,
        told_by_file=False,
        public={"due_on": "2026-06-30", "ordinal": number, "lists": ["short_term", None, True]},
        digests={"actor": f"{number:064x}", "text.reply": reply_digest(stream, number)},
        previous_hash=previous_hash,
    )
    return {**document, "hash": chain.event_hash(document)}


def reply_digest(stream: str, number: int) -> str:
    return chain.secret_digest("text.reply", reply(stream, number), "5a" * 16)


def reply(stream: str, number: int) -> str:
    return f"{stream} 第{number}次答复：换了灯，“保修一年”"


@dataclass
class Site:
    """Streams of events; anchors over them; what of each stream an anchor saw."""

    events: dict[str, list[Files]]
    anchors: list[Files]
    seen: list[dict[str, int]]

    def add(self, stream: str, count: int, day: int) -> None:
        events = self.events.setdefault(stream, [])
        for _ in range(count):
            previous_hash = events[-1]["hash"] if events else chain.GENESIS
            number = len(events) + 1
            moment = BEGAN + timedelta(days=day, minutes=number)
            events.append(an_event(stream, number, previous_hash, moment))

    def anchor(self, day: int) -> None:
        self.seen.append({stream: len(events) for stream, events in sorted(self.events.items())})
        leaves = self.leaves(-1)
        document = chain.anchor_document(
            number=len(self.anchors) + 1,
            day=(date(2026, 6, 1) + timedelta(days=day)).isoformat(),
            made_at=BEGAN + timedelta(days=day, hours=12),
            root=merkle.root(leaves).hex(),
            stream_count=len(leaves),
            event_count=sum(self.seen[-1].values()),
            previous_hash=self.anchors[-1]["hash"] if self.anchors else chain.GENESIS,
        )
        hash_ = chain.anchor_hash(document)
        self.anchors.append({**document, "hash": hash_, "code": chain.short_code(hash_)})

    def heads_of(self, anchor: int) -> list[tuple[str, int, str]]:
        return [(s, number, self.events[s][number - 1]["hash"]) for s, number in self.seen[anchor].items()]

    def leaves(self, anchor: int) -> list[bytes]:
        return [merkle.leaf(*head) for head in self.heads_of(anchor)]

    def as_of(self, count: int) -> Site:
        """The site as it was right after its first `count` anchors."""
        events = {stream: self.events[stream][:number] for stream, number in self.seen[count - 1].items()}
        return Site(events, self.anchors[:count], self.seen[:count])

    # The files, fresh copies that a test may spoil.

    def history(self, stream: str) -> Files:
        return {
            "format": "huiyin.history.v1",
            "stream": stream,
            "events": copy.deepcopy(self.events[stream]),
            "open_texts": {"1": {"reply": {"text": reply(stream, 1), "salt": "5a" * 16}}},
            "proof": self.proof(stream),
        }

    def proof(self, stream: str) -> Files | None:
        """The way to the newest anchor's root, or of the two neighbours between which the stream is not."""
        if not self.anchors:
            return None
        anchor, heads = self.anchors[-1]["number"], self.heads_of(-1)
        at = bisect.bisect_left([name for name, _, _ in heads], stream)
        if at < len(heads) and heads[at][0] == stream:
            way = self.way(at)
            del way["name"]
            return {"anchor": anchor, **way}
        before, after = (self.way(at - 1) if at else None), (self.way(at) if at < len(heads) else None)
        return {"anchor": anchor, "before": before, "after": after}

    def way(self, index: int) -> Files:
        name, number, hash_ = self.heads_of(-1)[index]
        path = [sister.hex() for sister in merkle.path(self.leaves(-1), index)]
        return {"name": name, "number": number, "hash": hash_, "index": index, "path": path}

    def anchor_list(self) -> Files:
        return {"format": "huiyin.anchors.v1", "anchors": copy.deepcopy(self.anchors)}

    def heads(self, anchor: int = -1) -> Files:
        told = self.anchors[anchor]
        return {
            "format": "huiyin.heads.v1",
            "day": told["day"],
            "anchor": told["number"],
            "heads": [list(head) for head in self.heads_of(anchor)],
        }


def a_site(streams: int = 5, days: int = 3) -> Site:
    """`streams` cases that begin one a day and go on every day, an anchor each of `days`, and events after the last."""
    site = Site({}, [], [])
    for day in range(days):
        for at in range(streams):
            if at <= day or at >= days:
                site.add(f"case/26-{at:04}-738", 1 + at % 2, day)
        site.anchor(day)
    for stream in list(site.events):
        site.add(stream, 2, days)
    return site


def rechained(events: list[Files]) -> list[Files]:
    """What a clever forger does: number and hash everything anew, so that the links fit again."""
    previous_hash = chain.GENESIS
    done = []
    for number, event in enumerate(events, start=1):
        document = {name: event[name] for name in chain.EVENT_FIELDS}
        document |= {"number": number, "previous_hash": previous_hash}
        previous_hash = chain.event_hash(document)
        done.append({**document, "hash": previous_hash})
    return done


CHECKER = checker()
SITE = a_site()
SOON_AFTER = moment_of(SITE.anchors[-1]["made_at"]) + timedelta(hours=13)
"""When a citizen downloads from that site: before the next anchor."""


def check(
    *files: Files, kept: tuple[str, ...] = (), streams: tuple[str, ...] = (), now: datetime = SOON_AFTER
) -> str:
    """What the checker says of a break; empty if it finds none. What it cannot check is "?" and why."""
    try:
        CHECKER.check([(file["format"], file) for file in files], kept, streams, now)
    except CHECKER.Unreadable as problem:
        return f"?{problem}"
    except CHECKER.Broken as broken:
        return str(broken)
    return ""


def is_found(message: str) -> bool:
    return bool(message) and not message.startswith("?")
