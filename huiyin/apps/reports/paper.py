"""Reports on paper: the digest on a sheet, and the sentences with which a meeting's notice speaks of a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeGuard

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.apps.audit.paper import verification
from huiyin.apps.ledger.limits import day_of
from huiyin.apps.reports.contents import Content, contents_of
from huiyin.apps.reports.in_words import due_words, value_words
from huiyin.apps.reports.models import Report, Revision
from huiyin.apps.reports.report_charts import in_ten_thousands
from huiyin.apps.reports.report_page import (
    Asked,
    Book,
    ReportPage,
    ShownSection,
    answered_words,
    title_of,
)
from huiyin.apps.reports.silence import Lines, lines_for, topics_of
from huiyin.apps.reports.verdicts import Judged
from huiyin.documents.paper import documents as paper
from huiyin.domain.report_parts import ACCOUNT_LABELS, AccountKind
from huiyin.domain.report_workflow import ReportStatus
from huiyin.web.charts.scales import say

MOST_LINES = 2
"""Of numbers in a section: the digest is one page and says where to read on."""
MOST_DEMANDS = 2


def lines_of(reports: Iterable[Report]) -> dict[int, str]:
    """By report what its newest approved revision holds, in a sentence; with as many queries as of one report."""
    reports = list(reports)
    approved = Revision.objects.filter(report__in=reports, state=ReportStatus.APPROVED)
    newest = approved.order_by("report_id", "-number").distinct("report_id")
    contents = {each.revision.report_id: each for each in contents_of(newest)}
    lines = lines_for((each, contents[each.pk].revision) for each in reports if each.pk in contents)
    return {each.pk: _line(each, contents.get(each.pk), lines) for each in reports}


def _line(report: Report, content: Content | None, lines: Lines) -> str:
    if content is None:
        return _sentence(0, 0, 0, 0, 0)
    topics = topics_of(report, content, lines)
    return _sentence(
        len(content.claims),
        sum(1 for each in content.claims if each.gap),
        len(topics.answered),
        len(topics.rows),
        sum(1 for each in content.commitments if each.promised_at),
    )


def _sentence(claims: int, short: int, answers: int, asked: int, promises: int) -> str:
    """写明 12 个数据，其中 2 个少于常见频次；回应 5 件诉求；承诺 3 件事。"""
    parts = [_("写明 %(n)s 个数据") % {"n": claims}]
    if short:
        parts[0] += _("，其中 %(n)s 个少于常见频次") % {"n": short}
    if asked:
        parts.append(answered_words(answers, asked))
    if promises:
        parts.append(_("承诺 %(n)s 件事") % {"n": promises})
    return "；".join(parts) + "。"


def report_digest(report: Report, revision: Revision, page: ReportPage) -> paper.ReportDigest:
    """一图读懂 of the newest approved revision; `report` with its engagement, company, estate, area and street."""
    area = report.estate.area
    company = report.engagement.company.name
    whole = f"{settings.SITE_URL}{reverse('reports:report', args=[report.pk])}"
    return paper.ReportDigest(
        title=_("%(estate)s：一图读懂") % {"estate": report.estate.name},
        organisation=title_of(report),
        verification=verification(reverse("reports:digest", args=[report.pk])),
        signed_by=_("%(company)s　%(who)s审定") % {"company": company, "who": revision.approved_by_label},
        signed_on=day_of(revision.approved_at) if revision.approved_at else None,
        company=company,
        period_from=report.period_from,
        period_to=report.period_to,
        figures=tuple(_figures(page)),
        sections=tuple(
            paper.DigestSection(section.rule.label, lines)
            for section in page.sections
            for lines in (tuple(_lines(page, section)),)
            if lines
        ),
        promises=tuple(
            paper.Promise(each.title, each.owner, each.due_on, each.first_due_on, each.funding)
            for each in page.first_commitments
            if each.due_on is not None
        ),
        promise_count=len(page.open_commitments),
        promises_note=page.further_commitments,
        whole_report=paper.Qr(whole, _("扫码看报告全文")),
        duty_phone=area.duty_phone,
    )


def _figures(page: ReportPage) -> Iterator[paper.Figure]:
    yield paper.Figure(
        _("写明的数据"),
        str(len(page.claims)),
        _("个"),
        of=_("%(n)s 个附佐证") % {"n": page.evidenced_count},
        note=_verdict_counts(page),
    )
    if page.due_claims:
        yield paper.Figure(
            _("少于常见频次"),
            str(len(page.short_claims)),
            _("个"),
            of=_("共 %(n)s 个有常见频次") % {"n": len(page.due_claims)},
            note=_("只作对照，不是法定义务。"),
        )
    if page.asked:
        of = _("清单上共 %(n)s 件") % {"n": len(page.asked)}
        yield paper.Figure(_("回应的诉求"), str(page.answered_count), _("件"), of=of)


def _lines(page: ReportPage, section: ShownSection) -> Iterator[str]:
    """What a section says in numbers: its books, the demands it answers, its claims.

    First those the records do not bear out, then those that fall short of what is usual.
    """
    if section.holds_accounts:
        yield from (_book(book) for book in page.books)
        return
    if section.holds_demands and page.asked:
        titles = "；".join(_demand(each) for each in page.asked[:MOST_DEMANDS])
        left = len(page.asked) - MOST_DEMANDS
        yield _("%(titles)s等 %(n)s 件") % {"titles": titles, "n": len(page.asked)} if left > 0 else titles
    judged = page.verdicts.judged
    in_order = sorted(section.claims, key=lambda each: (not _deviates(judged.get(each.number)), not each.gap))
    for claim in in_order[:MOST_LINES]:
        words = f"{claim.name} {value_words(claim)}"
        if _deviates(told := judged.get(claim.number)):
            yield _("%(number)s（与记录不符：记录 %(counted)s）") % {"number": words, "counted": told.counted}
        else:
            yield f"{words}（{due_words(claim)}）" if claim.due_count is not None else words


def _deviates(judged: Judged | None) -> TypeGuard[Judged]:
    return judged is not None and judged.deviates


def _verdict_counts(page: ReportPage) -> str:
    """与记录相符 12 个，与记录不符 1 个，无法核对 3 个。"""
    parts = [
        _("%(verdict)s %(n)s 个") % {"verdict": _(look.label), "n": count}
        for look, count in page.verdicts.counts
    ]
    return f"{'，'.join(parts)}。" if parts else ""


def _demand(asked: Asked) -> str:
    title = asked.demand.title
    return title if asked.is_answered else _("%(demand)s（没有回应）") % {"demand": title}


def _book(book: Book) -> str:
    values = {
        "book": _(ACCOUNT_LABELS[AccountKind(book.account.kind)]),
        "income": say(in_ten_thousands(book.income_sum)),
        "expense": say(in_ten_thousands(book.expense_sum)),
        "closing": say(in_ten_thousands(book.account.closing)),
    }
    return _("%(book)s：收 %(income)s，支 %(expense)s，余 %(closing)s 万元") % values
