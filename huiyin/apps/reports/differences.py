"""What a correction changed, in words: section by section, then numbers, photos, accounts, answers and promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from huiyin.apps.reports.body import plain_blocks
from huiyin.apps.reports.contents import Content, content_of, number
from huiyin.apps.reports.models import (
    Account,
    Claim,
    Commitment,
    CommitmentAccount,
    Excuse,
    Report,
    ReportPhoto,
    Revision,
    TopicAnswer,
)
from huiyin.apps.reports.policies import metrics_of, rules_of
from huiyin.domain.account_sums import yuan
from huiyin.domain.policy_metrics import YUAN, MetricsPolicy
from huiyin.domain.report_parts import (
    ACCOUNT_LABELS,
    BECAME_LABELS,
    SIDE_LABELS,
    AccountKind,
    Became,
    ExcuseFor,
    Side,
)
from huiyin.domain.text_changes import Change, Kind, paragraph_changes, row_changes


@dataclass(frozen=True)
class PartChange:
    """The changes of one part of a report; `code` is the section's, or the name of the table."""

    code: str
    label: str
    changes: tuple[Change, ...]


def changes_between(report: Report, older: Revision, newer: Revision) -> list[PartChange]:
    """Only the parts in which something changed; of a section every paragraph, of tables the changed rows."""
    before, after = content_of(older), content_of(newer)
    found = list(_sections(report, before, after))
    catalogue = metrics_of(report)
    tables: tuple[tuple[str, str, Callable[[Content], Iterable[tuple[str, str]]]], ...] = (
        ("claims", _("数据"), lambda content: ((str(c.number), claim_words(c)) for c in content.claims)),
        ("photos", _("照片"), lambda content: ((str(p.number), photo_words(p)) for p in content.photos)),
        ("accounts", _("账目"), lambda content: account_rows(content.accounts)),
        (
            "excuses",
            _("公开说明"),
            lambda content: ((f"{e.missing}/{e.key}", excuse_words(e, catalogue)) for e in content.excuses),
        ),
        (
            "topic_answers",
            _("对诉求的回应"),
            lambda content: ((str(a.demand_id), answer_words(a)) for a in content.topic_answers),
        ),
        (
            "commitments",
            _("承诺"),
            lambda content: ((str(c.number), commitment_words(c)) for c in content.commitments),
        ),
        (
            "commitment_accounts",
            _("上一期的承诺"),
            lambda content: ((str(a.commitment_id), became_words(a)) for a in content.commitment_accounts),
        ),
    )
    for code, label, rows in tables:
        changes = row_changes(dict(rows(before)), dict(rows(after)))
        if changes:
            found.append(PartChange(code, label, tuple(changes.values())))
    return found


def _sections(report: Report, before: Content, after: Content) -> Iterable[PartChange]:
    old, new = ({each.code: each.body for each in content.sections} for content in (before, after))
    for section in rules_of(report).sections:
        changes = paragraph_changes(
            plain_blocks(old.get(section.code, "")), plain_blocks(new.get(section.code, ""))
        )
        if any(each.kind is not Kind.SAME for each in changes):
            yield PartChange(section.code, section.label, tuple(changes))


def claim_words(claim: Claim) -> str:
    """数据 3 电梯维保：86 次（2026-01-01 至 2026-06-30）"""
    value = yuan(claim.value) if claim.unit == YUAN else number(claim.value)
    words = _("数据 %(number)s %(name)s：%(value)s %(unit)s") % {
        "number": claim.number,
        "name": claim.name,
        "value": value,
        "unit": claim.unit,
    }
    details = []
    if claim.period_from and claim.period_to:
        details.append(_("%(from)s 至 %(to)s") % {"from": claim.period_from, "to": claim.period_to})
    if claim.denominator is not None:
        details.append(
            _("%(label)s %(count)s") % {"label": claim.denominator_label, "count": number(claim.denominator)}
        )
    if claim.due_count is not None:
        details.append(_("常见 %(count)s 次") % {"count": claim.due_count})
    evidence = len(claim.evidence.all())
    if evidence:
        details.append(_("佐证 %(count)s 份") % {"count": evidence})
    if details:
        words += _("（%(details)s）") % {"details": _("，").join(details)}
    return words + (_("。说明：%(words)s") % {"words": claim.explanation} if claim.explanation else "")


def photo_words(photo: ReportPhoto) -> str:
    words = _("图 %(number)s %(caption)s") % {"number": photo.number, "caption": photo.caption}
    details: list[Any] = [each for each in (photo.place, photo.claimed_on) if each]
    # The first digits of its hash: another picture under the same caption is a change too.
    details += [each.sha256[:8] for each in (photo.before, photo.evidence) if each]
    return words + _("（%(details)s）") % {"details": _("，").join(str(each) for each in details)}


def account_rows(accounts: Iterable[Account]) -> Iterable[tuple[str, str]]:
    """Each account as its figures and its lines; a line is known by its label, however it moves up or down."""
    for account in accounts:
        label = _(ACCOUNT_LABELS[AccountKind(account.kind)])
        yield (
            account.kind,
            _("%(label)s：期初 %(opening)s 元，收入 %(income)s 元，支出 %(expense)s 元，期末 %(closing)s 元")
            % {
                "label": label,
                "opening": yuan(account.opening),
                "income": yuan(account.stated_income),
                "expense": yuan(account.stated_expense),
                "closing": yuan(account.closing),
            },
        )
        if account.note:
            yield f"{account.kind}/note", f"{label}：{account.note}"
        seen: Counter[tuple[str, str]] = Counter()
        for line in account.lines.all():
            seen[line.side, line.label] += 1
            side = _(SIDE_LABELS[Side(line.side)])
            yield (
                f"{account.kind}/{line.side}/{line.label}/{seen[line.side, line.label]}",
                f"{label}，{side}，{line.label}：{yuan(line.amount)} 元",
            )


def excuse_words(excuse: Excuse, catalogue: MetricsPolicy) -> str:
    """What is missing and why, as people read it."""
    missing = ExcuseFor(excuse.missing)
    if missing is ExcuseFor.METRIC:
        what = _("指标 %(name)s") % {"name": catalogue.metric(excuse.key).name}
    elif missing is ExcuseFor.EVIDENCE:
        what = _("数据 %(number)s 的佐证") % {"number": excuse.key}
    else:
        what = _(ACCOUNT_LABELS[AccountKind(excuse.key)])
    return f"{what}：{excuse.words}"


def answer_words(answer: TopicAnswer) -> str:
    linked = [answer.case.number] if answer.case else []
    linked += [answer.commitment.title] if answer.commitment else []
    words = f"{answer.demand.title}：{answer.words}"
    return words + (_("（%(details)s）") % {"details": _("，").join(linked)} if linked else "")


def commitment_words(commitment: Commitment) -> str:
    parts = (
        commitment.measure,
        commitment.target,
        commitment.owner,
        commitment.first_due_on.isoformat() if commitment.first_due_on else "",
        commitment.funding,
    )
    return f"{commitment.title}：{_('；').join(part for part in parts if part)}"


def became_words(account: CommitmentAccount) -> str:
    return f"{account.commitment.title}：{_(BECAME_LABELS[Became(account.became)])}。{account.words}"
