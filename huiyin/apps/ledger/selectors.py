"""Reading the ledger: two named readers, filters, topics, the ladder's rounds, the bulletin's lines."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.figures import late
from huiyin.apps.ledger.models import Asker, Bulletin, Case, Escalation, Topic
from huiyin.apps.ledger.permissions import scope_q
from huiyin.apps.places.models import Estate
from huiyin.domain.access import Actor
from huiyin.domain.case_numbers import canonical
from huiyin.domain.case_workflow import OPEN, OWING_A_REPLY, Status
from huiyin.domain.ledger_rules import CaseList
from huiyin.language.words import query_tokens

RECENT_DAYS = 180


def cases_public() -> QuerySet[Case]:
    """Every case; its row holds nothing that may not be shown."""
    return Case.objects.select_related("estate", "area").order_by("-registered_at", "-id")


def cases_for_desk(actor: Actor) -> QuerySet[Case]:
    """The cases inside the actor's scopes."""
    return cases_public().filter(scope_q(actor))


def my_cases(person_id: int) -> QuerySet[Case]:
    """Cases this person asked or joined, also those merged into another one."""
    mine = Asker.objects.filter(case=OuterRef("pk"), person_id=person_id)
    return cases_public().filter(Exists(mine)).select_related("estate", "area", "merged_into")


def _standing_at(*statuses: str) -> Callable[[datetime], Q]:
    return lambda now: Q(status__in=sorted(statuses))


STATES: dict[str, tuple[str, Callable[[datetime], Q]]] = {
    "open": ("没办完的", _standing_at(*OPEN)),
    "owing": ("等答复的", _standing_at(*OWING_A_REPLY)),
    "overdue": ("逾期没答复的", lambda now: Q(status__in=sorted(OWING_A_REPLY), due_at__lt=now)),
    "unassigned": ("没有分派的", _standing_at(Status.REGISTERED)),
    "in_work": ("办理中的", _standing_at(Status.ASSIGNED, Status.IN_PROGRESS, Status.AWAITING_ASKER)),
    "replied": ("等提问人确认的", _standing_at(Status.REPLIED)),
    "not_solved": ("居民说没办好的", _standing_at(Status.REOPENED, Status.REOPEN_REQUESTED)),
    "confirmed": ("居民确认解决的", _standing_at(Status.CONFIRMED)),
    "unconfirmed": ("没有反馈的", _standing_at(Status.UNCONFIRMED)),
    "refused": ("不予受理和解决不了的", _standing_at(Status.REJECTED, Status.NOT_SOLVABLE)),
    "merged": ("已并案的", _standing_at(Status.MERGED)),
    "missed": ("没按最初期限答复的", late),
    "changed_date": ("改过期限的", lambda now: Q(extension_count__gt=0)),
}
"""What a reader may ask for, with the condition at a moment; `missed` is what the figures count as late."""
ORDERS = {
    "": ("-registered_at", "-id"),
    "due": ("due_at", "id"),
    "me_too": ("-me_too_count", "-urge_count", "due_at", "id"),
}


@dataclass(frozen=True)
class CaseFilter:
    """What a reader of the ledger asks for; empty fields filter nothing."""

    estate: str = ""
    area: str = ""
    state: str = ""
    case_list: str = ""
    kind: str = ""
    category: str = ""
    source: str = ""
    text: str = ""
    order: str = ""
    topic: str = ""
    year: str = ""

    @property
    def registered_in(self) -> int:
        """The year of a cohort, 0 for every year."""
        return int(self.year) if self.year.isascii() and self.year.isdecimal() and len(self.year) == 4 else 0

    @property
    def topic_id(self) -> int:
        return int(self.topic) if self.topic.isdecimal() and len(self.topic) < 10 else 0

    def condition(self, now: datetime) -> Q:
        wanted = Q()
        if self.estate:
            wanted &= Q(estate__slug=self.estate)
        if self.area:
            wanted &= Q(place_path__startswith=self.area)
        if self.state in STATES:
            wanted &= STATES[self.state][1](now)
        if self.registered_in:
            wanted &= Q(registered_at__year=self.registered_in)
        for name in ("case_list", "kind", "category", "source"):
            value = getattr(self, name)
            if value:
                wanted &= Q(**{name: value})
        if self.topic_id:
            wanted &= Q(topic_id=self.topic_id)
        if self.text.strip():
            wanted &= self._text_q()
        return wanted

    def apply(self, cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
        return cases.filter(self.condition(now)).order_by(*ORDERS.get(self.order, ORDERS[""]))

    def _text_q(self) -> Q:
        number = canonical(self.text)
        if number:
            return Q(number=number)
        words = query_tokens(self.text)
        found = Q(building__icontains=self.text.strip())
        if words:
            found |= Q(search=_all_of(words))
        return found


def _all_of(words: list[str]) -> SearchQuery:
    query = SearchQuery(words[0], config="simple")
    for word in words[1:]:
        query = query & SearchQuery(word, config="simple")
    return query


def is_overdue(case: Case, now: datetime | None = None) -> bool:
    return case.status in OWING_A_REPLY and (now or timezone.now()) > case.due_at


def candidates_at(estate: Estate, now: datetime) -> QuerySet[Case]:
    """Open and recently closed cases of one estate: where "is it one of these?" looks."""
    return (
        Case.objects.filter(estate=estate)
        .filter(Q(status__in=sorted(OPEN)) | Q(registered_at__gt=now - timedelta(days=RECENT_DAYS)))
        .exclude(status__in=["merged", "withdrawn", "rejected"])
        .order_by("-registered_at")
    )


def topics_of(
    estate: Estate, since: date | None = None, until: date | None = None, *, also: Collection[int] = ()
) -> QuerySet[Topic]:
    """The estate's topics with the number of cases behind them, heaviest first.

    With `since` and `until` only cases registered on those days count, and those of these keys; topics without any
    fall out.
    """
    counted = Q()
    if since:
        counted &= Q(cases__registered_at__date__gte=since)
    if until:
        counted &= Q(cases__registered_at__date__lte=until)
    if counted and also:
        counted |= Q(cases__in=list(also))
    return (
        Topic.objects.filter(estate=estate)
        .annotate(case_count=Count("cases", filter=counted or None, distinct=True))
        .filter(case_count__gt=0)
        .order_by("-case_count", "title")
    )


def round_of(case: Case, reason: str) -> int:
    """A step is taken once a round: what is overdue for each promise, the other reasons between two replies."""
    return case.ladder_round if reason == Escalation.Reason.OVERDUE else case.reopened_count


def steps_of_round() -> QuerySet[Escalation]:
    """`round_of` for a subquery: the steps a case, the outer row, has taken in its present rounds."""
    overdue = Q(reason=Escalation.Reason.OVERDUE)
    return Escalation.objects.filter(
        overdue & Q(round=OuterRef("ladder_round")) | ~overdue & Q(round=OuterRef("reopened_count")),
        case=OuterRef("pk"),
    )


def bulletins_public(estate: Estate) -> QuerySet[Bulletin]:
    return Bulletin.objects.filter(estate=estate).select_related("estate__area").order_by("-month")


def bulletin_lines(estate: Estate, *, month: date, now: datetime) -> dict[str, Any]:
    """What a bulletin says, as plain data: the three lists' open cases, and what the month settled.

    Shape: {"as_of", "registered": how many in the month, "lists": {list: [line…]}, "confirmed": [line…]} with
    line = number, title, building, lead, me_too, first_due_on, due_on, status, is_overdue.
    """
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    cases = Case.objects.filter(estate=estate)
    open_cases = cases.filter(status__in=sorted(OPEN)).order_by("due_at", "id")
    lists: dict[str, list[dict[str, Any]]] = {str(name): [] for name in CaseList}
    for case in open_cases:
        lists[case.case_list].append(_line(case, now))
    confirmed = cases.filter(
        status=Status.CONFIRMED, settled_at__date__gte=month, settled_at__date__lt=following
    ).order_by("settled_at")
    registered = cases.filter(registered_at__date__gte=month, registered_at__date__lt=following)
    return {
        "as_of": now.isoformat(),
        "registered": registered.count(),
        "lists": lists,
        "confirmed": [_line(case, now) for case in confirmed],
    }


def _line(case: Case, now: datetime) -> dict[str, Any]:
    return {
        "number": case.number,
        "title": case.title,
        "building": case.building,
        "lead": case.lead_label,
        "me_too": case.me_too_count,
        "first_due_on": limits.day_of(case.first_due_at).isoformat(),
        "due_on": limits.day_of(case.due_at).isoformat(),
        "status": case.status,
        "is_overdue": is_overdue(case, now),
    }
