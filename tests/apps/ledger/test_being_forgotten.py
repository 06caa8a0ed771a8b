"""A person's own data in the ledger: exported, erased with the chain whole, removed a year after closing."""

from __future__ import annotations

from datetime import timedelta

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger.models import AskerContact, Case, CasePrivate
from huiyin.apps.ledger.personal import remove_old_contacts
from huiyin.apps.people.services import erase_person, export_person
from tests import given
from tests.people import Cast

SAID = "我叫王小明，电话13800138000，6号楼2单元302室门口的灯不亮。"


def test_the_export_holds_the_words_as_written(cast: Cast) -> None:
    given.a_registered_case(cast, text=SAID)
    taken = export_person(person=cast.resident, by=cast.actor("resident"))
    ledger = taken["sections"]["ledger"]["data"]  # type: ignore[index]
    assert ledger[0]["text_as_written"] == SAID


def test_erasing_an_asker_forgets_the_person_and_the_chain_still_verifies(cast: Cast) -> None:
    case = given.a_case(cast, status="reopened", text=SAID, nickname="槐花")
    assert CasePrivate.objects.filter(case=case).exists()
    erase_person(person=cast.resident, by=cast.actor("resident"))
    case = Case.objects.get(pk=case.pk)
    assert case.nickname == ""
    assert not case.askers.filter(person=cast.resident).exists()
    assert not CasePrivate.objects.filter(case=case).exists()
    events = Event.objects.filter(stream=case.stream).select_related("secret")
    kept = " ".join(str((event.secret.texts, event.secret.private)) for event in events)
    assert "13800138000" not in kept
    assert "王小明" not in kept
    assert list(problems(Counts())) == []


def test_contact_data_goes_a_year_after_the_case_was_closed(cast: Cast) -> None:
    case = given.a_paper_case(cast)
    for number, step in enumerate(("assign", "start", "propose", "agree"), 1):
        given._STEPS[step](cast, case, given.A_MONDAY + timedelta(hours=number))
    case = Case.objects.get(pk=case.pk)
    assert case.settled_at is not None
    assert remove_old_contacts(case.settled_at + timedelta(days=364)) == 0
    assert AskerContact.objects.filter(asker__case=case).exists()
    assert remove_old_contacts(case.settled_at + timedelta(days=366)) == 1
    assert not AskerContact.objects.filter(asker__case=case).exists()
    assert remove_old_contacts(case.settled_at + timedelta(days=367)) == 0
    assert list(problems(Counts())) == []
