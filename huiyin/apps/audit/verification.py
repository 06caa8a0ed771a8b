"""Walking the whole history: every link, secret, head, anchor and row; the first broken event by name."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from huiyin.apps.audit import comparing, head_checks
from huiyin.apps.audit.models import AnchorHead, Event, EventSecret
from huiyin.apps.audit.selectors import anchors
from huiyin.domain import chain, merkle
from huiyin.domain.canonical import JSON

_CHUNK = 2000
_REASONS = {
    "stream": _("记录不属于这一串"),
    "number": _("序号不连续：有记录被删除、插入或调换"),
    "previous": _("没有接上前一条：前一条被换过"),
    "hash": _("内容与校验值不符：记录被改动"),
    "secret": _("另存的原文与校验值不符，或原文被删而没有删除记录"),
    "head": _("串尾与记录不符：末尾的记录被删除或整串缺失"),
    "anchored": _("存档时的记录现在没有或不同：记录被删除、改写或整串缺失"),
    "anchor_chain": _("存档校验没有接上前一天，或被改动"),
    "anchor_root": _("存档校验与当时各串的末条不符：有整串缺失或被改写"),
    "went_back": _("存档里的记录条数变少"),
    "anchor_time": _("存档时间是假的：早于存档那天，或早于前一次存档"),
    "added": _("记录自称的时间早于没有它的那次存档：是后来补进去的"),
    "leaf": _("这一串在存档里用的名字不对：清单里会找不到它"),
    "row": _("页面上的内容与记录不符"),
}


@dataclass(frozen=True)
class Problem:
    """Where the history is broken: an event by stream and number, or an anchor ("anchor", its number)."""

    stream: str
    number: int
    reason: str
    what: str = ""

    def __str__(self) -> str:
        what = f"（{self.what}）" if self.what else ""
        return f"{self.stream} #{self.number}: {_REASONS[self.reason]}{what}"


@dataclass
class Counts:
    streams: int = 0
    events: int = 0
    anchors: int = 0


def problems(counts: Counts, *, stream: str = "") -> Iterator[Problem]:
    """Each break, a stream's first one in the order of streams; then heads; then anchors; then rows that differ.

    Fills `counts` on the way. Of a `stream` that does not exist nothing is broken: it counts as none.
    """
    stream = head_checks.named(stream)
    yield from _broken_events(counts, stream)
    for name, number, reason in head_checks.broken_heads(stream):
        yield Problem(name, number, reason)
    if not stream:
        yield from _broken_anchors(counts)
    for differs in comparing.differences(stream):
        yield Problem(differs.stream, differs.number, "row", differs.what)


def _broken_events(counts: Counts, stream: str) -> Iterator[Problem]:
    events = Event.objects.select_related("secret").order_by("stream", "number")
    if stream:
        events = events.filter(stream=stream)
    walk: _Stream | None = None
    for event in events.iterator(chunk_size=_CHUNK):
        if walk is None or walk.name != event.stream:
            if walk:
                yield from walk.end()
            walk = _Stream(event.stream)
            counts.streams += 1
        counts.events += 1
        yield from walk.next(event)
    if walk:
        yield from walk.end()


class _Stream:
    """One stream on its way from the first event to the last; after its first break it only counts."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.number = 0
        self.hash = chain.GENESIS
        self.broken = False
        self.erased: set[int] = set()
        self.said_erased: set[int] = set()
        self.parts_erased: set[tuple[int, str]] = set()
        self.parts_said_erased: set[tuple[int, str]] = set()

    def next(self, event: Event) -> Iterator[Problem]:
        if self.broken:
            return
        reason = chain.break_at(
            event.document(),
            event.hash,
            stream=self.name,
            number=self.number + 1,
            previous_hash=self.hash,
        )
        if not reason and not self._vouches(event):
            reason = "secret"
        if reason:
            self.broken = True
            yield Problem(
                self.name,
                event.number if reason != "number" else self.number + 1,
                reason,
            )
            return
        self.number, self.hash = event.number, event.hash
        if event.kind == "audit.texts_erased":
            self._hear(event.public)

    def _hear(self, said: dict[str, Any]) -> None:
        """Whole events, or only some of their parts, were erased and it was said."""
        if "parts" not in said:
            self.said_erased.update(said["events"])
        for number, names in said.get("parts", {}).items():
            self.parts_said_erased.update((int(number), name) for name in names)

    def end(self) -> Iterator[Problem]:
        unsaid = self.erased - self.said_erased
        unsaid |= {number for number, _ in self.parts_erased - self.parts_said_erased}
        if unsaid and not self.broken:
            yield Problem(self.name, min(unsaid), "secret")

    def _vouches(self, event: Event) -> bool:
        """True if each digest fits its value, or the value was erased (which `end` compares with what was said)."""
        try:
            secret = event.secret
        except EventSecret.DoesNotExist:
            self.erased.add(event.number)
            return True
        if secret.erased_at is not None:
            self.erased.add(event.number)
            return not (secret.salts or secret.texts or secret.private)
        values: dict[str, JSON] = {f"text.{name}": text for name, text in secret.texts.items()}
        if "actor" in secret.salts:
            values["actor"] = event.actor_key
        if secret.private:
            values["private"] = secret.private
        gone = set(event.digests) - set(values)
        self.parts_erased.update((event.number, name) for name in gone)
        return set(values) == set(secret.salts) and {
            name: digest for name, digest in event.digests.items() if name not in gone
        } == {name: chain.secret_digest(name, value, secret.salts[name]) for name, value in values.items()}


def _broken_anchors(counts: Counts) -> Iterator[Problem]:
    """Builds each anchor's tree again from the heads that changed since the one before."""
    names: list[str] = []
    heads: dict[str, tuple[int, bytes]] = {}
    previous_number, previous_hash, event_count = 0, chain.GENESIS, 0
    last_made_at: datetime | None = None
    for anchor in anchors().reverse():
        counts.anchors += 1
        went_back = False
        for leaf, number, hash_ in AnchorHead.objects.filter(anchor_id=anchor.number).values_list(
            "leaf", "number", "hash"
        ):
            before = heads.get(leaf)
            if before is None:
                bisect.insort(names, leaf)
            went_back |= before is not None and number <= before[0]
            event_count += number - (before[0] if before else 0)
            heads[leaf] = (number, merkle.leaf(leaf, number, hash_))
        if (
            anchor.number != previous_number + 1
            or anchor.previous_hash != previous_hash
            or chain.anchor_hash(anchor.document()) != anchor.hash
        ):
            yield Problem("anchor", anchor.number, "anchor_chain")
        if (
            anchor.root != merkle.root([heads[name][1] for name in names]).hex()
            or anchor.stream_count != len(names)
            or anchor.event_count != event_count
        ):
            yield Problem("anchor", anchor.number, "anchor_root")
        if went_back:
            yield Problem("anchor", anchor.number, "went_back")
        if not chain.made_at_fits(anchor.day, anchor.made_at, last_made_at=last_made_at):
            yield Problem("anchor", anchor.number, "anchor_time")
        previous_number, previous_hash, last_made_at = anchor.number, anchor.hash, anchor.made_at
