"""Freezing verdicts when a report is presented, and noticing before that which numbers came to deviate."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from huiyin.apps.audit.models import Event
from huiyin.apps.reports.contents import Content, content_of, contents_of, number
from huiyin.apps.reports.models import ClaimVerdict, NewDeviation, Report, Revision, VerdictSheet
from huiyin.apps.reports.policies import rules_of
from huiyin.apps.reports.services.witness import NEWEST_FIRST, locked_report, witness_report
from huiyin.apps.reports.verdicts import Judged, live_verdicts
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.canonical import JSON, canonical
from huiyin.domain.claim_verdicts import Verdict
from huiyin.domain.report_workflow import ReportStatus
from huiyin.web.now import now as clock

logger = logging.getLogger(__name__)

FROZEN = "verdicts_frozen"
BEFORE_PRESENTED = (ReportStatus.APPROVED, ReportStatus.ANNOUNCED)
PRESENTED = (ReportStatus.PRESENTED, ReportStatus.PUBLISHED)


def is_frozen(report: Report) -> bool:
    """Whether its verdicts stand: it was presented, or is being presented now."""
    return report.status in PRESENTED or VerdictSheet.objects.filter(revision__report=report).exists()


def freeze_verdicts(report: Report, *, by: Actor, now: datetime) -> list[VerdictSheet]:
    """Write down the verdicts of every approved revision that has none yet; the report must be locked.

    Called by whatever presents it, in its transaction and after its permission; a second call finds nothing to do.
    """
    approved = report.revisions.filter(state=ReportStatus.APPROVED, verdict_sheet=None).order_by("number")
    sheets = [_freeze(report, content, by, now) for content in contents_of(approved)]
    if sheets:
        NewDeviation.objects.filter(claim__revision__report=report).delete()
    return sheets


def freeze_presented(*, now: datetime | None = None) -> int:
    """Reports that were presented under a release which kept no verdicts: theirs stand from now on. How many sheets."""
    now = now or clock()
    approved = Revision.objects.filter(state=ReportStatus.APPROVED, verdict_sheet=None)
    left = Report.objects.filter(status__in=PRESENTED, pk__in=approved.values("report"))
    return _every_one(left, lambda report: _freeze_one(report, now))


@transaction.atomic
def _freeze_one(report: Report, now: datetime) -> list[VerdictSheet]:
    return freeze_verdicts(locked_report(report), by=SYSTEM, now=now)


def _freeze(report: Report, content: Content, by: Actor, now: datetime) -> VerdictSheet:
    sheet = VerdictSheet.objects.create(
        revision=content.revision,
        tolerance_percent=rules_of(report).verdict_tolerance_percent,
        judged_at=now,
    )
    verdicts = live_verdicts(report, content, now=now)
    rows = ClaimVerdict.objects.bulk_create(_row(sheet, each) for each in verdicts.judged.values())
    witness_report(
        report,
        FROZEN,
        by=by,
        now=now,
        public={
            "revision": content.revision.number,
            "sha256": sha256_of_sheet(sheet, rows),
            **{str(each): sum(1 for row in rows if row.verdict == each) for each in Verdict},
        },
    )
    return sheet


def _row(sheet: VerdictSheet, judged: Judged) -> ClaimVerdict:
    judgement = judged.judgement
    return ClaimVerdict(
        sheet=sheet,
        claim=judged.claim,
        verdict=judgement.verdict,
        claimed=judgement.claimed,
        counted=judgement.counted,
        unit=judged.unit,
        source=judged.source,
        missing=[each.plain for each in judgement.missing],
        fingerprint=judged.fingerprint,
    )


def sha256_of_sheet(sheet: VerdictSheet, rows: Iterable[ClaimVerdict]) -> str:
    """Of everything a sheet says; `huiyin verify` computes it anew. Load `claim` with the rows."""
    told: list[JSON] = [
        {
            "claim": row.claim.number,
            "verdict": str(row.verdict),
            "claimed": number(row.claimed),
            "counted": number(row.counted),
            "unit": row.unit,
            "source": row.source,
            "missing": row.missing,
            "fingerprint": row.fingerprint,
        }
        for row in sorted(rows, key=lambda each: each.claim.number)
    ]
    return hashlib.sha256(canonical({"tolerance": sheet.tolerance_percent, "numbers": told})).hexdigest()


# --- before it is presented -------------------------------------------------------------------------------


def look_at_engagement(engagement_id: int, *, now: datetime | None = None) -> int:
    """After its records changed: its approved reports are held against them anew. How many numbers were noted."""
    waiting = _waiting().filter(engagement=engagement_id)
    found, _failures = _one_by_one(waiting, lambda report: look_for_deviations(report, now=now))
    return found


def look_at_all(*, now: datetime | None = None) -> int:
    """The same of every report that waits for its meeting."""
    return _every_one(_waiting(), lambda report: look_for_deviations(report, now=now))


def _waiting() -> QuerySet[Report]:
    return Report.objects.filter(status__in=BEFORE_PRESENTED)


def _every_one(reports: QuerySet[Report], treat: Callable[[Report], Sequence[object]]) -> int:
    """For the clock, outside of any transaction: raises what failed once all had their turn, to be tried again."""
    count, failures = _one_by_one(reports, treat)
    if failures:
        raise ExceptionGroup("verdicts that were not looked at", failures)
    return count


def _one_by_one(
    reports: QuerySet[Report], treat: Callable[[Report], Sequence[object]]
) -> tuple[int, list[Exception]]:
    """Each as a whole or not at all; one that fails keeps no other from its turn, and has its own again tomorrow.

    Newest first: a reaction runs this in one transaction, which keeps every lock until it ends.
    """
    count, failures = 0, []
    for report in reports.order_by(*NEWEST_FIRST):
        try:
            count += len(treat(report))
        except Exception as failure:
            logger.exception("verdicts of %s were not looked at", report.stream)
            failures.append(failure)
    return count, failures


@transaction.atomic
def look_for_deviations(report: Report, *, now: datetime | None = None) -> list[NewDeviation]:
    """Note which numbers of the newest approved revision came to deviate since it was approved, each once.

    What deviated when it was approved was explained then. A note goes when its number agrees again.
    """
    now = now or clock()
    report = locked_report(report)
    if report.status not in BEFORE_PRESENTED or is_frozen(report):
        return []
    revision = report.revisions.filter(state=ReportStatus.APPROVED).order_by("-number").first()
    assert revision is not None
    deviating = {
        each.claim.pk: each for each in live_verdicts(report, content_of(revision), now=now).deviating
    }
    known_then = deviating_at_approval(report, revision.number)
    noted = NewDeviation.objects.filter(claim__revision__report=report)
    noted.exclude(claim__in=deviating).delete()
    told = set(noted.values_list("claim_id", flat=True))
    new = [each for pk, each in deviating.items() if pk not in told and each.claim.number not in known_then]
    rows = NewDeviation.objects.bulk_create(
        NewDeviation(claim=each.claim, counted=each.judgement.counted, unit=each.unit, noticed_at=now)
        for each in new
        if each.judgement.counted is not None
    )
    if new:
        witness_report(
            report,
            "numbers_deviate",
            by=SYSTEM,
            now=now,
            public={"revision": revision.number, "numbers": [each.claim.number for each in new]},
        )
    return rows


def deviating_at_approval(report: Report, revision: int) -> frozenset[int]:
    """The numbers that deviated, and were explained, when this revision was approved."""
    events = Event.objects.filter(stream=report.stream, kind="reports.report_approved")
    approved = events.filter(public__revision=revision).order_by("-number").first()
    return frozenset(approved.public.get("deviating", ())) if approved else frozenset()
