"""What needs the eyes of whoever reviews a report first: a short list, each line leading down to its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.in_words import value_words
from huiyin.apps.reports.photo_checks import photos_of
from huiyin.domain.report_workflow import ReportStatus
from huiyin.web.words import word


class What(StrEnum):
    """Why something is on the list; the value is the icon beside it."""

    UNMENDED = "hourglass"
    STANDS = "alert-octagon"
    DEVIATES = "alert-triangle"
    TWICE = "arrows-diff"
    POINTED = "map-pin"
    PHOTO = "photo"
    EXCUSED = "note"


WHAT_LABELS: dict[What, str] = {
    What.UNMENDED: gettext_noop("退回过，没有改"),
    What.STANDS: gettext_noop("核查要改，物业保留"),
    What.DEVIATES: gettext_noop("数字与记录不符"),
    What.TWICE: gettext_noop("同一件事有两个数"),
    What.POINTED: gettext_noop("回答是物业自己指的"),
    What.PHOTO: gettext_noop("照片在别处用过"),
    What.EXCUSED: gettext_noop("用公开说明代替"),
}


@dataclass(frozen=True)
class Attention:
    """`anchor` is the id of the place on the page of the review."""

    what: What
    sentence: str
    anchor: str

    @property
    def label(self) -> str:
        return word(WHAT_LABELS[self.what])


Source = Callable[[Work], Iterator[Attention]]


def attention_to(work: Work) -> list[Attention]:
    """Everything on the list, in the order of the sources; for a revision on which somebody still has to decide.

    Nothing of it is shown to the company itself.
    """
    return [each for source in SOURCES for each in source(work)]


def _unmended(work: Work) -> Iterator[Attention]:
    """All in one line: the page has a list of them, or their places do."""
    if work.unmended:
        words = {"n": len(work.given), "left": len(work.unmended)}
        anchor = (
            "since" if work.revision.state == ReportStatus.SUBMITTED else f"s-{work.given[0].reason.section}"
        )
        yield Attention(What.UNMENDED, _("上次退回的 %(n)s 处，有 %(left)s 处没有改") % words, anchor)


def _standing(work: Work) -> Iterator[Attention]:
    """Words the check stops that the company keeps for a public reason."""
    for row in work.findings.rows:
        if row.excuse is not None and not row.is_again:
            words = {"words": row.key.words, "reason": row.excuse.reason}
            yield Attention(What.STANDS, _("“%(words)s”。物业的理由：%(reason)s") % words, row.anchor)


def _deviating(work: Work) -> Iterator[Attention]:
    """With what the company says of it: without that it could not have been handed in."""
    for each in work.verdicts.deviating:
        words = {"n": each.claim.number, "name": each.claim.name, "numbers": each.told_apart}
        sentence = _("数据 %(n)s %(name)s：%(numbers)s。") % words
        if each.claim.explanation:
            sentence += _("物业的说明：%(words)s") % {"words": each.claim.explanation}
        yield Attention(What.DEVIATES, sentence, f"data-{each.claim.number}")


def _told_twice(work: Work) -> Iterator[Attention]:
    for group in work.contradictions:
        numbers = "，".join(
            _("数据 %(n)s 写 %(value)s") % {"n": each.number, "value": value_words(each)} for each in group
        )
        sentence = _("%(name)s，日期相同：%(numbers)s") % {"name": group[0].name, "numbers": numbers}
        yield Attention(What.TWICE, sentence, f"data-{group[-1].number}")


def _pointed(work: Work) -> Iterator[Attention]:
    for topic in work.topics.rows:
        if topic.why and topic.is_only_pointed_at and topic.pointed is not None:
            yield Attention(
                What.POINTED,
                _("“%(title)s”：物业说%(place)s回答了它，请看说得对不对。")
                % {"title": topic.demand.title, "place": topic.pointed.label},
                topic.pointed.anchor,
            )


def _photos(work: Work) -> Iterator[Attention]:
    found = work.found_elsewhere
    for photo in work.content.photos:
        if any(each.pk in found for each in photos_of(photo)):
            words = {"n": photo.number, "caption": photo.caption}
            yield Attention(What.PHOTO, _("图 %(n)s %(caption)s") % words, f"photo-{photo.number}")
    for claim in work.content.claims:
        if any(each.pk in found for each in photos_of(claim)):
            claimed = {"n": claim.number, "name": claim.name}
            yield Attention(What.PHOTO, _("数据 %(n)s %(name)s的佐证") % claimed, f"data-{claim.number}")


def _excused(work: Work) -> Iterator[Attention]:
    """All in one line: what the company gave a written reason for instead of a fact."""
    count = len(work.content.excuses)
    if count:
        yield Attention(What.EXCUSED, _("缺 %(n)s 项数据、佐证或账目") % {"n": count}, "excuses")


SOURCES: tuple[Source, ...] = (_unmended, _standing, _deviating, _told_twice, _pointed, _photos, _excused)
