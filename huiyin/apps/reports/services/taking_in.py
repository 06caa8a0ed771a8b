"""Topics of the ledger in demand lists: all of a period when a list is opened, one more while it is collecting."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.apps.ledger.models import Asker, Case, Topic
from huiyin.apps.ledger.selectors import topics_of
from huiyin.apps.ledger.taking_up import Place
from huiyin.apps.places.models import Estate
from huiyin.apps.reports.models import Demand, DemandList, DemandVoice
from huiyin.apps.reports.permissions import check_secretary_of
from huiyin.apps.reports.policies import rules_on
from huiyin.apps.reports.services.witness import locked_list, witness_list
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import OPEN
from huiyin.domain.clocks import due_day
from huiyin.domain.demands import DemandListStatus, VoiceSource
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import Source
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.report_periods import check_begins_a_month, whole_period

LONGEST_TITLE = 60


def next_period(estate: Estate, begins_on: date | None, months: int) -> Period:
    """It follows the estate's last list; the first one begins where the secretary says."""
    last = DemandList.objects.filter(estate=estate).aggregate(to=Max("period_to"))["to"]
    if last is not None:
        return whole_period(last + timedelta(days=1), months)
    if begins_on is None:
        raise RuleBroken("这是第一份清单，请选定报告期从哪个月开始。", code="period.first", field="begins_on")
    check_begins_a_month(begins_on)
    return whole_period(begins_on, months)


def fill_from_topics(demand_list: DemandList, now: datetime) -> int:
    """One line for each topic of the period, one voice for everybody who waits for one of its cases.

    What the hotline brought before, and what is still open without having stood in a list, counts as well.
    """
    waiting = _waiting_cases(demand_list.estate)
    topics: list[Any] = list(
        topics_of(demand_list.estate, demand_list.period_from, due_day(now), also=waiting)
    )
    lines = Demand.objects.bulk_create(_line(demand_list, topic, now) for topic in topics)
    _add_voices(demand_list, lines, waiting, now)
    return len(lines)


def take_in(topic: Topic, by: Actor, now: datetime) -> None:
    """Into the list the estate is collecting, as a line that others may join; without one it waits for the next."""
    demand_list = _collecting(topic.estate)
    if demand_list is None:
        return
    demand_list = locked_list(demand_list)
    if not demand_list.is_open:
        return
    by = check_secretary_of(by, demand_list.estate)
    waiting = _waiting_cases(demand_list.estate)
    found: Any = topics_of(demand_list.estate, demand_list.period_from, due_day(now), also=waiting)
    counted = found.get(pk=topic.pk)
    line = Demand.objects.filter(demand_list=demand_list, topic=topic).first()
    if line is None:
        line = _line(demand_list, counted, now)
    line.case_count = counted.case_count
    line.save()
    added = _add_voices(demand_list, [line], waiting, now)
    witness_list(
        demand_list,
        "topic_taken_in",
        by=by,
        now=now,
        public={"demand": line.pk, "topic": topic.pk, "voices": added},
        texts={"title": line.title},
    )


def give_back(case: Case, by: Actor, now: datetime) -> None:
    """Take what this case says out of the list that is collecting; a line nobody else stands behind goes with it.

    A confirmed list stands still: RuleBroken.
    """
    voices = DemandVoice.objects.filter(case=case).select_related("demand__demand_list__estate__area")
    for voice in voices:
        line, demand_list = voice.demand, locked_list(voice.demand.demand_list)
        if not demand_list.is_open:
            raise RuleBroken(
                "%(period)s的核心诉求清单已经确认，里面有这件事，不能再撤回。",
                code="demands.confirmed_with_case",
                period=_words_of(Period(demand_list.period_from, demand_list.period_to)),
            )
        signs = check_secretary_of(by, demand_list.estate)
        voice.delete()
        alone = not (line.voices.exists() or line.merged_demands.exists() or line.case_id)
        said = {"demand": line.pk, "case": case.number, "line_removed": alone}
        if alone:
            line.delete()
        else:
            line.case_count = max(line.case_count - 1, 0)
            line.save(update_fields=["case_count"])
        witness_list(demand_list, "topic_given_back", by=signs, now=now, public=said)


def place_of(topic: Topic, now: datetime) -> Place:
    """The newest list that holds the topic, or the one that will."""
    line = (
        Demand.objects.filter(topic=topic).select_related("demand_list").order_by("-demand_list_id").first()
    )
    if line is not None:
        return _place_of_line(line)
    last = DemandList.objects.filter(estate=topic.estate_id).aggregate(to=Max("period_to"))["to"]
    url = reverse("reports:desk_demands")
    if last is None:
        return Place(
            _("这个小区还没有收集过核心诉求。开始收集第一份清单时，只要这件事还没办完，就会列入。"), url
        )
    period = whole_period(last + timedelta(days=1), rules_on(now).values.period_months)
    if period.from_on <= due_day(now):
        words = _(
            "现在没有在收集的清单。%(period)s的清单可以开始收集了，开始时只要这件事还没办完，就会列入。"
        )
    else:
        words = _("现在没有在收集的清单。下一份是%(period)s的，开始收集时只要这件事还没办完，就会列入。")
    return Place(words % {"period": _words_of(period)}, url)


def _place_of_line(line: Demand) -> Place:
    demand_list = line.demand_list
    url = (
        f"{reverse('reports:desk_demand_list', args=[demand_list.pk])}?line={line.merged_into_id or line.pk}"
    )
    if line.set_aside_reason:
        words = _("%(period)s的核心诉求清单里，这条已经定为不列入：%(why)s要列入，请在清单里恢复。")
    elif demand_list.is_open:
        words = _("已列入正在收集的核心诉求清单，报告期是%(period)s。")
    else:
        words = _("已在%(period)s的核心诉求清单里，清单已经确认。")
    period = _words_of(Period(demand_list.period_from, demand_list.period_to))
    return Place(words % {"period": period, "why": line.set_aside_sentence}, url)


def _collecting(estate: Estate) -> DemandList | None:
    return DemandList.objects.filter(estate=estate, status=DemandListStatus.OPEN).first()


def _waiting_cases(estate: Estate) -> list[int]:
    """Open cases of the hotline in a topic that no list has held."""
    held = DemandVoice.objects.filter(demand__demand_list__estate=estate, case__isnull=False)
    cases = Case.objects.filter(
        estate=estate, topic__isnull=False, source=Source.HOTLINE, status__in=sorted(OPEN)
    )
    return list(cases.exclude(pk__in=held.values("case_id")).values_list("pk", flat=True))


def _line(demand_list: DemandList, topic: Any, now: datetime) -> Demand:
    return Demand(
        demand_list=demand_list,
        title=topic.title[:LONGEST_TITLE],
        category=topic.category,
        topic=topic,
        case_count=topic.case_count,
        is_read=True,
        added_at=now,
    )


def _add_voices(
    demand_list: DemandList, lines: Iterable[Demand], waiting: Collection[int], now: datetime
) -> int:
    """Everybody who waits for a case of these lines' topics and has no voice in the list yet."""
    by_topic = {line.topic_id: line for line in lines}
    of_the_period = Q(
        case__registered_at__date__gte=demand_list.period_from, case__registered_at__date__lte=due_day(now)
    )
    askers = Asker.objects.filter(of_the_period | Q(case__in=list(waiting)), case__topic__in=by_topic)
    voices = [
        DemandVoice(
            demand=by_topic[asker.case.topic_id],
            source=VoiceSource.TOPIC,
            text=asker.case.title,
            building=asker.case.building,
            person_id=asker.person_id,
            household_id=asker.household_id,
            case=asker.case,
            said_at=asker.joined_at,
            # No request can send a key like this one, which would keep the list from being opened.
            idempotency_key=f"demands:{demand_list.pk}:asker:{asker.pk}",
        )
        for asker in askers.select_related("case").order_by("pk")
    ]
    known = set(
        DemandVoice.objects.filter(
            idempotency_key__in=[voice.idempotency_key for voice in voices]
        ).values_list("idempotency_key", flat=True)
    )
    return len(
        DemandVoice.objects.bulk_create(voice for voice in voices if voice.idempotency_key not in known)
    )


def _words_of(period: Period) -> str:
    first, last = period.from_on, period.to_on
    end = f"{last.month}月" if first.year == last.year else f"{last.year}年{last.month}月"
    return f"{first.year}年{first.month}月至{end}"
