"""What a person said is forgotten where it was said, contact data no sooner than it may, and nothing else with it."""

from __future__ import annotations

from datetime import timedelta

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger.models import AskerContact, Case
from huiyin.apps.ledger.personal import remove_old_contacts
from huiyin.apps.ledger.services import answer, merge
from huiyin.apps.people.services import erase_person
from tests import given
from tests.people import Cast

DAY = timedelta(days=1)


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
    assert with_standing(Case.objects.all(), as_of).get().standing_extended == Standing.LATE.value
