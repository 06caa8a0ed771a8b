"""The ledger on paper: what a bulletin and the slips of cases say, for the press in huiyin.documents.paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.apps.audit.paper import verification
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.bulletin_page import Line, Sheet
from huiyin.apps.ledger.models import Bulletin, Case
from huiyin.documents.paper import documents as paper
from huiyin.domain.case_numbers import spoken
from huiyin.domain.case_workflow import OWING_A_REPLY
from huiyin.web.dates import day_words, due_hour


def bulletin_sheet(bulletin: Bulletin, sheet: Sheet, *, now: datetime) -> paper.Bulletin:
    """The bulletin as it stands on its page; `bulletin.estate` comes with its area and the street above."""
    estate = bulletin.estate
    area = estate.area
    everything = f"{settings.SITE_URL}{reverse('ledger:case_list')}?estate={estate.slug}"
    return paper.Bulletin(
        title=_("%(estate)s三张清单") % {"estate": estate.name},
        organisation=f"{area.parent.name if area.parent else ''}{area.name}",
        verification=verification(reverse("ledger:bulletin", args=[estate.slug, f"{bulletin.month:%Y-%m}"])),
        signed_by="　".join(filter(None, (area.name, bulletin.issued_by_label))),
        signed_on=limits.day_of(bulletin.issued_at) if bulletin.issued_at else None,
        month=bulletin.month,
        as_of=sheet.as_of,
        late_note=_late_note(bulletin, now),
        lead=_lead(sheet),
        lists=tuple(
            paper.ThreeLists(each.label, each.count, tuple(map(_list_line, each.lines)))
            for each in sheet.lists
        ),
        solved=tuple(paper.Solved(one.number, one.title) for one in sheet.confirmed)
        if sheet.is_whole
        else (),
        everything=paper.Qr(everything, _("扫码看全部事项")),
        duty_phone=area.duty_phone,
    )


def case_slips(cases: Iterable[Case]) -> paper.CaseSlips:
    """A slip for each case, to cut along the lines and hand out."""
    return paper.CaseSlips(
        title=_("登记回执"),
        verification=verification(reverse("ledger:case_list")),
        slips=tuple(map(_case_slip, cases)),
    )


def _case_slip(case: Case) -> paper.CaseSlip:
    place = case.estate.name if case.estate else case.area.name
    address = f"{settings.SITE_URL}{reverse('ledger:case', args=[case.number])}"
    is_owed = case.status in OWING_A_REPLY
    return paper.CaseSlip(
        number=case.number,
        spoken=spoken(case.number),
        title=case.title,
        place=f"{place} {case.building}".strip(),
        registered_on=limits.day_of(case.registered_at),
        due_on=limits.day_of(case.due_at) if is_owed else None,
        due_hour=due_hour(case.due_at) if is_owed else "",
        area=case.area.name,
        duty_phone=case.area.duty_phone,
        progress=paper.Qr(address, _("扫码看 %(number)s 的进展") % {"number": case.number}),
    )


def _list_line(line: Line) -> paper.ListLine:
    return paper.ListLine(
        number=line.number,
        title=line.title,
        lead=line.lead,
        due_on=line.due,
        first_due_on=line.first_due,
        me_too=line.me_too,
        is_overdue=line.is_overdue,
        is_replied=line.is_replied,
    )


def _late_note(bulletin: Bulletin, now: datetime) -> str:
    due = limits.day_of(bulletin.due_at)
    days_late = (limits.day_of(bulletin.issued_at or now) - due).days
    told = {"due": day_words(due, english=False, with_year=False), "days_late": days_late}
    if bulletin.issued_at:
        return _("应在 %(due)s前发布，晚了 %(days_late)s 天。") % told if days_late > 0 else ""
    if now > bulletin.due_at:
        return _("应在 %(due)s前发布，还没有发布，已经晚了 %(days_late)s 天。") % told
    return _("还没有发布，%(due)s前发布。") % told


def _lead(sheet: Sheet) -> str:
    solved = len(sheet.confirmed)
    if sheet.registered is None:
        words = _("本月提问人确认解决 %(ok)s 件。") % {"ok": solved}
    else:
        words = _("本月提出 %(n)s 件，提问人确认解决 %(ok)s 件。") % {"n": sheet.registered, "ok": solved}
    if not sheet.open_count:
        return words + _("没有没办完的事。")
    left = _("没办完 %(n)s 件") % {"n": sheet.open_count}
    return words + left + (_("，先列最早到期的") if sheet.is_cut else "") + _("。")
