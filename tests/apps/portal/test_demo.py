"""Loading the fictional district: it is whole, believable and consistent, and never mixes with real data."""

from __future__ import annotations

import io
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from huiyin.apps.audit.models import Anchor
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.ledger.figures import figures
from huiyin.apps.ledger.models import Bulletin, Case, ReplyPhoto, Topic
from huiyin.apps.ledger.selectors import cases_public
from huiyin.apps.ledger.services.escalate import tend
from huiyin.apps.people.models import Contact
from huiyin.apps.people.selectors import actor_of, secretary_is_vacant
from huiyin.apps.people.services import person_of_phone
from huiyin.apps.places.models import Area, Company, Engagement, Estate
from huiyin.apps.portal.demo.loading import load, reset
from huiyin.apps.portal.demo.staff import SHOWN, phone
from huiyin.apps.publishing.models import Message
from huiyin.domain import credit_codes
from huiyin.domain.case_workflow import OPEN, Status
from huiyin.domain.clocks import BEIJING
from huiyin.domain.errors import RuleBroken
from tests.people import a_person

NOW = datetime(2026, 11, 20, 15, 10, tzinfo=BEIJING)
SHARE = 0.2


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setenv("HUIYIN_NOW", NOW.isoformat())
    return NOW


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
    assert Engagement.objects.exclude(ends_on=None).count() == 2
    assert all(number.startswith("1990000") for number in Contact.objects.values_list("phone", flat=True))
    assert secretary_is_vacant(Area.objects.get(name="溪口社区").pk, clock.date())

    assert cases.count() == done.cases
    resident = person_of_phone(phone(1))
    assert cases.filter(askers__person=resident, status="replied").exists()
    assert not Message.objects.filter(asker__person=resident, state="failed").exists()
    missing = set(Status) - {Status(status) for status in cases.values_list("status", flat=True)}
    assert missing <= {Status.REOPENED}, "rare in a fifth of the year"
    assert set(cases.values_list("source", flat=True)) == {"web", "phone", "paper", "import"}
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
    assert Case.objects.count() == done.cases


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
