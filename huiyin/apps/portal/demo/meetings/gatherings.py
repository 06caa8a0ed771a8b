"""The meetings before the ledger is written: their moments, their questions, and the cases these became."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from huiyin.apps.ledger.bulk import History
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.services.assign import Lead
from huiyin.apps.ledger.services.register import AskerDraft
from huiyin.apps.meetings.models import Question
from huiyin.apps.places.models import Estate
from huiyin.apps.portal.demo.meetings.afterwards import Afterwards
from huiyin.apps.portal.demo.meetings.asking import Asked, Questions
from huiyin.apps.portal.demo.meetings.plans import MINUTE, RECORDED, MeetingPlan, Moments, moments_of, plans
from huiyin.apps.portal.demo.reports.calendar import halves
from huiyin.apps.portal.demo.staff import secretary_on
from huiyin.apps.portal.demo.year import Year
from huiyin.domain.access import Actor
from huiyin.domain.ledger_rules import CaseList, Kind, Source


@dataclass
class Gathering:
    """One meeting with everything that is known of it before it is written."""

    plan: MeetingPlan
    moments: Moments
    estates: list[Estate]
    asked: list[Asked]
    secretary: Actor
    worker: Actor
    street: Actor
    managers: dict[int, Actor]
    """By estate: who reports there."""
    companies: dict[int, str]
    """By estate: whose manager that is."""
    difficulty: str = ""
    """Key of the case in which the company asked for help, where that is long ago."""
    histories: dict[str, History] = field(default_factory=dict)

    @property
    def is_recorded(self) -> bool:
        return self.plan.stage in RECORDED


def gather(year: Year, now: datetime) -> list[Gathering]:
    """Draw all meetings, in the order of the plan. The ids of questions are taken now, for the cases to point to."""
    of_half = halves(now.date())
    found = []
    for plan in plans():
        shared = plan.shared(year.share) if year.share < 1 else plan
        found.append(_gathering(shared, moments_of(shared, of_half[plan.half], now), year))
    asked = [each for gathering in found for each in gathering.asked]
    for each, pk in zip(asked, _question_ids(len(asked)), strict=True):
        each.pk = pk
    for gathering in found:
        if gathering.is_recorded:
            afterwards = Afterwards(gathering.plan, gathering.moments.closed_at, year)
            gathering.histories = afterwards.histories(gathering.asked)
            if gathering.plan.help:
                _ask_for_help(gathering)
    return found


def _gathering(plan: MeetingPlan, moments: Moments, year: Year) -> Gathering:
    known = {estate.code: estate for estate in year.ground.estates}
    estates = [known[code] for code in plan.estates]
    area = estates[0].area
    day = moments.sittings[0].planned_at.date()
    served = {estate.pk: year.serving_on(estate, min(day, year.now.date())) for estate in estates}
    return Gathering(
        plan=plan,
        moments=moments,
        estates=estates,
        asked=Questions(plan, moments, estates, year).draw(),
        secretary=secretary_on(year.staff, area, moments.announced_at.date(), year.now.date()),
        worker=year.staff.workers[area.pk],
        street=year.staff.officers[area.parent_id or 0],
        managers={pk: year.staff.managers[row.engagement.pk] for pk, row in served.items()},
        companies={pk: row.engagement.company.name for pk, row in served.items()},
    )


def _question_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Question._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _ask_for_help(gathering: Gathering) -> None:
    """The company's difficulty as a case that the community leads since."""
    estate = gathering.estates[0]
    manager = gathering.managers[estate.pk]
    at = gathering.moments.ended_at - 3 * MINUTE
    gathering.difficulty = f"{gathering.plan.key}/help"
    assigned_at = at + 15 * 60 * MINUTE
    steps: tuple[told.Step, ...] = (
        told.Assigned(
            at=assigned_at,
            by=gathering.secretary,
            case_list=CaseList.SHORT_TERM,
            lead=Lead.of_area(estate.area),
        ),
        told.Started(at=assigned_at + 200 * MINUTE, by=gathering.secretary),
    )
    gathering.histories[gathering.difficulty] = History(
        key=gathering.difficulty,
        at=at,
        by=manager,
        text=gathering.plan.help,
        area=estate.area,
        estate=estate,
        kind=Kind.DIFFICULTY,
        source=Source.MEETING,
        category="fees_common_revenue",
        asker=AskerDraft(person_id=int(manager.key.partition(":")[2])),
        origin_label=gathering.plan.title[:40],
        steps=steps,
    )
