"""How the states of reports, promises and demand lists and the verdicts on numbers look: colour, icon and word."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from huiyin.domain.claim_verdicts import VERDICT_LABELS, Verdict
from huiyin.domain.demands import LIST_STATUS_LABELS, DemandListStatus
from huiyin.domain.report_parts import BECAME_LABELS, COMMITMENT_STATE_LABELS, Became, CommitmentState
from huiyin.domain.report_workflow import LABELS, ReportStatus
from huiyin.domain.silence import ANSWERS, Answer
from huiyin.language import Severity
from huiyin.web.chips import Chip

_REPORTS = {
    ReportStatus.DRAFT: ("none", "edit"),
    ReportStatus.SUBMITTED: ("warn", "hourglass"),
    ReportStatus.RETURNED: ("bad", "arrow-back"),
    ReportStatus.APPROVED: ("key", "user-check"),
    ReportStatus.ANNOUNCED: ("key", "calendar"),
    ReportStatus.PRESENTED: ("ok", "users"),
    ReportStatus.PUBLISHED: ("ok", "circle-check"),
}
_BECAME = {
    Became.KEPT: ("ok", "circle-check"),
    Became.LATE: ("warn", "clock"),
    Became.DROPPED: ("bad", "circle-x"),
    Became.NOT_DUE: ("key", "progress"),
    Became.TAKEN: ("key", "arrow-right"),
    Became.NOT_TAKEN: ("none", "circle-minus"),
}
_COMMITMENTS = {
    CommitmentState.OPEN: ("key", "progress"),
    CommitmentState.KEPT: ("ok", "circle-check"),
    CommitmentState.DROPPED: ("bad", "circle-x"),
}
_DEMANDS = {
    DemandListStatus.OPEN: ("key", "message-plus"),
    DemandListStatus.CONFIRMED: ("warn", "user-check"),
    DemandListStatus.SENT: ("ok", "send"),
}
_ANSWERS = {
    Answer.PASSAGE: ("ok", "circle-check"),
    Answer.WORDS: ("ok", "circle-check"),
    Answer.POINTED: ("warn", "map-pin"),
    Answer.MENTIONED: ("bad", "message-circle"),
    Answer.SILENT: ("bad", "circle-x"),
}
_VERDICTS = {
    Verdict.SUPPORTED: ("ok", "circle-check"),
    Verdict.DEVIATES: ("bad", "arrows-diff"),
    Verdict.UNCHECKABLE: ("none", "help-circle"),
}
_FINDINGS = {
    Severity.ERROR: Chip("bad", "circle-x", _("必须改")),
    Severity.WARNING: Chip("warn", "alert-triangle", _("建议改")),
    Severity.HINT: Chip("none", "info-circle", _("提示")),
}

LOOKS = {
    **{f"report.{state}": Chip(*look, LABELS[state]) for state, look in _REPORTS.items()},
    **{f"became.{state}": Chip(*look, BECAME_LABELS[state]) for state, look in _BECAME.items()},
    **{
        f"commitment.{state}": Chip(*look, COMMITMENT_STATE_LABELS[state])
        for state, look in _COMMITMENTS.items()
    },
    **{f"topic.{rule.code}": Chip(*_ANSWERS[rule.code], rule.label) for rule in ANSWERS},
    **{
        f"topic.{rule.code}.free": Chip("none", _ANSWERS[rule.code][1], rule.label)
        for rule in ANSWERS
        if not rule.is_answer
    },
    **{f"verdict.{each}": Chip(*look, VERDICT_LABELS[each]) for each, look in _VERDICTS.items()},
    **{f"finding.{severity}": look for severity, look in _FINDINGS.items()},
    **{f"demands.{state}": Chip(*look, LIST_STATUS_LABELS[state]) for state, look in _DEMANDS.items()},
}
