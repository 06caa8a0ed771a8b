"""A department or whoever is responsible instead is written freely: it may name a person, and can be forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import erase_texts
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services import askers, assign, giving_up, lead
from huiyin.domain.access import SYSTEM
from tests import given
from tests.people import Cast

DAY = timedelta(days=1)
NAMED = "供电所老孔"
"""A nickname that masking cannot know."""


def a_case_full_of_names(cast: Cast) -> Case:
    by, department = cast.by_secretary, assign.Lead.department(f"{NAMED}那边")
    case, at = given.a_registered_case(cast), given.A_MONDAY
    assign.assign(case, by=by, case_list="short_term", lead=department, now=at)
    offered = lead.propose_lead(
        case, by=by, lead=assign.Lead.department(f"{NAMED}一班"), reason="归一班。", now=at
    )
    lead.decide_lead(offered, by=by, accept=True, now=at)
    lead.start(case, by=by, now=at)
    for agree in (False, True):
        proposal = giving_up.propose_giving_up(
            case, by=by, reason="产权不在物业。", responsible_instead=NAMED, now=at
        )
        giving_up.decide_giving_up(proposal, by=by, agree=agree, reason="再问一次。", now=at)
    raised = askers.object_to_outcome(given.original_asker(case), by=cast.by_resident, text="不行。", now=at)
    askers.decide_objection(raised, by=cast.by_street_officer, uphold=True, reason="再办。", now=at)
    return case


def test_no_such_name_stands_where_it_could_never_be_forgotten(cast: Cast, client: Client) -> None:
    case = a_case_full_of_names(cast)
    events = Event.objects.filter(stream=case.stream).select_related("secret")
    assert NAMED not in str([event.public for event in events])
    assert sum(NAMED in str(event.secret.texts) for event in events) >= 7
    assigned = events.get(kind="ledger.case_assigned")
    assert (assigned.public["lead_kind"], assigned.public["lead_path"]) == ("department", "")
    page = client.get(f"/cases/{case.number}").text
    assert f"分派给{NAMED}那边" in page
    assert f"转给{NAMED}一班主办" in page


def test_forgotten_the_history_still_reads_and_verifies(cast: Cast, client: Client) -> None:
    case = a_case_full_of_names(cast)
    erase_texts(by=SYSTEM, now=given.A_MONDAY + DAY, reason="text_redacted", stream=case.stream)
    Case.objects.filter(pk=case.pk).update(lead_label="供电所")
    page = client.get(f"/cases/{case.number}").text
    assert NAMED not in page
    assert "分派给主办单位" in page
    assert list(problems(Counts())) == []


def test_a_lead_with_an_account_keeps_its_key_in_public(cast: Cast) -> None:
    case = given.a_case(cast, status="assigned")
    public = Event.objects.get(stream=case.stream, kind="ledger.case_assigned").public
    assert (public["lead_kind"], public["lead_path"]) == ("company", case.lead_path)
