"""Loading the fictional district: it is whole, believable and consistent, and never mixes with real data."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Sum

from huiyin.analytics.child import Text, answer
from huiyin.analytics.reading import looking
from huiyin.apps.audit.models import Anchor
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.hotline.asking import LOOK
from huiyin.apps.hotline.models import (
    HotlineCase,
    HotlineCount,
    HotlineImport,
    HotlineTopic,
    PublishedRank,
    UnknownName,
)
from huiyin.apps.ledger.figures import figures
from huiyin.apps.ledger.models import Bulletin, Case, ReplyPhoto, Topic
from huiyin.apps.ledger.selectors import cases_public
from huiyin.apps.ledger.services.escalate import tend
from huiyin.apps.meetings.balance import balance_of
from huiyin.apps.meetings.clock import clock_of
from huiyin.apps.meetings.limits import policy
from huiyin.apps.meetings.models import (
    CheckIn,
    CommitteeTerm,
    ConsultationResult,
    Forum,
    ForumItem,
    Meeting,
    Question,
    RatingCast,
)
from huiyin.apps.meetings.permissions import can_run, scope_q
from huiyin.apps.meetings.services.forums import open_forums
from huiyin.apps.meetings.services.minutes import lock_due
from huiyin.apps.people.models import Contact
from huiyin.apps.people.selectors import actor_of, secretary_is_vacant
from huiyin.apps.people.services import person_of_phone
from huiyin.apps.places.models import Area, Company, Engagement, Estate
from huiyin.apps.portal.demo.ground import HANDING_OVER
from huiyin.apps.portal.demo.hotline.calls import CALLS
from huiyin.apps.portal.demo.hotline.published import OURS
from huiyin.apps.portal.demo.loading import load, reset
from huiyin.apps.portal.demo.staff import SHOWN, TAKING_OVER, TO_MEND, phone
from huiyin.apps.publishing.models import Message
from huiyin.apps.reports.desk_reading import engagements_to_hand_over, rows_for_desk, waits_q
from huiyin.apps.reports.models import (
    Account,
    Claim,
    ClaimVerdict,
    CommitmentAccount,
    CommitmentMove,
    DemandList,
    Excuse,
    FrozenTopic,
    Report,
    ReturnReason,
    Revision,
)
from huiyin.apps.reports.permissions import writes_for
from huiyin.apps.upkeep.facts import FactBook
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.domain import credit_codes
from huiyin.domain.account_sums import Line, Stated, wrong_sums
from huiyin.domain.case_workflow import OPEN, Status
from huiyin.domain.claim_verdicts import ClaimedNumber, Verdict, verdict
from huiyin.domain.clocks import BEIJING
from huiyin.domain.demands import DemandListStatus
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import HELD, Phase
from huiyin.domain.meeting_rules import MeetingOutcome
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.question_workflow import Direction, QuestionStatus
from huiyin.domain.report_parts import Side
from huiyin.domain.report_workflow import ReportStatus
from huiyin.domain.silence import Answer
from huiyin.integrations import children
from tests.people import a_person

NOW = datetime(2026, 11, 20, 15, 10, tzinfo=BEIJING)
SHARE = 0.2


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setenv("HUIYIN_NOW", NOW.isoformat())
    return NOW


@pytest.fixture(autouse=True)
def hotline(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Path:
    """A store of the test's own; the bulk side answers in this process, which saves ten starts."""

    def run(module: str, asked: dict[str, Any], told: Any) -> None:
        if module == LOOK:
            looking.answer(asked, told)
        else:
            answer(asked, told, Text())

    monkeypatch.setattr(children, "run", run)
    settings.HOTLINE_FOLDER = tmp_path / "hotline"
    return tmp_path / "hotline"


@pytest.mark.slow
@pytest.mark.django_db
def test_the_district_is_whole_and_a_second_run_changes_nothing(clock: datetime) -> None:
    done = load(now=clock, share=SHARE)
    cases = cases_public()

    assert Counter(Area.objects.values_list("level", flat=True))["street"] == 26
    assert (Estate.objects.count(), Company.objects.count()) == (30, 12)
    assert all(credit_codes.is_valid(code) for code in Company.objects.values_list("credit_code", flat=True))
    assert {str(fee) for fee in Estate.objects.values_list("fee_per_m2", flat=True)} >= {"0.52", "14.80"}
    assert set(Estate.objects.values_list("kind", flat=True)) == set(Estate.Kind.values)
    assert Estate.objects.filter(compound="云杉里大院").count() == 3
    assert Engagement.objects.exclude(ends_on=None).count() == 3
    assert all(number.startswith("1990000") for number in Contact.objects.values_list("phone", flat=True))
    assert secretary_is_vacant(Area.objects.get(name="溪口社区").pk, clock.date())

    assert cases.count() == done.cases
    to_mend = person_of_phone(phone(TO_MEND))
    assert to_mend is not None
    (waiting,) = rows_for_desk(actor_of(to_mend)).filter(waits_q(actor_of(to_mend)))
    assert (waiting.status, waiting.estate.name) == ("returned", "老渡口苑")
    resident = person_of_phone(phone(1))
    assert cases.filter(askers__person=resident, status="replied").exists()
    assert not Message.objects.filter(asker__person=resident, state="failed").exists()
    missing = set(Status) - {Status(status) for status in cases.values_list("status", flat=True)}
    assert missing <= {Status.REOPENED}, "rare in a fifth of the year"
    assert set(cases.values_list("source", flat=True)) == {
        "web",
        "phone",
        "paper",
        "import",
        "meeting",
        "hotline",
    }
    assert set(cases.values_list("case_list", flat=True)) == {"immediate", "short_term", "long_term"}
    assert set(cases.values_list("kind", flat=True)) == {"question", "complaint", "wish", "difficulty"}
    year = figures(cases, clock)
    assert 0.85 < float(year.on_time.value or 0) < 0.96
    assert 0.5 < year.confirmed / year.replied < 0.75
    titles = Counter(cases.values_list("estate", "title"))
    assert max(count for (place, _), count in titles.items() if place) == 1

    # Nothing is left for the periodic task: every step of the ladder and every window was told.
    assert tend(now=clock) == {"resumed": 0, "passed": 0, "closed": 0, "escalated": 0}
    assert list(problems(Counts())) == []
    assert [anchor.day for anchor in Anchor.objects.all()] == [clock.date()]
    assert not cases.filter(registered_at__gt=clock).exists()

    assert Topic.objects.exists()
    assert Bulletin.objects.filter(issued_at=None).exists()
    assert Bulletin.objects.exclude(issued_at=None).exists()
    assert set(Message.objects.values_list("channel", flat=True)) == {"in_site", "sms", "slip", "call"}
    shown = ReplyPhoto.objects.filter(evidence__state=Evidence.State.READY)
    assert shown.filter(moment="before").exists()
    assert shown.filter(moment="after").exists()

    check_reports()
    check_records(clock)
    check_verdicts()
    check_topics()
    check_meetings(clock)
    check_forums(clock)
    check_numbers_follow_the_calendar()
    check_hotline(done.complaints)

    resident = person_of_phone(phone(1))
    assert resident is not None
    assert Case.objects.filter(askers__person=resident, status__in=OPEN).exists()
    for role, number in SHOWN.items():
        person = person_of_phone(phone(number))
        assert person is not None
        assert actor_of(person).roles == {role}

    told = io.StringIO()
    call_command("demo", stdout=told)
    assert "the demo is loaded already" in told.getvalue()
    assert "199-0000-0004" in told.getvalue()
    assert "接手的项目负责人199-0000-0012" in told.getvalue()
    assert "改报告的项目负责人199-0000-0013" in re.sub(r"\s", "", told.getvalue())
    assert Case.objects.count() == done.cases


def check_reports() -> None:
    """Two half-years in every state; the books add up, promises moved, kept, given up and passed on."""
    assert set(DemandList.objects.values_list("status", flat=True)) == set(DemandListStatus)
    assert set(Report.objects.values_list("status", flat=True)) == set(ReportStatus)
    assert Report.objects.values("period_to").filter(period_from__day=1).distinct().count() >= 2
    assert ReturnReason.objects.filter(revision__state="returned", paragraph__gt=0).exists()
    corrected = Report.objects.filter(revisions__number=2).distinct().get()
    assert [each.state for each in corrected.revisions.all()] == ["approved", "approved"]
    for account in Account.objects.prefetch_related("lines"):
        stated = Stated(account.opening, account.stated_income, account.stated_expense, account.closing)
        lines = [Line(Side(line.side), line.amount) for line in account.lines.all()]
        assert wrong_sums(stated, lines) == []
    became = set(CommitmentAccount.objects.values_list("became", flat=True))
    assert became == {"kept", "late", "dropped", "taken", "not_taken"}
    assert CommitmentMove.objects.filter(to_on__gt=F("commitment__first_due_on")).count() >= 3
    changed = Report.objects.filter(estate__code="SYJ01").order_by("period_from")
    assert [each.engagement_id for each in changed][1:] == [
        changed[0].engagement_id,
        changed[2].engagement_id,
    ]
    assert changed[1].period_to == changed[2].period_from - timedelta(days=1)
    # A number has its sheet, or says in public why there is none.
    claims = Claim.objects.exclude(revision__state="draft").filter(evidence=None)
    excused = set(Excuse.objects.filter(missing="evidence").values_list("revision_id", "key"))
    assert {(each.revision_id, str(each.number)) for each in claims} <= excused


def check_records(clock: datetime) -> None:
    """Most numbers are borne out by the records, some cannot be checked, a few deviate; the present month has gaps."""
    tally: Counter[Verdict] = Counter()
    for report in Report.objects.filter(estate__code__in=("YSL01", "YSL02", "YSL03", "SYJ01")):
        book = FactBook(report.engagement, now=clock)
        for claim in Claim.objects.filter(revision__report=report, period_from__isnull=False):
            period = Period(claim.period_from, claim.period_to)
            told = ClaimedNumber(claim.metric, claim.value, claim.unit, period)
            tally[verdict(told, book.of(claim.metric, period, claim.unit), Decimal("0.05")).verdict] += 1
    assert tally[Verdict.SUPPORTED] > 2 * tally[Verdict.UNCHECKABLE] > 0
    assert 3 <= tally[Verdict.DEVIATES] <= 12
    since = clock.date().replace(day=1)
    assert MaintenanceRecord.objects.filter(done_from__gte=since - timedelta(days=20)).exists()
    assert not MaintenanceRecord.objects.filter(recorded_at__gt=clock).exists()


def check_verdicts() -> None:
    """What the records do not bear out is explained in public; what was presented has its verdicts for good."""
    frozen = ClaimVerdict.objects.all()
    assert set(frozen.values_list("verdict", flat=True)) == set(Verdict)
    assert 3 <= frozen.filter(verdict=Verdict.DEVIATES).count() <= 12
    assert not frozen.filter(verdict=Verdict.DEVIATES, claim__explanation="").exists()
    heard = Revision.objects.filter(report__status__in=("presented", "published"), state="approved")
    assert heard.exists()
    assert not heard.filter(verdict_sheet=None).exists()


def check_topics() -> None:
    """Of every approved text stands how it answers what was raised, and some only by pointing at a passage."""
    approved = Revision.objects.filter(state="approved", report__demand_list__demands__rank__isnull=False)
    assert approved.exists()
    assert not approved.filter(frozen_topics=None).exists()
    answers = set(FrozenTopic.objects.values_list("answer", flat=True))
    assert {Answer.PASSAGE, Answer.POINTED} <= answers


def check_meetings(clock: datetime) -> None:
    """Every phase, one of them live with a running clock; each question of those over has its one outcome."""
    meetings = Meeting.objects.select_related("area")
    assert meetings.count() == 12
    assert set(meetings.values_list("phase", flat=True)) == set(Phase)
    assert meetings.filter(phase=Phase.LOCKED).count() >= 3
    outcomes = set(meetings.filter(phase__in=HELD).values_list("outcome", flat=True))
    assert outcomes == set(MeetingOutcome)
    live = meetings.get(phase=Phase.QUESTIONS)
    running = clock_of(live, clock)
    assert running.is_running
    assert running.counted == timedelta(minutes=18)
    secretary, manager = person_of_phone(phone(4)), person_of_phone(phone(5))
    assert secretary is not None
    assert manager is not None
    assert can_run(actor_of(secretary), live)
    (coming,) = engagements_to_hand_over(actor_of(secretary))
    assert coming.estate.code == HANDING_OVER
    successor = person_of_phone(phone(TAKING_OVER))
    assert successor is not None
    assert writes_for(actor_of(successor), coming)
    assert live in meetings.filter(scope_q(actor_of(manager)))
    assert live.questions.filter(status=QuestionStatus.SHOWN).count() > 1
    assert live.current_question is not None
    assert live.difficulties.exists()
    for meeting in meetings.filter(phase__in=HELD):
        assert balance_of(meeting).is_even
        assert not meeting.questions.filter(outcome="", direction=Direction.TO_COMPANY).exists()
        assert meeting.supervision_notes.exists()
    assert all(balance_of(meeting).adds_up for meeting in meetings)
    twice = meetings.get(sittings__ordinal=2)
    assert twice.term is not None
    first = twice.sittings.get(ordinal=1)
    assert sum(
        (each.closed_at - each.opened_at for each in first.intervals.all() if each.closed_at), timedelta()
    ) < timedelta(minutes=30)
    assert twice.outcome == "compliant"
    assert [row.area.name for row in CommitteeTerm.objects.filter(meetings=None)] == ["砚台社区", "石上社区"]
    assert set(CheckIn.objects.values_list("way", flat=True)) == {"code", "list", "paper"}
    assert set(Question.objects.values_list("status", flat=True)) == set(QuestionStatus)
    asked_back = Question.objects.filter(direction=Direction.TO_RESIDENTS)
    assert asked_back.filter(meeting=live).exists()
    assert set(asked_back.filter(meeting__phase=Phase.LOCKED).values_list("status", "outcome", "case")) == {
        (QuestionStatus.ANSWERED, "", None)
    }
    rated = RatingCast.objects.values("meeting").annotate(households=Count("pk"))
    assert all(row["households"] >= policy(clock).rating.min_shown for row in rated)
    assert len(rated) >= 2
    assert ConsultationResult.objects.exists()
    assert lock_due(now=clock) == 0
    assert Case.objects.filter(source="meeting", status="confirmed").exists()


def check_forums(clock: datetime) -> None:
    forums = Forum.objects.all()
    assert forums.filter(closed_at__isnull=False).count() == 3
    assert forums.filter(closed_at=None, due_on__lt=clock.date()).count() == 1
    assert forums.filter(due_on__gte=clock.date()).count() == 30
    assert not ForumItem.objects.filter(forum__closed_at__isnull=False, statement="").exists()
    assert forums.filter(planned_at__gt=clock, items__isnull=False).exists()
    assert open_forums(now=clock) == 0


def check_numbers_follow_the_calendar() -> None:
    """Also cases of meetings long ago: a number never tells of another order than the dates."""
    told = Case.objects.exclude(kind="difficulty").order_by("registered_at", "number")
    for year in (2025, 2026):
        numbers = [number for number in told.values_list("number", flat=True) if number[:2] == str(year)[2:]]
        assert numbers == sorted(numbers)


def check_hotline(stored: int) -> None:
    """Three files in the store and one taken back; each row counted once, names to claim, topics, two cases."""
    states = Counter(HotlineImport.objects.values_list("state", flat=True))
    assert states == {"stored": 3, "undone": 1}
    assert HotlineImport.objects.filter(state="stored", rejected_count__gt=0).exists()
    counted = HotlineCount.objects.aggregate(all=Sum("complaints"), again=Sum("same_caller_again"))
    assert counted["all"] == stored == round(CALLS * SHARE) + 2
    assert counted["again"] > 0
    of_property = HotlineCount.objects.filter(property_related=True).aggregate(all=Sum("complaints"))["all"]
    assert 0.5 < of_property / stored < 0.75
    by_estate = HotlineCount.objects.exclude(estate=None).values("estate").distinct()
    assert by_estate.count() == Estate.objects.count()
    assert HotlineCount.objects.filter(estate=None, property_related=True).exists()
    assert UnknownName.objects.filter(state="open").exists()
    assert HotlineTopic.objects.filter(complaint_count__gt=2).exists()
    assert sorted(HotlineCase.objects.values_list("rule", flat=True)) == ["", "urgent_safety"]
    assert Counter(PublishedRank.objects.values_list("period", flat=True)) == {"2026-Q2": 100, "2026-Q3": 100}
    ours = PublishedRank.objects.exclude(estate=None).values_list("name", flat=True)
    assert set(ours) == {name for places in OURS for name in places}


@pytest.mark.django_db
def test_complaints_that_lie_in_the_store_are_not_mixed_with_invented_ones(
    clock: datetime, hotline: Path
) -> None:
    hotline.mkdir()
    (hotline / "_imports.json").write_text("[]")
    with pytest.raises(RuleBroken, match="热线诉求的数据文件夹不是空的"):
        load(now=clock, share=SHARE)
    assert (hotline / "_imports.json").exists()
    assert not Area.objects.exists()


@pytest.mark.django_db
def test_it_is_not_mixed_with_data_that_is_there(clock: datetime) -> None:
    a_person(1, nickname="槐花")
    with pytest.raises(CommandError, match="演示以外的数据"):
        call_command("demo", stdout=io.StringIO())
    with pytest.raises(RuleBroken):
        load(now=clock, share=SHARE)
    assert not Case.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("is_demo", "is_embedded"), [(False, True), (True, False)])
def test_only_an_embedded_demo_can_be_emptied(is_demo: bool, is_embedded: bool, settings: Any) -> None:
    settings.HUIYIN_DEMO, settings.EMBEDDED = is_demo, is_embedded
    with pytest.raises(RuleBroken, match="内置数据库"):
        reset()
