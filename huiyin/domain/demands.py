"""Demands of an estate before its report: where a voice comes from, how a list moves on, what weighs how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class DemandListStatus(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    SENT = "sent"


LIST_STATUS_LABELS: dict[DemandListStatus, str] = {
    DemandListStatus.OPEN: "正在收集",
    DemandListStatus.CONFIRMED: "社区已确认",
    DemandListStatus.SENT: "已交给物业",
}
PUBLIC_LISTS = frozenset({DemandListStatus.CONFIRMED, DemandListStatus.SENT})
"""What the residents said is shown, masked and counted, once the secretary has read it."""


class VoiceSource(StrEnum):
    TOPIC = "topic"
    VISIT = "visit"
    PAPER = "paper"
    QR = "qr"
    PHONE = "phone"


VOICE_SOURCE_LABELS: dict[VoiceSource, str] = {
    VoiceSource.TOPIC: "台账里的热点",
    VoiceSource.VISIT: "入户走访",
    VoiceSource.PAPER: "纸条",
    VoiceSource.QR: "扫码",
    VoiceSource.PHONE: "电话",
}
TYPED_IN = frozenset({VoiceSource.VISIT, VoiceSource.PAPER, VoiceSource.PHONE})
"""What a community worker writes down for somebody."""


@dataclass(frozen=True)
class Speaker:
    """Who stands behind one voice: the household, else the account, else nobody that could be told apart."""

    source: VoiceSource
    household_id: int | None = None
    person_id: int | None = None

    @property
    def mark(self) -> tuple[str, int] | None:
        if self.household_id is not None:
            return "household", self.household_id
        return ("person", self.person_id) if self.person_id is not None else None


def speaking_count(speakers: Iterable[Speaker]) -> int:
    """How many households speak: several voices of one count once, voices without a name once each."""
    marks = [speaker.mark for speaker in speakers]
    return len({mark for mark in marks if mark is not None}) + marks.count(None)


def weight_of(
    speakers: Iterable[Speaker], *, weights: Mapping[VoiceSource, int], case_count: int, case_weight: int
) -> int:
    """The weight of one demand: each household once, by its heaviest source, and the cases behind the topic."""
    heaviest: dict[tuple[str, int], int] = {}
    total = case_count * case_weight
    for speaker in speakers:
        weight = weights[speaker.source]
        if speaker.mark is None:
            total += weight
        else:
            heaviest[speaker.mark] = max(weight, heaviest.get(speaker.mark, 0))
    return total + sum(heaviest.values())
