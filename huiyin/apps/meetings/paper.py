"""Meetings and forums on paper: what each sheet says, for the press in huiyin.documents.paper. No resident is named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.paper import verification
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.selectors import is_overdue
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.clock import floors_of
from huiyin.apps.meetings.models import Forum, ForumItem, Meeting, MeetingEstate, Minutes, Question
from huiyin.apps.meetings.selectors import certificate_of
from huiyin.apps.meetings.services.rate import Letter
from huiyin.apps.people.selectors import secretary_of
from huiyin.apps.places.models import Area, Estate
from huiyin.apps.reports.paper import lines_of
from huiyin.apps.reports.report_page import title_of
from huiyin.documents.paper import documents as paper
from huiyin.domain.case_workflow import Status
from huiyin.domain.forum_agenda import ITEM_LABELS, ItemKind
from huiyin.domain.meeting_phases import PUBLIC, Phase

NOTICED = PUBLIC - {Phase.POSTPONED, Phase.CANCELLED}
"""The phases in which the notice is true: before a new date is fixed there is none to print."""
MOST_SLIPS = 60


def address_of(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def organisation(area: Area) -> str:
    """青槐街道云杉里社区; load `parent` with the area."""
    return f"{area.parent.name if area.parent else ''}{area.name}"


def names_of(heard: Iterable[MeetingEstate]) -> tuple[str, ...]:
    return tuple(each.estate.name for each in heard)


# --- before and after the meeting -------------------------------------------------------------------------


def meeting_notice(meeting: Meeting) -> paper.MeetingNotice:
    """Of a meeting as `meetings_public` reads it, with the street above its community."""
    heard = list(meeting.estates.all())
    page = reverse("meetings:meeting", args=[meeting.pk])
    return paper.MeetingNotice(
        title=meeting.title,
        organisation=organisation(meeting.area),
        verification=verification(page),
        signed_by=meeting.area.name,
        signed_on=_noticed_on(meeting),
        estates=names_of(heard),
        starts_at=meeting.planned_at,
        venue=meeting.venue,
        chair=_with_reason(meeting.chair_label or _("社区书记"), meeting.deputy_reason),
        reporter="；".join(_reporter(each, is_one_of_several=len(heard) > 1) for each in heard),
        agenda=tuple(paper.AgendaItem(each.title, each.minutes) for each in meeting.agenda.all()),
        report_lines=_report_lines(heard),
        ask=paper.Qr(address_of(reverse("meetings:ask", args=[meeting.pk])), _("扫码提问")),
        duty_phone=meeting.area.duty_phone,
        changed_from=_first_planned(meeting),
    )


def _noticed_on(meeting: Meeting) -> date | None:
    """When the notice of the sitting that is ahead was given."""
    further = meeting.sittings.filter(announced_at__isnull=False).order_by("-ordinal").first()
    given_at = further.announced_at if further else meeting.announced_at
    return limits.day_of(given_at) if given_at else None


def _with_reason(who: str, reason: str) -> str:
    return f"{who}（{reason.rstrip('。')}）" if reason else who


def _reporter(heard: MeetingEstate, *, is_one_of_several: bool) -> str:
    """Before the meeting the one who has to report: the project manager in person (domain.md §4)."""
    who = heard.reporter_label
    if not who and heard.report is not None:
        engagement = heard.report.engagement
        who = f"{engagement.company.name}项目负责人 {engagement.manager_name}".strip()
    who = _with_reason(who, heard.reporter_reason)
    return f"{heard.estate.name}：{who}" if is_one_of_several else who


def _report_lines(heard: list[MeetingEstate]) -> tuple[str, ...]:
    """A sentence on each report; all of it stands behind the code of the notice."""
    told = lines_of(each.report for each in heard if each.report is not None)
    return tuple(
        f"{each.estate.name} {title_of(each.report)}：{told[each.report.pk]}"
        for each in heard
        if each.report is not None
    )


def _first_planned(meeting: Meeting) -> datetime | None:
    """When it was to be at first, if it was postponed and has another date now."""
    postponed = Event.objects.filter(stream=meeting.stream, kind="meetings.meeting_postponed")
    first = postponed.order_by("number").values_list("public", flat=True).first()
    if first is None:
        return None
    planned_at = datetime.fromisoformat(str(first["was_planned_at"]))
    return planned_at if planned_at != meeting.planned_at else None


def clock_certificate(meeting: Meeting, minutes: Minutes | None, *, now: datetime) -> paper.ClockCertificate:
    """What the page of the certificate says; before the minutes are locked without their hash."""
    told = certificate_of(meeting, now)
    floors = floors_of(meeting, now)
    return paper.ClockCertificate(
        title=_("居民提问时长证明"),
        organisation=organisation(meeting.area),
        verification=verification(reverse("meetings:certificate", args=[meeting.pk])),
        signed_by=meeting.area.name,
        signed_on=certificate_day(meeting, minutes),
        estates=names_of(meeting.estates.all()),
        days=days_of(meeting),
        venue=meeting.venue,
        chair=meeting.chair_label,
        chair_note=meeting.deputy_reason.rstrip("。"),
        intervals=tuple(
            paper.OpenFloor(each.sitting, each.opened_at, each.closed_at, each.counted) for each in floors
        ),
        total=sum((each.counted for each in floors), timedelta()),
        required=timedelta(minutes=limits.policy_of(meeting).floor.question_minutes),
        outcome=meeting.get_outcome_display() if meeting.outcome else _("还要续开"),
        outcome_note=_("原因：%(reason)s") % {"reason": meeting.outcome_reason}
        if meeting.outcome_reason
        else "",
        counts=(
            paper.Count(_("到场"), int(str(told["people"])), _("人")),
            paper.Count(_("到场"), int(str(told["households"])), _("户")),
            paper.Count(_("提问"), int(str(told["asked"])), _("个")),
            paper.Count(_("当场答复"), int(str(told["answered"])), _("个")),
        ),
        balance=_balance(told, is_over=minutes is not None),
        digest=minutes.hash_of_content if minutes is not None else "",
        locked_on=limits.day_of(minutes.locked_at) if minutes is not None and minutes.locked_at else None,
    )


def days_of(meeting: Meeting) -> tuple[date, ...]:
    """The day of each sitting that was held, each once."""
    begun = meeting.sittings.filter(opened_at__isnull=False).order_by("ordinal")
    opened = begun.values_list("opened_at", flat=True)
    return tuple(dict.fromkeys(limits.day_of(at) for at in opened if at is not None))


def certificate_day(meeting: Meeting, minutes: Minutes | None) -> date | None:
    """The date of the certificate, on the page and on paper: of the lock that made it final, else of the end."""
    moment = minutes.locked_at if minutes is not None and minutes.locked_at else meeting.ended_at
    return limits.day_of(moment) if moment else None


def _balance(told: object, *, is_over: bool) -> str:
    words = (
        _("提问 %(asked)s 个：进台账 %(cases)s 个，合并 %(merged)s 个，不受理并写明理由 %(rejected)s 个。")
        % told
    )
    return words if is_over else words + _("还没有全部转台账。")


# --- slips and letters ------------------------------------------------------------------------------------


def blank_slips(meeting: Meeting, *, first: int, count: int) -> paper.QuestionSlips:
    """Empty slips for those who ask on paper, numbered on."""
    ask = paper.Qr(address_of(reverse("meetings:ask", args=[meeting.pk])), _("扫码提问"))
    return paper.QuestionSlips(
        title=meeting.title,
        organisation=organisation(meeting.area),
        verification=verification(reverse("meetings:meeting", args=[meeting.pk])),
        starts_at=meeting.planned_at,
        slips=tuple(
            paper.QuestionSlip(_("第 %(number)s 号") % {"number": f"{number:03}"}, ask)
            for number in range(first, first + count)
        ),
    )


def cases_asked_on_paper(meeting: Meeting) -> QuerySet[Case]:
    """The cases of what was asked on a slip or by a raised hand, in the order of the questions."""
    asked = Question.objects.filter(meeting=meeting, way__in=[Question.Way.PAPER, Question.Way.FLOOR])
    return (
        Case.objects.filter(pk__in=asked.values("case_id"))
        .select_related("estate", "area")
        .defer("text", "search")
        .order_by("id")
    )


def rating_letters(
    meeting: Meeting, heard: MeetingEstate, letters: Iterable[Letter], *, now: datetime
) -> paper.RatingLetters:
    """A page for each household of one estate; `letters` hold the only copy of the codes."""
    rule = limits.policy_of(meeting).rating
    is_over = meeting.closed_at is not None
    return paper.RatingLetters(
        title=_("请您家给物业打分"),
        organisation=organisation(meeting.area),
        verification=verification(reverse("meetings:meeting", args=[meeting.pk])),
        company=heard.report.engagement.company.name if heard.report else heard.estate.name,
        held_on=limits.day_of(meeting.planned_at),
        closes_at=limits.rating_ends_at(meeting, rule) if is_over else None,
        open_days=rule.open_days,
        questions=tuple(each.text for each in rule.questions),
        smallest_count=rule.min_shown,
        duty_phone=meeting.area.duty_phone,
        typed_at=address_of(reverse("meetings:rate_by_code")),
        letters=tuple(_letter(heard.estate, each) for each in letters),
    )


def _letter(estate: Estate, letter: Letter) -> paper.RatingLetter:
    page = reverse("meetings:rate_by_letter", args=[letter.token])
    code = paper.Qr(address_of(page), _("扫码打分"))
    return paper.RatingLetter(f"{estate.name} {letter.label}", code, letter.token)


# --- forums -----------------------------------------------------------------------------------------------


def forum_agenda(
    forum: Forum, items: Iterable[ForumItem], *, quarter: str, now: datetime
) -> paper.ForumAgenda:
    """Of a planned forum: everything that has to be spoken of, by kind; `items` as `agenda_now` reads them."""
    area = forum.estate.area
    secretary = secretary_of(area, limits.day_of(now))
    rows = list(items)
    assert forum.planned_at is not None
    page = reverse("meetings:forum", args=[forum.pk])
    return paper.ForumAgenda(
        title=_("%(quarter)s业主座谈会议程") % {"quarter": quarter},
        organisation=f"{organisation(area)} {forum.estate.name}",
        verification=verification(page),
        signed_by=area.name,
        signed_on=limits.day_of(forum.closed_at or now),
        starts_at=forum.planned_at,
        venue=forum.venue,
        chair=forum.closed_by_label or (secretary.label if secretary else _("社区书记")),
        groups=tuple(
            paper.AgendaGroup(
                _(ITEM_LABELS[kind]),
                tuple(_agenda_line(each, forum, now) for each in rows if each.kind == kind),
            )
            for kind in ItemKind
        ),
        online=paper.Qr(address_of(page), _("扫码看座谈会")),
        duty_phone=area.duty_phone,
    )


def _agenda_line(item: ForumItem, forum: Forum, now: datetime) -> paper.ListLine:
    """A case with its own dates as they stand now; a stage and a promise with the day they are due."""
    case = item.case
    due_on = item.due_on or forum.due_on
    if case is not None and item.kind == ItemKind.CASE:
        return paper.ListLine(
            number=case.number,
            title=case.title,
            lead=_short_lead(case, forum.estate),
            due_on=limits.day_of(case.due_at),
            first_due_on=limits.day_of(case.first_due_at),
            me_too=case.me_too_count,
            is_overdue=is_overdue(case, now),
            is_replied=case.status == Status.REPLIED,
        )
    is_overdue_then = due_on < limits.day_of(forum.closed_at or now)
    if case is not None:
        lead = _short_lead(case, forum.estate)
        return paper.ListLine(case.number, item.title, lead, due_on, is_overdue=is_overdue_then)
    promised = item.commitment
    number, lead, first_due_on = "", "", None
    if promised is not None:
        number = _("承诺 %(number)s") % {"number": promised.number}
        lead, first_due_on = promised.owner, promised.first_due_on
    return paper.ListLine(number, item.title, lead, due_on, first_due_on, is_overdue=is_overdue_then)


def _short_lead(case: Case, estate: Estate) -> str:
    """As on the bulletin: on a sheet of the estate the company's team is enough."""
    return case.lead_label.rsplit(" ", 1)[-1].removeprefix(estate.name)
