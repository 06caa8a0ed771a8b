"""What a report shows besides its text: numbers with their evidence, photos, accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from django.db import transaction
from django.db.models import Max, Q

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.reports.models import (
    DECIMAL_PLACES,
    FINEST,
    Account,
    AccountLine,
    Claim,
    ClaimEvidence,
    Report,
    ReportPhoto,
    Revision,
)
from huiyin.apps.reports.permissions import check_writer
from huiyin.apps.reports.policies import metric_of, section_of
from huiyin.apps.reports.services.due_counts import count_due
from huiyin.apps.reports.services.witness import added_before, locked_report, writable
from huiyin.apps.reports.services.wording import masked, required
from huiyin.apps.reports.verdicts import live_verdict
from huiyin.domain.access import Actor
from huiyin.domain.claim_verdicts import SHORTEST_EXPLANATION, explains
from huiyin.domain.errors import RuleBroken
from huiyin.domain.policy_metrics import PERCENT, YUAN, Metric, Per
from huiyin.domain.report_parts import AccountKind, ExcuseFor, Side
from huiyin.web.now import now as clock

Numbered = TypeVar("Numbered", Claim, ReportPhoto)
CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 11
MOST_LINES = 200


@dataclass(frozen=True)
class LineDraft:
    """One line of an account, in yuan."""

    side: Side | str
    label: str
    amount: Decimal


@transaction.atomic
def put_claim(
    report: Report,
    *,
    by: Actor,
    section: str,
    value: Decimal | None = None,
    metric: str = "",
    name: str = "",
    unit: str = "",
    period_from: date | None = None,
    period_to: date | None = None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    denominator_label: str = "",
    unit_count: int | None = None,
    explanation: str = "",
    evidence: Sequence[Evidence] = (),
    number: int | None = None,
    seen: str = "",
    idempotency_key: str = "",
    now: datetime | None = None,
) -> Claim:
    """Add a number, or change the one with that `number`; `evidence` replaces what it had. A key sent again adds none.

    Of a metric the name and the units are the catalogue's; a percentage is computed from its numerator and
    denominator; the usual count stands beside it where the catalogue knows one. The excuse for what is there now goes.
    `seen` is the mark of the deviation that was shown beside the explanation: that one it is of, while it is still so.
    """
    report = locked_report(report)
    check_writer(by, report)
    revision = writable(report)
    section_of(report, section)
    known = metric_of(report, metric) if metric else None
    claim = _numbered(revision, Claim, number, idempotency_key)
    if number is None and claim.pk is not None:
        return claim
    claim.section = section
    claim.metric = metric
    claim.name = known.name if known else required(name, 60, "name", "请写这个数字是什么。")
    claim.unit = _unit(known, unit.strip())
    claim.period_from, claim.period_to = _days(report, period_from, period_to)
    claim.numerator = _as_kept(numerator, "numerator")
    claim.denominator = _as_kept(denominator, "denominator")
    claim.denominator_label = masked(denominator_label, 60, "denominator_label")
    claim.value = _value(claim, _as_kept(value, "value"))
    claim.explanation = masked(explanation, 1000, "explanation")
    claim.unit_count = _units_counted(known, report, unit_count, claim.explanation)
    _check_explanation(report, claim, now or clock())
    claim.explained_claimed = claim.value
    claim.explained_counted = _counted_as_seen(report, claim, seen, now or clock())
    claim.save()
    _replace_evidence(claim, evidence, by)
    count_due(report, revision)
    claim.refresh_from_db(fields=["due_count"])
    if known:
        _take_back_excuse(revision, ExcuseFor.METRIC, known.code)
    if evidence:
        _take_back_excuse(revision, ExcuseFor.EVIDENCE, str(claim.number))
    return claim


@transaction.atomic
def remove_claim(report: Report, *, number: int, by: Actor, now: datetime | None = None) -> None:
    """Take a number out, with the excuse for its evidence."""
    report = locked_report(report)
    check_writer(by, report)
    revision = writable(report)
    revision.claims.filter(number=number).delete()
    count_due(report, revision)
    _take_back_excuse(revision, ExcuseFor.EVIDENCE, str(number))


@transaction.atomic
def put_photo(
    report: Report,
    *,
    by: Actor,
    section: str,
    evidence: Evidence,
    before: Evidence | None = None,
    caption: str,
    place: str = "",
    claimed_on: date | None = None,
    number: int | None = None,
    idempotency_key: str = "",
    now: datetime | None = None,
) -> ReportPhoto:
    """Add a photo or a pair (`before` and what it looks like now), or change the one with that `number`.

    A key sent again adds none.
    """
    report = locked_report(report)
    check_writer(by, report)
    revision = writable(report)
    section_of(report, section)
    for each in (evidence, before):
        if each is not None:
            _check_evidence(each, by, report)
    if before is not None and before.pk == evidence.pk:
        raise RuleBroken("前后两张要是不同的照片。", code="photo.same", field="before")
    photo = _numbered(revision, ReportPhoto, number, idempotency_key)
    if number is None and photo.pk is not None:
        return photo
    photo.section = section
    photo.evidence = evidence
    photo.before = before
    photo.caption = required(caption, 120, "caption", "请写一句图说。")
    photo.place = masked(place, 60, "place")
    photo.claimed_on = claimed_on
    photo.save()
    return photo


@transaction.atomic
def remove_photo(report: Report, *, number: int, by: Actor, now: datetime | None = None) -> None:
    report = locked_report(report)
    check_writer(by, report)
    writable(report).photos.filter(number=number).delete()


@transaction.atomic
def put_account(
    report: Report,
    *,
    by: Actor,
    kind: AccountKind | str,
    opening: Decimal,
    income: Decimal,
    expense: Decimal,
    closing: Decimal,
    lines: Sequence[LineDraft],
    note: str = "",
    now: datetime | None = None,
) -> Account:
    """Write one of the three books, its lines replaced. Sums that do not fit are kept as written and shown as such."""
    report = locked_report(report)
    check_writer(by, report)
    revision = writable(report)
    if kind not in list(AccountKind):
        raise RuleBroken("没有这种账。", code="account.kind", field="kind")
    if len(lines) > MOST_LINES:
        raise RuleBroken(
            "一本账最多 %(count)s 行。", code="account.too_long", field="lines", count=MOST_LINES
        )
    account, _is_new = Account.objects.update_or_create(
        revision=revision,
        kind=AccountKind(kind),
        defaults={
            "opening": _yuan(opening, "opening"),
            "stated_income": _yuan(income, "income"),
            "stated_expense": _yuan(expense, "expense"),
            "closing": _yuan(closing, "closing"),
            "note": masked(note, 1000, "note"),
        },
    )
    _take_back_excuse(revision, ExcuseFor.ACCOUNT, account.kind)
    account.lines.all().delete()
    AccountLine.objects.bulk_create(
        AccountLine(
            account=account,
            position=position,
            side=Side(line.side),
            label=required(line.label, 60, "label", "请写每一行的科目。"),
            amount=_yuan(line.amount, "amount"),
        )
        for position, line in enumerate(lines, start=1)
    )
    return account


def _take_back_excuse(revision: Revision, missing: ExcuseFor, key: str) -> None:
    """What is there needs no public excuse any more, which would say that it is not."""
    revision.excuses.filter(missing=missing, key=key).delete()


def _numbered(revision: Revision, model: type[Numbered], number: int | None, key: str) -> Numbered:
    """The row with that number to change; else the one this key added before, or a new one after the last."""
    rows = model._default_manager.filter(revision=revision)
    if number is None:
        added = added_before(rows, key)
        last = rows.aggregate(last=Max("number"))["last"] or 0
        return added or model(revision=revision, number=last + 1, idempotency_key=key or None)
    row = rows.filter(number=number).first()
    if row is None:
        raise RuleBroken("报告里没有这个编号，可能刚刚被删掉了。", code="report.no_such_number")
    return row


def _unit(metric: Metric | None, unit: str) -> str:
    if metric is None:
        return masked(unit, 20, "unit")
    unit = unit or metric.units[0]
    if unit not in metric.units:
        raise RuleBroken(
            "“%(name)s”的单位是%(units)s。",
            code="claim.unit",
            field="unit",
            name=metric.name,
            units="、".join(metric.units),
        )
    return unit


def _days(report: Report, from_on: date | None, to_on: date | None) -> tuple[date, date]:
    """The days counted; the report's own period where nothing else is said."""
    from_on, to_on = from_on or report.period_from, to_on or report.period_to
    if to_on < from_on:
        raise RuleBroken("起止日期反了。", code="claim.period", field="period_to")
    if from_on < report.period_from or to_on > report.period_to:
        raise RuleBroken(
            "起止日期要在报告期内：%(first)s 至 %(last)s。",
            code="claim.outside_period",
            field="period_from" if from_on < report.period_from else "period_to",
            first=report.period_from,
            last=report.period_to,
        )
    return from_on, to_on


def _value(claim: Claim, value: Decimal | None) -> Decimal:
    """The number itself; of a percentage what its two numbers give."""
    if claim.denominator is not None and not claim.denominator_label:
        raise RuleBroken(
            "请写明分母是什么，如“报修总数”。", code="claim.denominator", field="denominator_label"
        )
    if claim.unit == PERCENT:
        if claim.numerator is None or claim.denominator is None or claim.denominator <= 0:
            raise RuleBroken("百分比要写分子和分母，分母大于 0。", code="claim.percent", field="denominator")
        share = _in_range(claim.numerator / claim.denominator * 100, "numerator")
        computed = share.quantize(CENT, ROUND_HALF_UP)
        if value is not None and value.quantize(CENT, ROUND_HALF_UP) != computed:
            raise RuleBroken(
                "按分子和分母算是 %(value)s %%，和填写的不一样。",
                code="claim.percent_differs",
                field="value",
                value=computed,
            )
        return computed
    if value is None:
        raise RuleBroken("请填写数值。", code="claim.no_value", field="value")
    if claim.unit == YUAN:
        return _yuan(value, "value")
    return value


def _check_explanation(report: Report, claim: Claim, now: datetime) -> None:
    """Of a number that deviates a word or two explain nothing; of another one they may be all there is to say."""
    if not claim.explanation or explains(claim.explanation):
        return
    judged = live_verdict(report, claim, now=now)
    if judged.deviates:
        raise RuleBroken(
            "这个数和记录不一样（%(numbers)s），说明至少写 %(least)s 个字，讲清为什么不一样。",
            code="claim.explanation_too_short",
            field="explanation",
            numbers=judged.told_apart,
            least=SHORTEST_EXPLANATION,
        )


def _counted_as_seen(report: Report, claim: Claim, seen: str, now: datetime) -> Decimal | None:
    """What was counted instead of this number, where that was shown to whoever explains it."""
    deviation = live_verdict(report, claim, now=now).deviation if seen and claim.explanation else None
    return deviation.counted if deviation is not None and deviation.mark == seen else None


def _units_counted(metric: Metric | None, report: Report, told: int | None, explanation: str) -> int | None:
    """Of lifts those of the estate; whoever counts by fewer says why in public."""
    if metric is not None and metric.per is not Per.ESTATE and told is not None and told < 1:
        raise RuleBroken("台套数至少写 1。", code="claim.no_units", field="unit_count")
    if metric is None or metric.per is not Per.LIFT:
        return told
    lifts = report.estate.lift_count
    if told is not None and lifts is not None and told < lifts and not explanation:
        raise RuleBroken(
            "小区登记了 %(lifts)s 部电梯。只按 %(told)s 部算的，请在说明里写明原因，原因会公开。",
            code="claim.fewer_lifts",
            field="explanation",
            lifts=lifts,
            told=told,
        )
    return told if told is not None else lifts


def _yuan(amount: Decimal, field: str) -> Decimal:
    amount = _in_range(amount, field)
    if amount != amount.quantize(CENT):
        raise RuleBroken("金额写到分，最多两位小数。", code="report.cents", field=field)
    return amount.quantize(CENT)


def _as_kept(amount: Decimal | None, field: str) -> Decimal | None:
    """What the column would round is refused: another number than the one that was written would be published."""
    if amount is None:
        return None
    amount = _in_range(amount, field)
    if amount != amount.quantize(FINEST):
        raise RuleBroken(
            "小数点后最多写 %(places)s 位。", code="claim.decimals", field=field, places=DECIMAL_PLACES
        )
    return amount.quantize(FINEST)


def _in_range(amount: Decimal, field: str) -> Decimal:
    if not amount.is_finite():
        raise RuleBroken("请只写数字，如 1768000.00。", code="report.no_number", field=field)
    if abs(amount) >= LARGEST:
        raise RuleBroken("这个数太大了，请核对。", code="report.too_large", field=field)
    return amount


def _replace_evidence(claim: Claim, evidence: Sequence[Evidence], by: Actor) -> None:
    for each in evidence:
        _check_evidence(each, by, claim.revision.report)
    claim.evidence.exclude(evidence__in=evidence).delete()
    known = set(claim.evidence.values_list("evidence_id", flat=True))
    ClaimEvidence.objects.bulk_create(
        ClaimEvidence(claim=claim, evidence=each) for each in evidence if each.pk not in known
    )


def _check_evidence(evidence: Evidence, by: Actor, report: Report) -> None:
    """Brought by whoever writes, or in this report already: nobody adorns a report with another's photos."""
    evidence.refresh_from_db(fields=["state"])
    if not evidence.is_shown:
        raise RuleBroken("这份佐证已经撤下，不能再用。", code="evidence.not_shown", field="evidence")
    here = Q(revision__report=report)
    if (
        evidence.uploaded_by_key == by.key
        or ReportPhoto.objects.filter(here, Q(evidence=evidence) | Q(before=evidence)).exists()
        or ClaimEvidence.objects.filter(claim__revision__report=report, evidence=evidence).exists()
    ):
        return
    raise RuleBroken("只能用自己上传的佐证。", code="evidence.of_others", field="evidence")
