"""What should not have been said is taken out everywhere, and nothing else with it."""

from __future__ import annotations

from datetime import timedelta

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger.models import AskerContact, Bulletin, Case
from huiyin.apps.ledger.personal import remove_old_contacts
from huiyin.apps.ledger.services import answer, bulletins, merge, redact
from huiyin.apps.people.services import erase_person
from tests import given
from tests.people import Cast

DAY = timedelta(days=1)
SAID = "住三楼的王大妈家漏水，好几天了。"


def test_a_name_taken_out_is_gone_from_issued_bulletins_and_the_reply_stays_verifiable(cast: Cast) -> None:
    case = given.a_registered_case(cast, text=SAID)
    for number, step in enumerate(("assign", "start", "reply"), 1):
        given._STEPS[step](cast, case, given.A_MONDAY + number * timedelta(hours=1))
    first_of_july = given.A_MONDAY + 30 * DAY
    bulletins.open_bulletins(now=first_of_july)
    bulletins.issue_bulletin(Bulletin.objects.get(), by=cast.actor("secretary"), now=first_of_july)
    assert "王大妈" in str(Bulletin.objects.get().lines)
    redact.redact_case(
        case, by=cast.actor("secretary"), title="三楼漏水", text="三楼漏水，好几天了。", reason="有姓名"
    )
    assert "王大妈" not in str(Bulletin.objects.get().lines)
    events = Event.objects.filter(stream=case.stream).select_related("secret")
    assert "王大妈" not in str([event.secret.texts for event in events])
    assert events.get(kind="ledger.case_replied").secret.texts["text"] == given.GOOD_REPLY
    assert list(problems(Counts())) == []


def test_an_erased_neighbours_word_is_forgotten_where_it_was_said_for_them(cast: Cast) -> None:
    into = given.a_case(cast, status="replied")
    other = given.a_registered_case(cast, person=cast.neighbour)
    merge.merge(other, into=into, by=cast.actor("secretary"), now=given.A_MONDAY)
    answer.answer(
        given.original_asker(other),
        by=cast.actor("community_worker"),
        answer="not_solved",
        comment="周家门口还是黑的",
        how="call",
        record_note="6月3日 10:00",
        now=given.A_MONDAY,
    )
    erase_person(person=cast.neighbour, by=cast.actor("neighbour"))
    kept = Event.objects.filter(stream=into.stream).select_related("secret")
    assert "周家" not in str([event.secret.texts for event in kept])
    assert list(problems(Counts())) == []


def test_contact_data_of_a_merged_case_is_kept_while_its_original_is_open(cast: Cast) -> None:
    into = given.a_registered_case(cast)
    paper = given.a_paper_case(cast)
    merge.merge(paper, into=into, by=cast.actor("secretary"), now=given.A_MONDAY)
    assert remove_old_contacts(given.A_MONDAY + 400 * DAY) == 0
    given._reject(cast, into, given.A_MONDAY + 300 * DAY)
    assert remove_old_contacts(given.A_MONDAY + 400 * DAY) == 0
    assert remove_old_contacts(given.A_MONDAY + 700 * DAY) >= 1
    assert not AskerContact.objects.filter(asker__case=paper).exists()


def test_a_late_first_reply_stays_late_by_the_extended_date_after_a_reopening(cast: Cast) -> None:
    from huiyin.apps.ledger.figures import fact_of, with_standing
    from huiyin.domain.formulas import DueDate, Standing, standing

    case = given.a_case(cast, status="in_progress")
    late = case.due_at + DAY
    given._reply(cast, case, late)
    given._say("not_solved")(cast, case, late + DAY)
    case = Case.objects.get(pk=case.pk)
    assert case.due_at > late
    as_of = late + 2 * DAY
    assert standing(fact_of(case), as_of, DueDate.EXTENDED) is Standing.LATE
    assert with_standing(Case.objects.all(), as_of, extended=True).get().standing == Standing.LATE.value
