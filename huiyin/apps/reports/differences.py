"""What a correction changed, in words: section by section, then numbers, photos, accounts, answers and promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.reports.body import as_read, plain_blocks
from huiyin.apps.reports.contents import Content, content_of, number
from huiyin.apps.reports.in_words import value_words
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
from huiyin.apps.reports.silence import place_of, places_of
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
    """Only the parts in which something changed; of a section every paragraph, of tables the changed rows.

    Whatever is hashed of a revision (Content.plain) is in these words, so that no change stays unseen.
    """
    return changes_of(report, content_of(older), content_of(newer))


def changes_of(report: Report, before: Content, after: Content) -> list[PartChange]:
    """The same of what was read already."""
    read = (_reader(before), _reader(after))
    found = list(_sections(report, _bodies(before), _bodies(after), read))
    for code, label, rows in _tables(report):
        changes = list(row_changes(dict(rows(before)), dict(rows(after))).values())
        if code == "accounts":
            changes += _reordered(before.accounts, after.accounts)
        if changes:
            found.append(PartChange(code, label, tuple(changes)))
    return found


def changes_since(report: Report, before: Mapping[str, Any], after: Content) -> list[PartChange]:
    """Against what was witnessed of a wording (Content.plain): texts word by word, of tables the rows that are other
    or new, as they are now."""
    values = {
        int(number): value_words(Claim(value=Decimal(told["value"]), unit=told["unit"]))
        for number, told in before["claims"].items()
    }
    photos = frozenset(int(number) for number in before["photos"])
    read = (partial(as_read, claims=values, photos=photos), _reader(after))
    found = list(_sections(report, before["sections"], _bodies(after), read))
    now = after.plain
    for code, label, rows in _tables(report):
        was, stands = before.get(code, {}), now.get(code, {})
        assert isinstance(stands, dict)
        words = dict(rows(after))
        changes = [Change(Kind.ADDED, after=words[key]) for key, row in stands.items() if was.get(key) != row]
        changes += [
            Change(Kind.REMOVED, before=f"{label} {key}" if key.isdecimal() else label)
            for key in was
            if key not in stands
        ]
        if changes:
            found.append(PartChange(code, label, tuple(changes)))
    return found


Rows = Callable[[Content], Iterable[tuple[str, str]]]
"""The rows of one table in words, each under the key it has in Content.plain; of an account its lines, too."""


def _tables(report: Report) -> tuple[tuple[str, str, Rows], ...]:
    """All that a revision says beside its texts."""
    catalogue = metrics_of(report)
    places = {each.code: each.label for each in rules_of(report).sections}
    return (
        (
            "claims",
            _("数据"),
            lambda content: ((str(c.number), claim_words(c, places[c.section])) for c in content.claims),
        ),
        (
            "photos",
            _("照片"),
            lambda content: ((str(p.number), photo_words(p, places[p.section])) for p in content.photos),
        ),
        ("accounts", _("账目"), lambda content: account_rows(content.accounts)),
        (
            "excuses",
            _("公开说明"),
            lambda content: ((f"{e.missing}/{e.key}", excuse_words(e, catalogue)) for e in content.excuses),
        ),
        (
            "finding_excuses",
            _("保留的语句"),
            lambda content: (
                (r.key.digest, _("“%(words)s”：%(reason)s") % {"words": r.words, "reason": r.reason})
                for r in content.finding_excuses
            ),
        ),
        (
            "topic_answers",
            _("对诉求的回应"),
            lambda content: (
                (str(a.demand_id), answer_words(a, places[a.section])) for a in content.topic_answers
            ),
        ),
        ("pointed_passages", _("物业指出的回答"), lambda content: pointed_rows(report, content)),
        (
            "commitments",
            _("承诺"),
            lambda content: ((str(c.number), commitment_words(c)) for c in content.commitments),
        ),
        (
            "commitment_accounts",
            _("上一期的承诺"),
            lambda content: (
                (f"{a.commitment.report_id}/{a.commitment.number}", became_words(a))
                for a in content.commitment_accounts
            ),
        ),
    )


def _reordered(before: Iterable[Account], after: Iterable[Account]) -> Iterable[Change]:
    """Accounts of the same lines in another order."""
    old = {account.kind: [(line.side, line.label) for line in account.lines.all()] for account in before}
    for account in after:
        new = [(line.side, line.label) for line in account.lines.all()]
        was = old.get(account.kind, new)
        if was != new and sorted(was) == sorted(new):
            words = _("%(label)s，科目的次序：%(lines)s")
            label = _(ACCOUNT_LABELS[AccountKind(account.kind)])
            yield Change(
                Kind.CHANGED,
                *(
                    words % {"label": label, "lines": _("、").join(each for _side, each in order)}
                    for order in (was, new)
                ),
            )


def _sections(
    report: Report,
    old: Mapping[str, str],
    new: Mapping[str, str],
    read: tuple[Callable[[str], str], Callable[[str], str]],
) -> Iterable[PartChange]:
    """As they are read: with the value each version had where 【数据1】 stands."""
    read_old, read_new = read
    for section in rules_of(report).sections:
        was, now = old.get(section.code, ""), new.get(section.code, "")
        if was == now:
            continue
        changes = paragraph_changes(
            [read_old(each) for each in plain_blocks(was)], [read_new(each) for each in plain_blocks(now)]
        )
        if all(
            each.kind is Kind.SAME for each in changes
        ):  # bold, or where a paragraph ends: as it was typed
            changes = paragraph_changes(
                [read_old(each) for each in was.split("\n")], [read_new(each) for each in now.split("\n")]
            )
        yield PartChange(section.code, section.label, tuple(changes))


def _bodies(content: Content) -> dict[str, str]:
    return {each.code: each.body for each in content.sections}


def _reader(content: Content) -> Callable[[str], str]:
    return partial(
        as_read,
        claims={each.number: value_words(each) for each in content.claims},
        photos=frozenset(each.number for each in content.photos),
    )


def claim_words(claim: Claim, place: str) -> str:
    """数据 3 电梯维保：86 次（E01，写在“服务履约”，2026-01-01 至 2026-06-30）"""
    words = _("数据 %(number)s %(name)s：%(value)s %(unit)s") % {
        "number": claim.number,
        "name": claim.name,
        "value": _amount(claim.value, claim.unit),
        "unit": claim.unit,
    }
    details = [claim.metric] if claim.metric else []
    details.append(_("写在“%(section)s”") % {"section": place})
    if claim.period_from or claim.period_to:
        details.append(
            _("%(from)s 至 %(to)s") % {"from": claim.period_from or "", "to": claim.period_to or ""}
        )
    if claim.numerator is not None:
        details.append(_("分子 %(count)s") % {"count": _amount(claim.numerator, claim.unit)})
    if claim.denominator is not None or claim.denominator_label:
        words_of = {"count": number(claim.denominator), "label": claim.denominator_label}
        details.append((_("分母 %(count)s %(label)s") % words_of).rstrip())
    if claim.unit_count is not None:
        details.append(_("按 %(count)s 台套算") % {"count": claim.unit_count})
    if claim.due_count is not None:
        details.append(_("常见 %(count)s 次") % {"count": claim.due_count})
    evidence = [each.evidence for each in claim.evidence.all()]
    if evidence:
        details.append(
            _("佐证 %(count)s 份：%(marks)s") % {"count": len(evidence), "marks": _marks(evidence)}
        )
    words += _("（%(details)s）") % {"details": _("，").join(details)}
    return words + (_("。说明：%(words)s") % {"words": claim.explanation} if claim.explanation else "")


def _amount(value: Decimal | None, unit: str) -> str:
    """Money with its cents, but never fewer digits than were stated."""
    return yuan(value) if unit == YUAN and value is not None and value == round(value, 2) else number(value)


def _marks(evidence: Iterable[Evidence]) -> str:
    """The first digits of each hash: another file under the same words is a change too."""
    return _("、").join(sorted(each.sha256[:8] for each in evidence))


def photo_words(photo: ReportPhoto, place: str) -> str:
    words = _("图 %(number)s %(caption)s") % {"number": photo.number, "caption": photo.caption}
    details = [_("放在“%(section)s”") % {"section": place}]
    if photo.place:
        details.append(_("地点：%(place)s") % {"place": photo.place})
    if photo.claimed_on:
        details.append(_("拍于 %(day)s") % {"day": photo.claimed_on})
    if photo.before:
        details.append(_("之前的照片 %(mark)s") % {"mark": _marks([photo.before])})
    details.append(_("照片 %(mark)s") % {"mark": _marks([photo.evidence])})
    return words + _("（%(details)s）") % {"details": _("，").join(details)}


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
        lines = list(account.lines.all())
        for line in lines:
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


def answer_words(answer: TopicAnswer, place: str) -> str:
    details = [_("详细写在“%(section)s”") % {"section": place}]
    if answer.case:
        details.append(_("台账 %(number)s") % {"number": answer.case.number})
    if answer.commitment:
        promise = {"number": answer.commitment.number, "title": answer.commitment.title}
        details.append(_("承诺 %(number)s %(title)s") % promise)
    words = f"{answer.demand.title}：{answer.words}"
    return words + _("（%(details)s）") % {"details": _("，").join(details)}


def pointed_rows(report: Report, content: Content) -> Iterable[tuple[str, str]]:
    """Which passage is said to answer a demand, by its place and its words."""
    if not content.pointed_passages:
        return
    found = places_of(rules_of(report), content)
    for pointer in content.pointed_passages:
        place = place_of(pointer, found[pointer.section])
        where = f"{place.label}，“{place.read}”" if place else _("指过的一段已经改了")
        yield str(pointer.demand_id), f"{pointer.demand.title}：{where}"


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
