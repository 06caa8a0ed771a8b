"""Opening a demand list, putting its lines in order, confirming it and sending it to the company."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.origins import Origin
from huiyin.apps.ledger.services.register import AskerDraft, register_case
from huiyin.apps.ledger.services.topics import put_in_topic
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import current_engagement
from huiyin.apps.reports.models import Demand, DemandList, Report
from huiyin.apps.reports.permissions import check_secretary_of
from huiyin.apps.reports.policies import reason_for, rules_of, rules_on
from huiyin.apps.reports.services.taking_in import LONGEST_TITLE, fill_from_topics, next_period
from huiyin.apps.reports.services.witness import fresh, locked_list, open_list, witness_list
from huiyin.apps.reports.voices import by_weight, counts_of
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.demands import DemandListStatus
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import Source
from huiyin.domain.report_workflow import WRITABLE
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

ORIGIN = "reports.demand"


@transaction.atomic
def open_demand_list(
    *,
    estate: Estate,
    by: Actor,
    begins_on: date | None = None,
    collects_until: date | None = None,
    now: datetime | None = None,
) -> DemandList:
    """Begin collecting for the next period, filled with the ledger's topics and everybody behind their cases.

    The period follows the estate's last list; for the first one the secretary chooses the month it begins.
    """
    now = now or clock()
    by = check_secretary_of(by, estate)
    # The estate is locked: two who press the button at once open one list.
    estate = (
        Estate.objects.select_for_update(of=("self",), no_key=True).select_related("area").get(pk=estate.pk)
    )
    today = due_day(now)
    policy = rules_on(now)
    period = next_period(estate, begins_on, policy.values.period_months)
    if period.from_on > today:
        raise RuleBroken("这个报告期还没有开始。", code="period.not_begun", field="begins_on")
    if DemandList.objects.filter(estate=estate, status=DemandListStatus.OPEN).exists():
        raise RuleBroken("这个小区还有一份诉求清单在收集，先确认那一份。", code="demands.one_is_open")
    collects_until = collects_until or today + timedelta(days=policy.values.demands.collect_days)
    if collects_until < today:
        raise RuleBroken(
            "收集的最后一天不能早于今天。", code="demands.collects_until", field="collects_until"
        )
    demand_list = DemandList.objects.create(
        estate=estate,
        period_from=period.from_on,
        period_to=period.to_on,
        collects_until=collects_until,
        policy_version=policy.version,
        opened_at=now,
        opened_by_label=by.label[:80],
    )
    filled = fill_from_topics(demand_list, now)
    witness_list(
        demand_list,
        "demand_list_opened",
        by=by,
        now=now,
        public={
            "estate": estate.code,
            "period_from": period.from_on.isoformat(),
            "period_to": period.to_on.isoformat(),
            "collects_until": collects_until.isoformat(),
            "policy": policy.version,
            "topics": filled,
        },
        begins_stream=True,
    )
    return demand_list


@transaction.atomic
def word_demand(
    demand: Demand, *, by: Actor, title: str, category: str = "", now: datetime | None = None
) -> Demand:
    """The secretary puts a line into words; from then on others may join it."""
    now = now or clock()
    demand_list = open_list(demand.demand_list)
    by = check_secretary_of(by, demand_list.estate)
    demand = fresh(demand)
    title = mask(title.strip())[:LONGEST_TITLE]
    if not title:
        raise RuleBroken("请给这条诉求写一句话。", code="demand.no_title", field="title")
    demand.title, demand.category, demand.is_read = title, category, True
    demand.save(update_fields=["title", "category", "is_read"])
    witness_list(
        demand_list,
        "demand_worded",
        by=by,
        now=now,
        public={"demand": demand.pk, "category": category},
        texts={"title": title},
    )
    return demand


@transaction.atomic
def merge_demands(demand: Demand, *, into: Demand, by: Actor, now: datetime | None = None) -> Demand:
    """The same matter twice: its voices stay with it and count for the other line. What it had taken in follows it."""
    now = now or clock()
    demand_list = open_list(demand.demand_list)
    by = check_secretary_of(by, demand_list.estate)
    demand, into = fresh(demand), fresh(into)
    if into.demand_list_id != demand.demand_list_id:
        raise RuleBroken("只能合并同一份清单里的诉求。", code="demand.other_list", field="into")
    if into.pk == demand.pk:
        raise RuleBroken("不能并入自己。", code="demand.same", field="into")
    if not (demand.stands and into.stands):
        raise RuleBroken("已经合并或不列入的诉求，先恢复再合并。", code="demand.does_not_stand")
    demand.merged_into = into
    demand.save(update_fields=["merged_into"])
    followed = demand.merged_demands.order_by("pk")
    moved = list(followed.values_list("pk", flat=True))
    followed.update(merged_into=into)
    witness_list(
        demand_list,
        "demands_merged",
        by=by,
        now=now,
        public={"demand": demand.pk, "into": into.pk, "followed": moved},
    )
    return demand


@transaction.atomic
def unmerge_demand(demand: Demand, *, by: Actor, now: datetime | None = None) -> Demand:
    """A line stands for itself again, with its own voices."""
    now = now or clock()
    demand_list = open_list(demand.demand_list)
    by = check_secretary_of(by, demand_list.estate)
    demand = fresh(demand)
    if demand.merged_into_id is None:
        raise RuleBroken("这条诉求没有合并过。", code="demand.not_merged")
    demand.merged_into = None
    demand.save(update_fields=["merged_into"])
    witness_list(demand_list, "demand_unmerged", by=by, now=now, public={"demand": demand.pk})
    return demand


@transaction.atomic
def set_aside(
    demand: Demand, *, by: Actor, reason_code: str, words: str = "", now: datetime | None = None
) -> Demand:
    """Leave a line out of the list, for a public reason of the policy's list."""
    now = now or clock()
    demand_list = open_list(demand.demand_list)
    by = check_secretary_of(by, demand_list.estate)
    demand = fresh(demand)
    if not demand.stands:
        raise RuleBroken("已经合并或不列入的诉求，先恢复再处理。", code="demand.does_not_stand")
    reason = reason_for(rules_of(demand_list).demands.set_aside, reason_code, words)
    demand.set_aside_reason = reason.code
    demand.set_aside_sentence = reason.sentence
    demand.set_aside_words = mask(words.strip())
    demand.save(update_fields=["set_aside_reason", "set_aside_sentence", "set_aside_words"])
    witness_list(
        demand_list,
        "demand_set_aside",
        by=by,
        now=now,
        public={"demand": demand.pk, "reason": reason.code},
        texts={"sentence": reason.sentence, "words": demand.set_aside_words},
    )
    return demand


@transaction.atomic
def take_up_again(demand: Demand, *, by: Actor, now: datetime | None = None) -> Demand:
    """A line that was set aside stands again."""
    now = now or clock()
    demand_list = open_list(demand.demand_list)
    by = check_secretary_of(by, demand_list.estate)
    demand = fresh(demand)
    if not demand.set_aside_reason:
        raise RuleBroken("这条诉求本来就在清单里。", code="demand.not_set_aside")
    demand.set_aside_reason = demand.set_aside_sentence = demand.set_aside_words = ""
    demand.save(update_fields=["set_aside_reason", "set_aside_sentence", "set_aside_words"])
    witness_list(demand_list, "demand_taken_up", by=by, now=now, public={"demand": demand.pk})
    return demand


@transaction.atomic
def confirm(demand_list: DemandList, *, by: Actor, now: datetime | None = None) -> DemandList:
    """The secretary confirms: lines are ranked by weight and their counts stand still. Public from here on."""
    now = now or clock()
    demand_list = open_list(demand_list)
    by = check_secretary_of(by, demand_list.estate)
    ranked = by_weight(demand_list.demands.all(), counts_of(demand_list))
    for rank, line in enumerate(ranked, start=1):
        line.demand.rank = rank
        line.demand.weight = line.count.weight
        line.demand.household_count = line.count.household_count
        line.demand.voice_count = line.count.voice_count
    Demand.objects.bulk_update(
        [line.demand for line in ranked], ["rank", "weight", "household_count", "voice_count"]
    )
    demand_list.status = DemandListStatus.CONFIRMED
    demand_list.confirmed_at = now
    demand_list.confirmed_by_label = by.label[:80]
    demand_list.save(update_fields=["status", "confirmed_at", "confirmed_by_label"])
    witness_list(
        demand_list,
        "demand_list_confirmed",
        by=by,
        now=now,
        public={
            "demands": [
                {
                    "demand": line.demand.pk,
                    "weight": line.count.weight,
                    "households": line.count.household_count,
                    "voices": line.count.voice_count,
                }
                for line in ranked
            ]
        },
    )
    return demand_list


@transaction.atomic
def send(demand_list: DemandList, *, by: Actor, now: datetime | None = None) -> DemandList:
    """Hand the confirmed list to the company that serves the estate; its unfinished report is written for it."""
    now = now or clock()
    demand_list = locked_list(demand_list)
    by = check_secretary_of(by, demand_list.estate)
    if demand_list.status != DemandListStatus.CONFIRMED:
        raise RuleBroken("先确认清单，再交给物业企业；交过的不用再交。", code="demands.not_confirmed")
    engagement = current_engagement(demand_list.estate, due_day(now))
    if engagement is None:
        raise RuleBroken("这个小区现在没有物业企业，清单交不出去。", code="demands.nobody_serves")
    demand_list.status = DemandListStatus.SENT
    demand_list.sent_at = now
    demand_list.sent_to = engagement
    demand_list.save(update_fields=["status", "sent_at", "sent_to"])
    Report.objects.filter(
        estate=demand_list.estate,
        demand_list=None,
        status__in=sorted(WRITABLE),
        period_from__lte=demand_list.period_to,
        period_to__gte=demand_list.period_from,
    ).update(demand_list=demand_list)
    witness_list(
        demand_list,
        "demand_list_sent",
        by=by,
        now=now,
        public={"engagement": engagement.pk, "company": engagement.company.credit_code},
    )
    return demand_list


@transaction.atomic
def register_demand_case(demand: Demand, *, by: Actor, now: datetime | None = None) -> Case:
    """What cannot wait for the report becomes a case of the ledger; no demand does by itself."""
    now = now or clock()
    demand_list = locked_list(demand.demand_list)
    estate = demand_list.estate
    by = check_secretary_of(by, estate)
    demand = fresh(demand)
    if demand.case_id is not None:
        raise RuleBroken("这条诉求已经登记为台账事项。", code="demand.has_a_case")
    if demand.merged_into_id is not None:
        raise RuleBroken("已经合并的诉求，请在并入的那一条上登记。", code="demand.does_not_stand")
    first = demand.voices.filter(person__isnull=False).order_by("said_at", "pk").first()
    said = first or demand.voices.order_by("said_at", "pk").first()
    demand.case = register_case(
        by=by,
        text=said.text if said and said.text != demand.title else demand.title,
        title=demand.title,
        estate=estate,
        area=estate.area,
        category=demand.category,
        source=Source.DEMAND_LIST,
        origin=Origin(ORIGIN, str(demand.pk)),
        asker=AskerDraft(person_id=first.person_id, household_id=first.household_id) if first else None,
        now=now,
    )
    if demand.topic is not None:
        put_in_topic([demand.case], topic=demand.topic, by=by, now=now)
    demand.save(update_fields=["case"])
    witness_list(
        demand_list,
        "demand_registered",
        by=by,
        now=now,
        public={"demand": demand.pk, "case": demand.case.number},
    )
    return demand.case
