"""My work today, by role: piles of at most five things with a verb each, and honestly how many more there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case as SqlCase
from django.db.models import CharField, Count, IntegerField, Min, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.apps.ledger.desk_selectors import (
    DECISIONS,
    Duties,
    below,
    bulletins_for_desk,
    condition_of,
    counts,
)
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.models.cases import LeadKind
from huiyin.apps.ledger.selectors import cases_for_desk
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import Status
from huiyin.domain.clocks import days_late
from huiyin.web.dates import due_hour

SHOWN = 5

VERBS = {
    "to_assign": gettext_noop("分派"),
    "extension_asked": gettext_noop("批改期"),
    "lead_to_decide": gettext_noop("定主办"),
    "lead_to_accept": gettext_noop("接或不接"),
    "give_up_proposed": gettext_noop("定能不能解决"),
    "reopening_to_decide": gettext_noop("定要不要再办"),
    "objections": gettext_noop("答复异议"),
}
WORDS = {
    "to_assign": gettext_noop("还没有分派"),
    "extension_asked": gettext_noop("申请改期"),
    "lead_to_decide": gettext_noop("对方没接，等您定由谁主办"),
    "lead_to_accept": gettext_noop("请您这边主办"),
    "give_up_proposed": gettext_noop("主办单位说解决不了"),
    "reopening_to_decide": gettext_noop("居民又说没办好"),
    "objections": gettext_noop("提问人不同意结果"),
}
TO_DO = {
    Status.ASSIGNED: (gettext_noop("开始办理"), gettext_noop("已分派给您")),
    Status.IN_PROGRESS: (gettext_noop("写答复"), gettext_noop("办理中")),
    Status.REOPENED: (gettext_noop("再办"), gettext_noop("居民说没办好")),
}


@dataclass(frozen=True)
class Line:
    """One thing to do: what it is, a word on it, and the verb that leads there."""

    title: str
    url: str
    meta: str
    act: str


@dataclass(frozen=True)
class Pile:
    """`count` things wait; `lines` shows some of them, `rest` is how many are not shown, at `rest_url`."""

    key: str
    title: str
    icon: str
    count: int
    lines: list[Line]
    rest: int
    rest_url: str
    nothing: str
    is_late: bool = False


@dataclass
class Board:
    """What one person's page holds."""

    piles: list[Pile] = field(default_factory=list)
    tables: dict[str, Any] = field(default_factory=dict)

    @property
    def is_round(self) -> bool:
        """Only the community worker's round: typing in what was brought is the main thing."""
        return bool(self.piles) and self.piles[0].key == "slips"

    @property
    def is_quiet(self) -> bool:
        """Nothing waits and nothing is late."""
        return self.waiting == 0 and not any(pile.is_late and pile.count for pile in self.piles)

    @property
    def waiting(self) -> int | None:
        """How many things wait for this person; piles that may share a case are never added up."""
        apart = [pile.count for pile in self.piles if pile.key in ("waiting", "slips", "calls", "households")]
        return sum(apart) if apart else None


def ledger_url(state: str, **more: str) -> str:
    query = "&".join([f"state={state}", *(f"{name}={value}" for name, value in more.items())])
    return f"{reverse('ledger:desk_cases')}?{query}"


def page_of(case: Case) -> str:
    return reverse("ledger:desk_case", args=[case.number])


def place_of(case: Case) -> str:
    return (
        f"{case.estate.name if case.estate else case.area.name}{' ' if case.building else ''}{case.building}"
    )


class CasePiles:
    """The piles made of cases: one aggregate for all counts, one query for each pile's lines."""

    def __init__(self, actor: Actor, duties: Duties, now: datetime, states: tuple[str, ...]) -> None:
        self.actor, self.duties, self.now = actor, duties, now
        self.cases = cases_for_desk(actor).defer("text", "search")
        self.counts = counts(self.cases, duties, now, states)

    def in_state(self, state: str) -> QuerySet[Case]:
        return self.cases.filter(condition_of(state, self.duties, self.now)).order_by("due_at", "id")

    def verb(self, case: Case) -> str:
        """What this actor does with such a case: its own work, else looking after it."""
        if self.leads(case) and case.status in TO_DO:
            return _(TO_DO[Status(case.status)][0])
        if case.status == Status.REGISTERED and self.duties.decides(case.place_path):
            return _(VERBS["to_assign"])
        return _("看进度")

    def leads(self, case: Case) -> bool:
        if case.lead_kind == LeadKind.COMPANY:
            return case.lead_path.startswith(self.duties.company)
        if case.lead_kind == LeadKind.AREA:
            return case.lead_path in self.duties.own_areas
        return case.lead_kind != "" and self.duties.decides(case.place_path)

    def pile(self, state: str, title: str, icon: str, nothing: str, *, is_late: bool = False) -> Pile:
        count = self.counts[state]
        rows = list(self.in_state(state)[:SHOWN]) if count else []
        lines = [Line(case.title, page_of(case), self.words(case), self.verb(case)) for case in rows]
        return Pile(state, title, icon, count, lines, count - len(lines), ledger_url(state), nothing, is_late)

    def words(self, case: Case) -> str:
        late = days_late(case.due_at, self.now)
        parts = [case.number, place_of(case)]
        if late > 0:
            parts.append(_("逾期 %(days)s 天") % {"days": late})
        elif hour := due_hour(case.due_at):
            parts.append(_("%(hour)s到期") % {"hour": hour})
        if case.me_too_count:
            parts.append(_("%(count)s 户同问") % {"count": case.me_too_count})
        return _("%(facts)s。%(silence)s") % {"facts": "，".join(parts), "silence": self.silence(case)}

    def silence(self, case: Case) -> str:
        """Who has not done what."""
        if case.status == Status.REGISTERED:
            return _("社区没有分派")
        if case.status == Status.AWAITING_ASKER:
            return _("等提问人补充")
        if case.status == Status.REOPEN_REQUESTED:
            return _("等社区决定")
        if case.lead_kind == LeadKind.COMPANY:
            return _("物业没有答复")
        return _("%(lead)s没有答复") % {"lead": case.lead_label}

    def waiting(self) -> Pile:
        """Decisions first, then the own work; many unassigned cases and the bulletins owed are one line each."""
        count, lines, grouped = self.counts["waiting"], [], 0
        unassigned = self.counts["to_assign"]
        if unassigned > 1:
            grouped = unassigned
            lines.append(
                Line(
                    _("给 %(count)s 件新事项定清单") % {"count": unassigned},
                    ledger_url("to_assign"),
                    _("定清单、主办和期限"),
                    _("一起分派"),
                )
            )
        bulletins = self.bulletins_owed()
        if bulletins["n"]:
            lines.append(
                Line(
                    _("发布 %(count)s 期清单通报") % {"count": bulletins["n"]},
                    reverse("ledger:desk_bulletins"),
                    _("已经晚了") if bulletins["due"] < self.now else _("还没到期"),
                    _("核对后发布"),
                )
            )
        rows = self.ranked(without_unassigned=bool(grouped))[: SHOWN - len(lines)] if count > grouped else []
        lines += [self.waiting_line(case) for case in rows]
        rest = count - grouped - len(rows)
        total = count + bulletins["n"]
        nothing = _("没有等您处理的事。")
        return Pile("waiting", _("等我处理"), "hand-stop", total, lines, rest, ledger_url("waiting"), nothing)

    def bulletins_owed(self) -> dict[str, Any]:
        if not self.duties.acts_as_secretary:
            return {"n": 0, "due": None}
        mine = below(self.duties.acts_as_secretary, "estate__area__path")
        owed = bulletins_for_desk(self.actor).filter(mine, issued_at=None).order_by()
        return owed.aggregate(n=Count("pk"), due=Min("due_at"))

    def ranked(self, *, without_unassigned: bool) -> list[Case]:
        """The waiting cases with `why`, the key of the decision, "" for the own work; one query."""
        conditions = [(key, ask(self.duties, self.now)) for key, ask in DECISIONS.items()]
        cases = self.in_state("waiting")
        if without_unassigned:
            cases = cases.exclude(condition_of("to_assign", self.duties, self.now))
        return list(
            cases.annotate(
                why=SqlCase(
                    *(When(condition, then=Value(key)) for key, condition in conditions),
                    default=Value(""),
                    output_field=CharField(),
                ),
                rank=SqlCase(
                    *(When(condition, then=Value(at)) for at, (_key, condition) in enumerate(conditions)),
                    default=Value(len(conditions)),
                    output_field=IntegerField(),
                ),
            ).order_by("rank", "due_at", "id")[:SHOWN]
        )

    def waiting_line(self, case: Case) -> Line:
        why = case.why  # type: ignore[attr-defined]
        verb, words = (VERBS[why], WORDS[why]) if why else TO_DO[Status(case.status)]
        late = days_late(case.due_at, self.now)
        parts = [case.number, place_of(case), _(words)]
        if late > 0:
            parts.append(_("逾期 %(days)s 天") % {"days": late})
        elif hour := due_hour(case.due_at):
            parts.append(_("%(hour)s到期") % {"hour": hour})
        return Line(case.title, page_of(case), "，".join(parts), _(verb))
