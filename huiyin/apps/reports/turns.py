"""What happened to a report so far, newest first: handed in, given back with which reasons, approved, announced."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_noop as _

from huiyin.apps.audit.models import Event
from huiyin.apps.reports.models import Report, ReturnReason, Revision
from huiyin.web.words import word


@dataclass(frozen=True)
class Look:
    kind: str
    icon: str
    title: str


_LOOKS = {
    "reports.report_opened": Look("none", "edit", _("开始写")),
    "reports.report_submitted": Look("key", "send", _("物业提交")),
    "reports.report_returned": Look("warn", "arrow-back", _("社区退回")),
    "reports.report_approved": Look("ok", "user-check", _("社区审定")),
    "reports.correction_begun": Look("none", "edit", _("物业开始更正")),
    "reports.correction_dropped": Look("none", "circle-minus", _("物业放弃更正")),
    "reports.report_cut": Look("none", "calendar", _("合同提前结束，报告期缩短")),
    "reports.report_announced": Look("key", "calendar", _("随报告会公告")),
    "reports.announcement_withdrawn": Look("none", "circle-minus", _("撤回公告")),
    "reports.numbers_deviate": Look("bad", "arrows-diff", _("记录有改动，有数字与记录不符了")),
    "reports.verdicts_frozen": Look("none", "check", _("数据和记录的对照定下来，不再变")),
    "reports.report_presented": Look("ok", "users", _("当面报告")),
    "reports.report_published": Look("ok", "circle-check", _("公布")),
    "reports.report_redacted": Look("none", "eye-off", _("遮盖文字")),
}


@dataclass(frozen=True)
class Turn:
    """`revision` where there is more than one; `reasons` are those of a giving back."""

    look: Look
    at: datetime
    by: str
    revision: Revision | None
    reasons: list[ReturnReason] = field(default_factory=list)

    @property
    def title(self) -> str:
        return word(self.look.title)

    @property
    def shows_reason(self) -> bool:
        """Why something is corrected: said when the correction is handed in."""
        return self._is_of_correction and self.look is _LOOKS["reports.report_submitted"]

    @property
    def shows_difference(self) -> bool:
        return self._is_of_correction and self.look is _LOOKS["reports.report_approved"]

    @property
    def _is_of_correction(self) -> bool:
        return self.revision is not None and self.revision.number > 1


def turns_of(report: Report) -> list[Turn]:
    """From the events that witness it, with the reasons that were given; three queries."""
    events = Event.objects.filter(stream=report.stream, kind__in=list(_LOOKS)).order_by("-number")
    revisions = {each.number: each for each in report.revisions.all()}
    reasons: dict[tuple[int, datetime], list[ReturnReason]] = {}
    for each in ReturnReason.objects.filter(revision__report=report).order_by("id"):
        reasons.setdefault((each.revision_id, each.given_at), []).append(each)
    turns = []
    for event in events:
        revision = revisions.get(event.public.get("revision", 0))
        given = reasons.get((revision.pk, event.occurred_at), []) if revision else []
        told = revision if len(revisions) > 1 else None
        turns.append(Turn(_LOOKS[event.kind], event.occurred_at, event.actor_label, told, given))
    return turns
