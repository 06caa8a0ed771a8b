"""Whose page holds which piles and tables: one builder for each role, joined for who holds several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from huiyin.apps.audit.selectors import latest_anchor
from huiyin.apps.hotline.desk_list import waiting_for as hotline_waiting_for
from huiyin.apps.imports.models import Import
from huiyin.apps.ledger.desk_selectors import Duties, duties_of
from huiyin.apps.ledger.figures import Figures, figures_by, total
from huiyin.apps.ledger.selectors import cases_public
from huiyin.apps.meetings.desk_list import waiting_for
from huiyin.apps.people.selectors import memberships_to_check
from huiyin.apps.places.models import Area
from huiyin.apps.places.selectors import areas_public
from huiyin.apps.policies.selectors import policies_for_desk
from huiyin.apps.portal.selectors.desk import SHOWN, Board, CasePiles, Line, Pile, ledger_url, place_of
from huiyin.apps.portal.selectors.front import Standing, cases_of_year, standing_by, street_rows, together
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.selectors import Pile as MessagePile
from huiyin.apps.publishing.selectors import piles_for_desk
from huiyin.apps.reports.desk_reading import rows_for_desk, waits_q
from huiyin.apps.reports.report_page import title_of
from huiyin.domain.access import Actor, Role
from huiyin.domain.report_workflow import LABELS, ReportStatus
from huiyin.web.dates import day_words

MOST_LAGGARDS = 10
REPORT_ACTS: dict[str, Callable[[], str]] = {
    ReportStatus.DRAFT: lambda: _("接着写"),
    ReportStatus.RETURNED: lambda: _("看退回理由，去改"),
    ReportStatus.SUBMITTED: lambda: _("去审定"),
}


class Desk:
    """One person's page in the making; what several builders need is read once."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor, self.now = actor, now
        self.duties: Duties = duties_of(actor)
        self.board = Board()
        self._cases: CasePiles | None = None

    @property
    def cases(self) -> CasePiles:
        if self._cases is None:
            states = ("overdue", "due_today", "waiting", "to_assign", "at_street", "at_district")
            self._cases = CasePiles(self.actor, self.duties, self.now, states)
        return self._cases

    def add(self, pile: Pile) -> None:
        if pile.key not in {known.key for known in self.board.piles}:
            self.board.piles.append(pile)


def board_of(actor: Actor, now: datetime) -> Board:
    """The page of a person: the builders of every role held, seniority first."""
    desk = Desk(actor, now)
    for role, build in BUILDERS:
        if actor.holds(role):
            build(desk)
    return desk.board


def daily_work(desk: Desk) -> None:
    """Secretary and company: overdue, due today, waiting for me."""
    look_after(desk)
    desk.add(desk.cases.waiting())


def look_after(desk: Desk) -> None:
    cases = desk.cases
    desk.add(cases.pile("overdue", _("已逾期"), "alert-triangle", _("没有逾期的，很好。"), is_late=True))
    desk.add(cases.pile("due_today", _("今天到期"), "calendar-due", _("今天没有到期的。")))


def meetings_to_run(desk: Desk) -> None:
    """Meetings that wait for the secretary: to be announced, held, closed; mostly none."""
    rows = waiting_for(desk.actor, desk.now)
    lines = [
        Line(row.meeting.title, reverse(row.url_name, args=[row.meeting.pk]), row.sentence, row.act)
        for row in rows[:SHOWN]
    ]
    if rows:
        url = reverse("meetings:desk_meetings")
        rest = len(rows) - len(lines)
        desk.add(Pile("meetings", _("报告会"), "presentation", len(rows), lines, rest, url, ""))


def reports_to_do(desk: Desk) -> None:
    """Reports to be written or mended, for the secretary those to be reviewed; mostly none."""
    rows: list[Any] = list(rows_for_desk(desk.actor).filter(waits_q(desk.actor)).order_by("period_to", "pk"))
    lines = [
        Line(
            f"{row.estate.name} {title_of(row)}",
            reverse("reports:desk_report", args=[row.pk]),
            f"{row.engagement.company.name}，{LABELS[ReportStatus(row.newest_state)]}",
            REPORT_ACTS[row.newest_state](),
        )
        for row in rows[:SHOWN]
    ]
    if rows:
        url = reverse("reports:desk_reports")
        rest = len(rows) - len(lines)
        desk.add(Pile("reports", _("工作报告"), "file-text", len(rows), lines, rest, url, ""))


def complaints_to_settle(desk: Desk) -> None:
    """Files of the hotline that are not stored yet, and what the machine was not sure of; mostly none."""
    rows = hotline_waiting_for(desk.actor)
    if rows:
        lines = [Line(row.title, row.url, row.sentence, row.act) for row in rows[:SHOWN]]
        url = reverse("hotline:imports")
        desk.add(Pile("hotline", _("12345 诉求"), "phone", len(rows), lines, len(rows) - len(lines), url, ""))


def community_round(desk: Desk) -> None:
    """What the community worker prints, brings, calls and checks."""
    for pile in _to_bring(piles_for_desk(desk.actor)):
        desk.add(pile)
    desk.add(_households(desk.actor))


def stand_in(desk: Desk) -> None:
    """What the street or the district brings and calls itself, where it speaks for askers; mostly nothing."""
    for pile in _to_bring(piles_for_desk(desk.actor, only_mine=True)):
        if pile.count:
            desk.add(pile)


def _to_bring(piles: list[MessagePile]) -> list[Pile]:
    by_state = {pile.state: pile for pile in piles}
    state = Message.State
    return [
        _messages(by_state, "slips", (state.TO_PRINT, state.PRINTED), _("要打印、送达的纸条"), "printer"),
        _messages(by_state, "calls", (state.TO_CALL, state.FAILED), _("要打的电话"), "phone"),
    ]


SAID = 28
"""Characters of a message on the board: enough to tell two about one case apart."""

MESSAGE_VERBS: dict[str, Callable[[], tuple[str, str]]] = {
    Message.State.TO_PRINT: lambda: (_("打印纸条"), _("还没有打印")),
    Message.State.PRINTED: lambda: (_("登记送到"), _("已打印，还没送到")),
    Message.State.TO_CALL: lambda: (_("打电话"), _("答复要打电话告知")),
    Message.State.FAILED: lambda: (_("换个办法"), _("短信没送到")),
}


def _messages(
    by_state: dict[str, MessagePile], key: str, states: tuple[str, ...], title: str, icon: str
) -> Pile:
    url = reverse("publishing:desk_messages")
    piles = [by_state[state] for state in states if state in by_state]
    count = sum(pile.count for pile in piles)
    lines: list[Line] = []
    told: Counter[tuple[int, str]] = Counter()
    for pile in piles:
        act, words = MESSAGE_VERBS[pile.state]()
        for row in pile.rows[: SHOWN - len(lines)]:
            case, body = row.message.case, row.message.body
            about = [case.number, place_of(case), words, Truncator(body).chars(SAID)]
            told[case.pk, body] += 1
            if (nth := told[case.pk, body]) > 1:  # the same to somebody else who asked the same
                about.append(_("第 %(n)s 位提问人") % {"n": nth})
            lines.append(Line(case.title, url, "，".join(about), act))
    return Pile(key, title, icon, count, lines, count - len(lines), url, _("现在没有。"))


def _households(actor: Actor) -> Pile:
    waiting = memberships_to_check(actor)
    count = waiting.count()
    url = reverse("people:desk_households")
    lines = [
        Line(
            f"{home.estate.name} {home.building}",
            url,
            _("%(name)s，写于 %(day)s")
            % {
                "name": home.person.nickname or _("居民"),
                "day": day_words(home.claimed_at.date(), False, with_year=False),
            },
            _("核实"),
        )
        for home in (waiting[:SHOWN] if count else [])
    ]
    nothing = _("没有等核实的住户。")
    return Pile("households", _("要核实的住户"), "home", count, lines, count - len(lines), url, nothing)


def street_work(desk: Desk) -> None:
    """Escalated to the street, waiting for it, to be brought by it, communities without a secretary, the laggards."""
    desk.add(
        desk.cases.pile("at_street", _("上报到街镇"), "arrow-up-right", _("没有上报到街镇的。"), is_late=True)
    )
    desk.add(desk.cases.waiting())
    stand_in(desk)
    desk.add(_vacancies(desk.duties.vacant))
    desk.board.tables["communities"] = community_rows(desk.actor, desk.now)


def _vacancies(vacant: tuple[Area, ...]) -> Pile:
    lines = [
        Line(
            area.name,
            ledger_url("open", area=area.path),
            _("没有在任的书记，由您代行（代）"),
            _("看这里的事"),
        )
        for area in vacant[:SHOWN]
    ]
    url, nothing = reverse("people:desk_people"), _("各社区都有书记。")
    rest = len(vacant) - len(lines)
    return Pile("vacancies", _("书记空缺的社区"), "user", len(vacant), lines, rest, url, nothing)


@dataclass(frozen=True)
class CommunityRow:
    name: str
    url: str
    now: Standing
    year: Figures


def community_rows(actor: Actor, now: datetime) -> list[CommunityRow]:
    """The street's communities with open, overdue and on-time figures, most overdue first: four queries."""
    paths = tuple(scope.path for scope in actor.scopes(Role.STREET_OFFICER))
    areas = list(areas_public().filter(level=Area.Level.COMMUNITY).values_list("pk", "name", "path"))
    every = dict(Area.objects.values_list("pk", "path"))
    standing = standing_by(cases_public(), "area_id", now)
    year = figures_by(cases_of_year(now), "area_id", now)
    rows: list[CommunityRow] = []
    for _pk, name, path in areas:
        if not path.startswith(paths):
            continue
        inside = [pk for pk, known in every.items() if known.startswith(path)]
        rows.append(
            CommunityRow(
                name=name,
                url=ledger_url("overdue", area=path),
                now=together(standing[pk] for pk in inside if pk in standing),
                year=total((year[pk] for pk in inside if pk in year), now),
            )
        )
    return sorted(rows, key=lambda row: (-row.now.overdue, -row.now.open, row.name))[:MOST_LAGGARDS]


def district_work(desk: Desk) -> None:
    """Escalated to the district, what it has to bring, the streets side by side, policies that take effect later."""
    desk.add(
        desk.cases.pile("at_district", _("上报到区"), "arrow-up-right", _("没有上报到区的。"), is_late=True)
    )
    desk.add(
        desk.cases.pile("at_street", _("上报到街镇"), "arrow-up-right", _("没有上报到街镇的。"), is_late=True)
    )
    stand_in(desk)
    desk.add(_policies_coming(desk.actor))
    desk.board.tables["streets"] = sorted(street_rows(desk.now), key=lambda row: -row.now.overdue)


def _policies_coming(actor: Actor) -> Pile:
    coming = [policy for policy in policies_for_desk(actor) if policy.coming is not None]
    lines = [
        Line(
            policy.title,
            reverse("policies:desk_policy", args=[policy.name]),
            _("%(day)s起生效") % {"day": day_words(policy.coming.effective_from, False, with_year=True)},
            _("看改了什么"),
        )
        for policy in coming[:SHOWN]
        if policy.coming is not None
    ]
    url, nothing = reverse("policies:desk_policies"), _("没有等生效的规定。")
    rest = len(coming) - len(lines)
    return Pile("policies", _("要生效的规定"), "calendar", len(coming), lines, rest, url, nothing)


def audit_work(desk: Desk) -> None:
    """An auditor decides nothing: the ways into the records."""
    desk.board.tables["ways"] = [
        (_("核验记录"), reverse("audit:verify"), _("每天的存档校验码，下载一件事的全部记录来核对。")),
        (_("联系方式查看记录"), reverse("people:desk_openings"), _("谁、什么时候、为什么看了联系方式。")),
        (_("台账"), reverse("ledger:desk_cases"), _("每件事的经过，按时率按最初期限算。")),
        (_("人员和角色"), reverse("people:desk_people"), _("谁在什么地方任什么职，从哪天到哪天。")),
        (_("规则"), reverse("policies:desk_policies"), _("现行和以前的规定，哪天生效。")),
    ]
    desk.board.tables["anchor"] = latest_anchor()


JOB_WORDS: dict[str, Callable[[], str]] = {
    "todo": lambda: _("等着做"),
    "doing": lambda: _("正在做"),
    "failed": lambda: _("没做成"),
}


def technical_state(desk: Desk) -> None:
    """Queues, imports and the anchor: nothing of a person."""
    jobs = dict(
        ProcrastinateJob.objects.filter(status__in=list(JOB_WORDS))
        .order_by()
        .values_list("status")
        .annotate(n=Count("pk"))
    )
    failed = (
        ProcrastinateJob.objects.filter(status="failed")
        .order_by()
        .values_list("task_name")
        .annotate(n=Count("pk"))
    )
    desk.board.tables["jobs"] = [(words(), jobs.get(status, 0)) for status, words in JOB_WORDS.items()]
    desk.board.tables["failed_tasks"] = list(failed)
    desk.board.tables["imports_running"] = Import.objects.filter(state=Import.State.RUNNING).count()
    desk.board.tables["anchor"] = latest_anchor()


BUILDERS: tuple[tuple[Role, Callable[[Desk], None]], ...] = (
    (Role.DISTRICT_OFFICER, district_work),
    (Role.STREET_OFFICER, street_work),
    (Role.SECRETARY, daily_work),
    (Role.SECRETARY, reports_to_do),
    (Role.SECRETARY, meetings_to_run),
    (Role.DISTRICT_OFFICER, complaints_to_settle),
    (Role.STREET_OFFICER, complaints_to_settle),
    (Role.SECRETARY, complaints_to_settle),
    (Role.COMPANY_ADMIN, daily_work),
    (Role.COMPANY_ADMIN, reports_to_do),
    (Role.MANAGER, daily_work),
    (Role.MANAGER, reports_to_do),
    (Role.COMMUNITY_WORKER, community_round),
    (Role.TECHNICIAN, look_after),
    (Role.AUDITOR, audit_work),
    (Role.OPERATOR, technical_state),
)
