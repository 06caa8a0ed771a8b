"""Everything a page shows of one revision of a report, read with a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db.models import Prefetch
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huiyin.apps.reports.body import Block, blocks_of
from huiyin.apps.reports.models import (
    Account,
    AccountLine,
    Claim,
    ClaimEvidence,
    Commitment,
    CommitmentAccount,
    CommitmentMove,
    Excuse,
    Report,
    ReportPhoto,
    Revision,
    TopicAnswer,
)
from huiyin.domain.policy_metrics import PERCENT
from huiyin.domain.policy_reports import Holds, ReportsPolicy, SectionRule
from huiyin.domain.report_parts import Side
from huiyin.web.charts.scales import say
from huiyin.web.icons import icon_html

NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class ShownBlock:
    """A paragraph with what stands below it: its photos, and what the company explains about its numbers."""

    block: Block
    photos: list[ReportPhoto]
    explained: list[Claim]


@dataclass(frozen=True)
class ShownSection:
    rule: SectionRule
    position: int
    blocks: list[ShownBlock]
    claims: list[Claim]
    """All of the section, placed in its text or not."""
    loose_photos: list[ReportPhoto]
    """Those no text names; they stand at the end."""

    @property
    def numeral(self) -> str:
        return NUMERALS[self.position - 1] if self.position <= len(NUMERALS) else str(self.position)

    @property
    def holds_accounts(self) -> bool:
        return self.rule.holds is Holds.ACCOUNTS

    @property
    def holds_demands(self) -> bool:
        return self.rule.holds is Holds.DEMANDS

    @property
    def holds_commitments(self) -> bool:
        return self.rule.holds is Holds.COMMITMENTS


@dataclass(frozen=True)
class Book:
    """One account with its lines by side and its sums as they are and as they were stated."""

    account: Account
    income: list[AccountLine]
    expense: list[AccountLine]

    @property
    def income_sum(self) -> Decimal:
        return sum((line.amount for line in self.income), Decimal(0))

    @property
    def expense_sum(self) -> Decimal:
        return sum((line.amount for line in self.expense), Decimal(0))


@dataclass(frozen=True)
class ReportPage:
    report: Report
    revision: Revision
    sections: list[ShownSection]
    claims: list[Claim]
    photos: list[ReportPhoto]
    books: list[Book]
    commitments: list[Commitment]
    accounts_of_last: list[CommitmentAccount]
    excuses: list[Excuse]
    answers: list[TopicAnswer]

    @cached_property
    def due_claims(self) -> list[Claim]:
        """The numbers beside which a usual frequency stands."""
        return [claim for claim in self.claims if claim.due_count is not None]

    @cached_property
    def short_claims(self) -> list[Claim]:
        return [claim for claim in self.due_claims if claim.gap]

    @cached_property
    def evidenced_count(self) -> int:
        return sum(1 for claim in self.claims if claim.evidence.all())


@dataclass
class _Contents:
    """The rows of a revision by number, as the drawing of its texts looks them up; each stands below a block once."""

    claims: dict[int, Claim]
    photos: dict[int, ReportPhoto]
    seen_claims: set[int] = field(default_factory=set)
    seen_photos: set[int] = field(default_factory=set)

    def draw_claim(self, number: int) -> SafeString | str:
        claim = self.claims.get(number)
        return claim_html(claim) if claim is not None else ""

    def draw_photo(self, number: int) -> SafeString | str:
        if number not in self.photos:
            return ""
        return format_html('<a href="#photo-{}">{} {}</a>', number, gettext("图"), number)

    def claims_below(self, block: Block) -> list[Claim]:
        return [self.claims[number] for number in _new(block.claims, self.seen_claims)]

    def photos_below(self, block: Block) -> list[ReportPhoto]:
        return [self.photos[number] for number in _new(block.photos, self.seen_photos)]

    def loose_photos(self, section: str) -> list[ReportPhoto]:
        own = [photo.number for photo in self.photos.values() if photo.section == section]
        return [self.photos[number] for number in _new(own, self.seen_photos)]


def _new(numbers: Iterable[int], seen: set[int]) -> list[int]:
    new = [number for number in numbers if number not in seen]
    seen.update(new)
    return new


def report_page(report: Report, revision: Revision, rules: ReportsPolicy) -> ReportPage:
    """`report` with its estate, area, engagement and company loaded; `rules` are those the report was opened under."""
    evidence = ClaimEvidence.objects.select_related("evidence").prefetch_related("evidence__renditions")
    claims = list(
        revision.claims.order_by("number").prefetch_related(Prefetch("evidence", queryset=evidence))
    )
    photos = list(
        revision.photos.select_related("evidence", "before")
        .prefetch_related("evidence__renditions", "before__renditions")
        .order_by("number")
    )
    contents = _Contents({each.number: each for each in claims}, {each.number: each for each in photos})
    bodies = dict(revision.sections.values_list("code", "body"))
    sections = [
        _section(rule, position, bodies.get(rule.code, ""), contents)
        for position, rule in enumerate(rules.sections, start=1)
    ]
    return ReportPage(
        report=report,
        revision=revision,
        sections=sections,
        claims=claims,
        photos=photos,
        books=[_book(account) for account in revision.accounts.prefetch_related("lines")],
        commitments=list(
            report.commitments.filter(first_revision__lte=revision.number).prefetch_related(
                Prefetch("moves", queryset=CommitmentMove.objects.order_by("moved_at"))
            )
        ),
        accounts_of_last=list(
            revision.commitment_accounts.select_related("commitment__report").order_by("commitment__number")
        ),
        excuses=list(revision.excuses.all()),
        answers=list(
            revision.topic_answers.select_related("demand", "case", "commitment").order_by(
                "demand__rank", "pk"
            )
        ),
    )


def claim_html(claim: Claim) -> SafeString:
    """The number in its sentence: value and unit underlined, the usual count beside it, the way to its evidence."""
    due = ""
    if claim.due_count is not None:
        due = format_html('<span class="hy-claim__due">（{}）</span>', due_words(claim))
    said = gettext("数据 %(number)s 的口径和佐证") % {"number": claim.number}
    return format_html(
        '<span class="hy-claim">{}</span>{}<a class="hy-claim__src" href="#data-{}" aria-label="{}">{}{}</a>',
        value_words(claim),
        due,
        claim.number,
        said,
        icon_html("link"),
        claim.number,
    )


def value_words(claim: Claim) -> str:
    """96 次; 88.8%; 1,768,000 元."""
    number = say(claim.value)
    return f"{number}%" if claim.unit == PERCENT else f"{number} {claim.unit}".rstrip()


def due_words(claim: Claim) -> str:
    """The usual count beside what was done: 常见频次 52 次，少 3 次."""
    assert claim.due_count is not None
    words = gettext("常见频次 %(due)s %(unit)s") % {"due": say(claim.due_count), "unit": claim.unit}
    if claim.gap:
        words += gettext("，少 %(gap)s %(unit)s") % {"gap": say(claim.gap), "unit": claim.unit}
    return words


def _section(rule: SectionRule, position: int, body: str, contents: _Contents) -> ShownSection:
    blocks = [
        ShownBlock(
            block,
            contents.photos_below(block),
            [claim for claim in contents.claims_below(block) if claim.explanation],
        )
        for block in blocks_of(body, claim=contents.draw_claim, photo=contents.draw_photo)
    ]
    claims = [claim for claim in contents.claims.values() if claim.section == rule.code]
    return ShownSection(rule, position, blocks, claims, contents.loose_photos(rule.code))


def _book(account: Account) -> Book:
    lines: Sequence[AccountLine] = list(account.lines.all())
    return Book(
        account,
        [line for line in lines if line.side == Side.INCOME],
        [line for line in lines if line.side == Side.EXPENSE],
    )
