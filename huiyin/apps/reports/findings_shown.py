"""What the check of words says of one section, as the editor shows it: findings, reasons given, numbers on offer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from huiyin.apps.reports.desk_forms.fields import WorkForm
from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.finding_forms import ExcuseFindingForm, FindingForm
from huiyin.apps.reports.findings import Findings, ReportFinding, is_told
from huiyin.apps.reports.models import Claim, FindingExcuse
from huiyin.apps.reports.offered_claims import Offer, offers_in
from huiyin.apps.reports.read_texts import ReadText
from huiyin.domain.policy_reports import SectionRule
from huiyin.language import Severity
from huiyin.web.not_saved import CameBack

MOST_SHOWN = 12
"""Findings of a body, and numbers on offer, that stand on the page at once; the others follow as these are mended."""


@dataclass(frozen=True)
class Asked:
    """The finding for which a reason is being written, by its digest; `failed` may hold what was refused."""

    key: str
    failed: CameBack[WorkForm] = field(default_factory=CameBack)


@dataclass(frozen=True)
class Spot:
    """Where a script finds words in a text: offsets in UTF-16 units, as a browser counts, and the words themselves."""

    start: int
    end: int
    words: str


def findings_context(
    work: Work,
    rule: SectionRule,
    found: Findings,
    read: ReadText,
    claims: Iterable[Claim],
    asked: Asked | None = None,
) -> dict[str, Any]:
    """What _findings.html draws of one section; `read` is its body, `asked` whose reason is being written."""
    spots = _Spots(read.written)
    everywhere = [each for each in found.of_section(rule.code) if each.excuse is None]
    rows = [each for each in everywhere if not each.is_again]
    again = [each for each in everywhere if each.is_again]
    in_body = [each for each in rows if each.is_in_body]
    kept = [(each, _withdrawing(work, rule, each)) for each in found.excuses_of(rule.code)]
    offers = offers_in(read, work.report, work.catalogue, claims)
    return {
        "report": work.report,
        "rule": rule,
        "told": [_told(work, row, spots, again, asked) for row in in_body[:MOST_SHOWN]],
        "told_further": max(len(in_body) - MOST_SHOWN, 0),
        "told_beside": [_told(work, row, spots, again, asked) for row in rows if not row.is_in_body],
        "kept": [each for each in kept if not each[0].place],
        "kept_beside": [each for each in kept if each[0].place],
        "offers": [
            (each, spots.of(each.start, each.end), _section_of(work, each)) for each in offers[:MOST_SHOWN]
        ],
        "said": words_of(in_body),
        "told_count": sum(1 for row in rows if is_told(row)),
    }


def words_of(rows: Iterable[ReportFinding]) -> str:
    """必须改 2 处，建议改 3 处: what is said aloud when it changes."""
    severities = [row.finding.severity for row in rows if is_told(row)]
    counts = (
        (severities.count(Severity.ERROR), _("必须改 %(n)s 处")),
        (severities.count(Severity.WARNING), _("建议改 %(n)s 处")),
    )
    return _("，").join(words % {"n": n} for n, words in counts if n) or _("没有要改的语句")


class _Spots:
    """Places in one text as a browser counts them."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.is_plain = written.isascii() or max(written) <= "\uffff"

    def of(self, start: int, end: int) -> Spot:
        return Spot(self._at(start), self._at(end), self.written[start:end])

    def _at(self, offset: int) -> int:
        if self.is_plain:
            return offset
        return len(self.written[:offset].encode("utf-16-le", "surrogatepass")) // 2


def _told(
    work: Work, row: ReportFinding, spots: _Spots, again: Iterable[ReportFinding], asked: Asked | None
) -> tuple[ReportFinding, dict[str, Any], WorkForm | None]:
    """With the places in the text a script leads to: `again` are those of findings that stand in it twice."""
    places: dict[str, Any] = {}
    if row.is_in_body:
        further = [spots.of(each.start, each.end) for each in again if each.same == row.same][:MOST_SHOWN]
        places = {"at": spots.of(row.start, row.end), "clause": spots.of(*row.clause), "again": further}
    if asked is None or not row.may_be_excused or asked.key != row.key.digest:
        return row, places, None
    auto_id = f"id_excusefinding_{row.section}_{row.number}_%s"
    fresh = ExcuseFindingForm(work=work, section=row.section, key=asked.key, auto_id=auto_id)
    return row, places, asked.failed.take("excuse-finding") or fresh


def _withdrawing(work: Work, rule: SectionRule, excuse: FindingExcuse) -> WorkForm:
    key = excuse.key.digest
    return FindingForm(work=work, section=rule.code, key=key, auto_id=f"id_finding_{key}_%s")


def _section_of(work: Work, offer: Offer) -> SectionRule:
    """Where a number of that metric is registered."""
    sections = work.rules.sections
    return next((each for each in sections if each.code == offer.metric.section), sections[0])
