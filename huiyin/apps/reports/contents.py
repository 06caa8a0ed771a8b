"""The whole content of one revision: read in few queries, as canonical JSON, and its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from huiyin.apps.reports.models import (
    Account,
    Claim,
    Commitment,
    CommitmentAccount,
    Excuse,
    FindingExcuse,
    PointedPassage,
    ReportPhoto,
    Revision,
    Section,
    TopicAnswer,
)
from huiyin.domain.canonical import JSON, canonical


@dataclass(frozen=True)
class Content:
    """Everything a revision says. Commitments are those made in it or before; each with its first date."""

    revision: Revision
    sections: list[Section]
    claims: list[Claim]
    photos: list[ReportPhoto]
    accounts: list[Account]
    excuses: list[Excuse]
    finding_excuses: list[FindingExcuse]
    topic_answers: list[TopicAnswer]
    pointed_passages: list[PointedPassage]
    commitments: list[Commitment]
    commitment_accounts: list[CommitmentAccount]

    @property
    def plain(self) -> dict[str, JSON]:
        """The content as plain values: what is hashed, witnessed and compared.

        What came with a later release stands in it only where there is any: hashes from before hold.
        """
        plain: dict[str, JSON] = {
            "sections": {each.code: each.body for each in self.sections},
            "claims": {str(each.number): _claim(each) for each in self.claims},
            "photos": {str(each.number): _photo(each) for each in self.photos},
            "accounts": {each.kind: _account(each) for each in self.accounts},
            "excuses": {f"{each.missing}/{each.key}": each.words for each in self.excuses},
            "topic_answers": {str(each.demand_id): _answer(each) for each in self.topic_answers},
            "commitments": {str(each.number): _commitment(each) for each in self.commitments},
            "commitment_accounts": {
                f"{each.commitment.report_id}/{each.commitment.number}": {
                    "became": each.became,
                    "words": each.words,
                }
                for each in self.commitment_accounts
            },
        }
        if self.finding_excuses:
            plain["finding_excuses"] = {each.key.digest: _reason(each) for each in self.finding_excuses}
        if self.pointed_passages:
            plain["pointed_passages"] = {
                str(each.demand_id): {"section": each.section, "text_sha256": each.text_sha256}
                for each in self.pointed_passages
            }
        return plain


def content_of(revision: Revision) -> Content:
    """Thirteen queries, however much was written."""
    return contents_of([revision])[0]


def contents_of(revisions: Iterable[Revision]) -> list[Content]:
    """Of several revisions, with the same number of queries as of one; in the order given."""
    rows = list(revisions)
    ids = [each.pk for each in rows]
    sections = Section.objects.filter(revision__in=ids)
    claims = Claim.objects.filter(revision__in=ids).prefetch_related("evidence__evidence")
    photos = ReportPhoto.objects.filter(revision__in=ids).select_related("evidence", "before")
    accounts = Account.objects.filter(revision__in=ids).prefetch_related("lines")
    excuses = Excuse.objects.filter(revision__in=ids)
    reasons = FindingExcuse.objects.filter(revision__in=ids)
    answers = TopicAnswer.objects.filter(revision__in=ids).select_related("demand", "case", "commitment")
    pointed = PointedPassage.objects.filter(revision__in=ids).select_related("demand")
    commitments = list(
        Commitment.objects.filter(report__in=[each.report_id for each in rows]).prefetch_related("moves")
    )
    accounted = CommitmentAccount.objects.filter(revision__in=ids).select_related("commitment")
    tables = (sections, claims, photos, accounts, excuses, answers, accounted, pointed, reasons)
    parts = [_by_revision(each) for each in tables]
    return [
        Content(
            revision=row,
            sections=parts[0].get(row.pk, []),
            claims=parts[1].get(row.pk, []),
            photos=parts[2].get(row.pk, []),
            accounts=parts[3].get(row.pk, []),
            excuses=parts[4].get(row.pk, []),
            finding_excuses=parts[8].get(row.pk, []),
            topic_answers=parts[5].get(row.pk, []),
            pointed_passages=parts[7].get(row.pk, []),
            commitments=[
                each
                for each in commitments
                if each.report_id == row.report_id and each.first_revision <= row.number
            ],
            commitment_accounts=parts[6].get(row.pk, []),
        )
        for row in rows
    ]


def sha256_of(plain: dict[str, JSON]) -> str:
    return hashlib.sha256(canonical(plain)).hexdigest()


def _by_revision(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.revision_id, []).append(row)
    return found


def _claim(claim: Claim) -> dict[str, JSON]:
    return {
        "section": claim.section,
        "metric": claim.metric,
        "name": claim.name,
        "value": number(claim.value),
        "unit": claim.unit,
        "from": _day(claim.period_from),
        "to": _day(claim.period_to),
        "numerator": number(claim.numerator),
        "denominator": number(claim.denominator),
        "denominator_label": claim.denominator_label,
        "unit_count": claim.unit_count,
        "due_count": claim.due_count,
        "explanation": claim.explanation,
        "evidence": list[JSON](sorted(each.evidence.sha256 for each in claim.evidence.all())),
    }


def _photo(photo: ReportPhoto) -> dict[str, JSON]:
    return {
        "section": photo.section,
        "evidence": photo.evidence.sha256,
        "before": photo.before.sha256 if photo.before else "",
        "caption": photo.caption,
        "place": photo.place,
        "claimed_on": _day(photo.claimed_on),
    }


def _account(account: Account) -> dict[str, JSON]:
    return {
        "opening": str(account.opening),
        "income": str(account.stated_income),
        "expense": str(account.stated_expense),
        "closing": str(account.closing),
        "note": account.note,
        "lines": [
            {"side": line.side, "label": line.label, "amount": str(line.amount)}
            for line in account.lines.all()
        ],
    }


def _reason(excuse: FindingExcuse) -> dict[str, JSON]:
    names = ("section", "place", "rule", "words", "sentence", "reason")
    return {name: getattr(excuse, name) for name in names}


def _answer(answer: TopicAnswer) -> dict[str, JSON]:
    return {
        "section": answer.section,
        "words": answer.words,
        "case": answer.case.number if answer.case else "",
        "commitment": answer.commitment.number if answer.commitment else 0,
    }


def _commitment(commitment: Commitment) -> dict[str, JSON]:
    return {
        "title": commitment.title,
        "measure": commitment.measure,
        "target": commitment.target,
        "owner": commitment.owner,
        "first_due_on": _day(commitment.first_due_on),
        "funding": commitment.funding,
    }


def number(value: Decimal | None) -> str:
    """A number as people write it: no noughts at its end, no exponent; empty for none."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
