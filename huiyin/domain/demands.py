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


def speaking_count(speakers: Iterable[Speaker]) -> int:
    """How many households speak: only verified ones can be told apart, so every other voice is a voice and no more."""
    return len({speaker.household_id for speaker in speakers} - {None})


def weight_of(
    speakers: Iterable[Speaker], *, weights: Mapping[VoiceSource, int], case_count: int, case_weight: int
) -> int:
    """The weight of one demand: each household once, by its heaviest source, and the cases behind the topic.

    An account without a verified household counts once as well; voices nobody can tell apart count each.
    """
    speakers = list(speakers)
    lived = [(each.person_id, each.household_id) for each in speakers if each.household_id and each.person_id]
    homes = dict(sorted(lived, reverse=True))  # of two homes always the same, in whatever order they spoke
    heaviest: dict[tuple[str, int], int] = {}
    total = case_count * case_weight
    for speaker in speakers:
        weight = weights[speaker.source]
        household = speaker.household_id or homes.get(speaker.person_id or 0)
        number = household or speaker.person_id
        if number is None:
            total += weight
        else:
            mark = ("household" if household else "person", number)
            heaviest[mark] = max(weight, heaviest.get(mark, 0))
    return total + sum(heaviest.values())
