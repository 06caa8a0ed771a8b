"""A person's own data in the ledger: exported, erased with the chain whole, removed a year after closing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import erase_texts
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger import personal
from huiyin.apps.ledger.case_page import history_entries
from huiyin.apps.ledger.models import AskerContact, Case, CasePrivate, Reply, SavedFilter
from huiyin.apps.ledger.personal import remove_old_contacts
from huiyin.apps.ledger.public_texts import public_texts
from huiyin.apps.ledger.services import answer, askers, lead, redact
from huiyin.apps.ledger.services.register import ADDED
from huiyin.apps.people.models import RoleAssignment
from huiyin.apps.people.services import erase_person, export_person, revoke_role
from huiyin.domain.access import SYSTEM
from huiyin.web.now import now
from tests import given
from tests.people import Cast

DAY = timedelta(days=1)
SAID = "我叫王小明，电话13800138000，6号楼2单元302室门口的灯不亮。"


def exported(cast: Cast, name: str) -> dict[str, Any]:
    person = getattr(cast, name)
    taken: Any = export_person(person=person, by=cast.actor(name))
    data: dict[str, Any] = taken["sections"]["ledger"]["data"]
    return data


def added_when_asked(cast: Cast, *, by: str = "resident") -> Case:
    """In progress again after somebody said what the lead asked for."""
    case = given.a_case(cast, status="awaiting_asker")
    return lead.resume(case, by=cast.actor(by), addition="是三层的灯。", now=given.A_MONDAY + DAY)


def test_the_export_holds_the_words_as_written(cast: Cast) -> None:
    given.a_registered_case(cast, text=SAID)
    assert exported(cast, "resident")["cases"][0]["text_as_written"] == SAID


def test_who_joined_does_not_export_what_the_neighbour_wrote(cast: Cast) -> None:
    case = given.a_registered_case(cast, text=SAID, nickname="槐花")
    askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    assert "13800138000" not in str(exported(cast, "neighbour"))
    (joined,) = exported(cast, "neighbour")["cases"]
    assert (joined["part"], joined["number"], joined["nickname"]) == ("me_too", case.number, "")


def test_the_export_holds_urges_additions_answers_and_objections(cast: Cast) -> None:
    case = added_when_asked(cast)
    askers.urge(given.original_asker(case), by=cast.by_resident, now=given.A_MONDAY + DAY)
    given._reply(cast, case, given.A_MONDAY + 2 * DAY)
    given._say("not_solved")(cast, case, given.A_MONDAY + 3 * DAY)
    rejected = given.a_case(cast, status="rejected", now=given.A_MONDAY - DAY)
    askers.object_to_outcome(
        given.original_asker(rejected), by=cast.by_resident, text="就是物业的事。", now=given.A_MONDAY
    )
    SavedFilter.objects.create(person=cast.resident, name="没办完", query="state=open")
    taken = exported(cast, "resident")
    newest, older = taken["cases"]
    assert [each["text"] for each in newest["additions"]] == ["是三层的灯。"]
    assert len(newest["urged_at"]) == 1
    assert [each["comment"] for each in newest["answers"]] == ["灯还是不亮。"]
    assert [each["text"] for each in older["objections"]] == ["就是物业的事。"]
    assert older["additions"] == []
    assert taken["saved_filters"] == [{"name": "没办完", "query": "state=open"}]


@pytest.mark.parametrize("count", [2, 20])
def test_the_export_asks_the_same_number_of_queries(
    cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        given.a_case(cast, status="confirmed")
    with django_assert_max_num_queries(12):
        personal.export_cases(cast.resident)


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


def test_what_a_manager_wrote_in_office_can_be_checked_after_the_account_is_erased(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    row = case.replies.get()
    for post in RoleAssignment.objects.filter(person=cast.manager):
        revoke_role(assignment=post, by=cast.by_company_admin)
        RoleAssignment.objects.filter(pk=post.pk).update(revoked_at=now() - 2 * DAY)
    erase_person(person=cast.manager, by=cast.by_manager)
    told = Event.objects.select_related("secret").get(stream=case.stream, kind="ledger.case_replied")
    assert told.secret.texts["text"] == row.text
    assert "actor" not in told.secret.salts
    assert not Event.objects.filter(
        stream=f"person/{cast.manager.pk}", secret__erased_at=None, secret__salts__has_key="actor"
    ).exclude(kind__in=["people.erased", "audit.texts_erased"])
    assert list(problems(Counts())) == []
    said = [entry.title for entry in history_entries(case)]
    assert "有人注销了账号，记录里指向账号的标识已删除，文字不变，记录仍可核验" in said
    Reply.objects.filter(pk=row.pk).update(text="没有修，也没人来过。")
    assert [problem.what for problem in problems(Counts())] == ["第 1 次答复"]


def test_a_neighbours_words_stay_when_the_asker_is_erased(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    joined = askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    for asker, by, said in (
        (given.original_asker(case), cast.by_resident, "一层还黑。"),
        (joined, cast.by_neighbour, "五层也黑。"),
    ):
        answer.answer(asker, by=by, answer="cannot_tell", comment=said, now=given.A_MONDAY + DAY)
    erase_person(person=cast.resident, by=cast.by_resident)
    told = Event.objects.filter(stream=case.stream, kind="ledger.asker_answered").select_related("secret")
    assert [event.secret.texts.get("comment") for event in told.order_by("number")] == [None, "五层也黑。"]
    assert set(case.replies.get().answers.values_list("comment", flat=True)) == {"", "五层也黑。"}
    assert list(problems(Counts())) == []


def test_an_objection_and_what_was_added_are_forgotten_and_the_question_stays(cast: Cast) -> None:
    case = added_when_asked(cast)
    rejected = given.a_case(cast, status="rejected")
    askers.object_to_outcome(
        given.original_asker(rejected), by=cast.by_resident, text="就是物业的事。", now=given.A_MONDAY + DAY
    )
    erase_person(person=cast.resident, by=cast.by_resident)
    assert Case.objects.get(pk=case.pk).text == given.TEXT
    assert rejected.objections.get().text == ""
    kept = str([event.secret.texts for event in Event.objects.select_related("secret")])
    assert "是三层的灯。" not in kept
    assert "就是物业的事。" not in kept
    assert list(problems(Counts())) == []


def added_by_two(cast: Cast, *, first: str, second: str) -> Case:
    """The lead asked twice: the neighbour said what was missing, then the asker."""
    case = given.a_case(cast, status="awaiting_asker")
    askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    lead.resume(case, by=cast.by_neighbour, addition=first, now=given.A_MONDAY + DAY)
    lead.ask_asker(case, by=cast.by_manager, what_is_missing="哪一盏？", now=given.A_MONDAY + DAY)
    return lead.resume(case, by=cast.by_resident, addition=second, now=given.A_MONDAY + 2 * DAY)


@pytest.mark.parametrize("others", ["是三层的灯，东边第二盏。", "是三层的灯"])
def test_only_the_own_addition_goes_though_a_neighbours_begins_alike(cast: Cast, others: str) -> None:
    case = added_by_two(cast, first=others, second="是三层的灯")
    erase_person(person=cast.resident, by=cast.by_resident)
    assert Case.objects.get(pk=case.pk).text == f"{given.TEXT}{ADDED}{others}"
    told = Event.objects.filter(stream=case.stream, kind="ledger.case_resumed").select_related("secret")
    assert [event.secret.texts.get("addition") for event in told.order_by("number")] == [others, None]
    assert list(problems(Counts())) == []


@pytest.mark.parametrize(
    ("what", "words"), [("case.text", "楼道灯不亮。"), ("case.addition", "我老伴刚回来。")]
)
def test_what_was_added_is_forgotten_also_after_a_redaction(cast: Cast, what: str, words: str) -> None:
    case = added_by_two(cast, first="五层也黑。", second="我老伴腿脚不好，住院刚回来。")
    mine = [each for each in public_texts(case) if each.what == what][-1]
    redact.redact_text(case, by=cast.by_secretary, key=mine.key, words=words, reason="说到病情。")
    assert exported(cast, "resident")["cases"][0]["additions"][0]["text"] in Case.objects.get(pk=case.pk).text
    erase_person(person=cast.resident, by=cast.by_resident)
    case = Case.objects.get(pk=case.pk)
    assert case.text.endswith(f"{ADDED}五层也黑。")
    events = Event.objects.filter(stream=case.stream).select_related("secret")
    kept = case.text + str([event.secret.texts for event in events])
    assert "老伴" not in kept
    assert "五层也黑。" in str([event.secret.texts for event in events])
    assert list(problems(Counts())) == []


def test_what_an_erased_worker_typed_in_stays_in_its_place(cast: Cast) -> None:
    """The events lose the words, the row keeps them: a neighbour's addition is found beside them."""
    case = added_by_two(cast, first="五层也黑。", second="三层也黑。")
    events = Event.objects.filter(stream=case.stream, kind="ledger.case_resumed").order_by("number")
    erase_texts(by=SYSTEM, now=given.A_MONDAY, reason="person_erased", event_ids=[events[0].pk])
    erase_person(person=cast.resident, by=cast.by_resident)
    assert Case.objects.get(pk=case.pk).text == f"{given.TEXT}{ADDED}五层也黑。"


def test_what_the_community_entered_goes_only_where_nobody_else_asked(cast: Cast) -> None:
    alone = added_when_asked(cast, by="community_worker")
    shared = added_when_asked(cast, by="community_worker")
    askers.join_case(shared, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY + DAY)
    erase_person(person=cast.resident, by=cast.by_resident)
    assert "是三层的灯。" not in Case.objects.get(pk=alone.pk).text
    assert "是三层的灯。" in Case.objects.get(pk=shared.pk).text
    assert list(problems(Counts())) == []


def test_the_note_of_a_call_is_forgotten_with_the_person(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    answer.answer(
        given.original_asker(case),
        by=cast.by_community_worker,
        answer="solved",
        how="call",
        record_note="6月3日 打给槐花她妈",
        now=given.A_MONDAY + DAY,
    )
    erase_person(person=cast.resident, by=cast.by_resident)
    assert case.replies.get().answers.get().record_note == "已按本人要求删除"
    assert Case.objects.get(pk=case.pk).status == "confirmed"


def test_after_a_year_the_public_words_and_what_vouches_for_them_stay(cast: Cast) -> None:
    case = given.a_case(cast, status="confirmed", text=SAID)
    answered = Event.objects.get(stream=case.stream, kind="ledger.asker_answered")
    first = Event.objects.get(stream=case.stream, number=1)
    public = first.secret.texts
    assert case.settled_at is not None
    assert remove_old_contacts(case.settled_at + timedelta(days=366)) == 1
    first = Event.objects.get(pk=first.pk)
    assert (first.secret.texts, first.secret.private) == (public, {})
    assert "text.text" in first.secret.salts
    assert Event.objects.get(pk=answered.pk).secret.erased_at is None
    kept = str([(e.secret.texts, e.secret.private) for e in Event.objects.select_related("secret")])
    assert "13800138000" not in kept
    assert list(problems(Counts())) == []
    said = [entry.title for entry in history_entries(case)]
    assert "联系方式和原话已按期删除，记录仍可核验" in said


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
