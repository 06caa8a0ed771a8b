"""Somebody with rights over the tables changes what pages show: `huiyin verify` names the row; events stay whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import DjangoAssertNumQueries

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import erase_texts
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.evidence.services import add_photo
from huiyin.apps.ledger import row_checks
from huiyin.apps.ledger.bulk import write
from huiyin.apps.ledger.models import AnswerGiven, Case, Reply, ReplyPhoto
from huiyin.apps.ledger.public_texts import public_texts
from huiyin.apps.ledger.services import askers, assign, lead, merge, redact, reply
from huiyin.apps.people.services import erase_person
from huiyin.domain.access import SYSTEM
from huiyin.domain.case_workflow import Status
from tests import given
from tests.apps.evidence.photos import a_photo
from tests.apps.ledger.test_writing_in_bulk import sample
from tests.people import Cast

pytestmark = pytest.mark.django_db


def found() -> list[str]:
    return [str(problem) for problem in problems(Counts())]


@pytest.mark.parametrize("status", sorted(Status))
def test_a_case_in_any_state_fits_its_events(cast: Cast, status: str) -> None:
    given.a_case(cast, status=status)
    assert found() == []


def test_what_was_written_in_bulk_fits_its_events(cast: Cast) -> None:
    """The demo and imports write so: tests/apps/portal/test_demo.py and test_importing_a_ledger.py verify them too."""
    write(sample(cast))
    assert found() == []


def test_words_added_later_and_a_case_merged_with_what_was_merged_into_it_fit(cast: Cast) -> None:
    case = given.a_case(cast, status="awaiting_asker")
    lead.resume(
        case, by=cast.actor("resident"), addition="是三层和四层。", now=given.A_MONDAY + timedelta(days=1)
    )
    assert "补充" in Case.objects.get(pk=case.pk).text
    earlier = given.a_case(cast, status="merged")
    original = Case.objects.get(pk=earlier.merged_into_id)
    merge.merge(original, into=case, by=cast.actor("secretary"), now=given.A_MONDAY + timedelta(days=1))
    assert found() == []


ROWS: list[tuple[type[Any], dict[str, Any], str, str]] = [
    (Case, {"status": "confirmed"}, "ledger.reply_delivered", "状态"),
    (Case, {"case_list": "immediate"}, "ledger.reply_delivered", "清单"),
    (Case, {"policy_version": "deadlines@2030-01-01"}, "ledger.reply_delivered", "规则版本"),
    (Case, {"title": "没有什么事"}, "ledger.case_registered", "标题"),
    (Case, {"text": "楼道灯都亮着。"}, "ledger.case_registered", "正文"),
    (Case, {"building": "7号楼"}, "ledger.case_registered", "位置"),
    (Case, {"kind": "wish"}, "ledger.case_registered", "种类"),
    (Case, {"source": "phone"}, "ledger.case_registered", "来源"),
    (Case, {"estate": None}, "ledger.case_registered", "小区"),
    (Case, {"is_on_time": False}, "ledger.case_replied", "是否按时"),
    (Reply, {"text": "已于当天修好，没有收费。"}, "ledger.case_replied", "第 1 次答复"),
    (Reply, {"no_evidence_reason": "拍了照片。"}, "ledger.case_replied", "第 1 次答复"),
    (Reply, {"is_spoken": True}, "ledger.case_replied", "第 1 次答复"),
    (Reply, {"ordinal": 2}, "ledger.case_replied", "第 1 次答复不见了"),
]


@pytest.mark.parametrize(
    ("model", "change", "kind", "what"), ROWS, ids=[f"{m.__name__}.{next(iter(c))}" for m, c, _, _ in ROWS]
)
def test_a_changed_row_is_named_with_the_event_it_differs_from(
    cast: Cast, model: type[Any], change: dict[str, Any], kind: str, what: str
) -> None:
    case = given.a_case(cast, status="replied")
    settled = {"settled_at": case.registered_at} if change.get("status") == "confirmed" else {}
    model.objects.update(**change, **settled)
    event = Event.objects.filter(stream=case.stream, kind=kind).latest("number")
    assert found()[0] == f"{case.stream} #{event.number}: 页面上的内容与记录不符（{what}）"


@pytest.mark.parametrize(
    ("column", "what"),
    [("first_due_at", "最初期限"), ("due_at", "现在期限"), ("registered_at", "登记时间")],
)
def test_a_changed_date_is_named(cast: Cast, column: str, what: str) -> None:
    case = given.a_case(cast, status="in_progress")
    Case.objects.update(**{column: getattr(case, column) + timedelta(days=90)})
    assert found()[0].endswith(f"页面上的内容与记录不符（{what}）")


def test_a_reply_put_elsewhere_in_time_is_found(cast: Cast) -> None:
    given.a_case(cast, status="replied")
    Reply.objects.update(replied_at=given.A_MONDAY)
    assert "（第 1 次答复）" in found()[0]


def test_a_reply_removed_or_added_is_found(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    row = Reply.objects.get(case=case)
    row.pk, row.ordinal = None, 2
    row.save(force_insert=True)
    assert "（第 2 次答复没有记录）" in found()[0]
    Reply.objects.all().delete()
    assert "（第 1 次答复不见了）" in found()[0]


@pytest.mark.parametrize("change", [{"answer": "solved"}, {"comment": "都修好了。"}, {"by": "code"}])
def test_an_askers_answer_put_into_other_words_is_found(cast: Cast, change: dict[str, str]) -> None:
    case = given.a_case(cast, status="reopened")
    AnswerGiven.objects.update(**change)
    event = Event.objects.get(stream=case.stream, kind="ledger.asker_answered")
    assert found()[0] == f"{case.stream} #{event.number}: 页面上的内容与记录不符（提问人的回答）"


def test_an_answer_nobody_gave_is_found(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    AnswerGiven.objects.create(
        asker=given.original_asker(case),
        reply=case.replies.get(),
        answer="solved",
        entered_by_key="person:1",
        answered_at=given.A_MONDAY,
    )
    assert "（提问人的回答没有记录）" in found()[0]


def test_a_case_merged_elsewhere_is_found(cast: Cast) -> None:
    case = given.a_case(cast, status="merged")
    Case.objects.filter(pk=case.pk).update(merged_into=given.a_registered_case(cast))
    assert "（并入的事项）" in found()[0]


def test_a_case_taken_out_of_the_ledger_is_found(cast: Cast) -> None:
    case = given.a_case(cast, status="registered")
    Case.objects.filter(pk=case.pk).delete()
    assert found() == [f"{case.stream} #1: 页面上的内容与记录不符（这件事不在台账里）"]


def test_a_case_that_was_never_registered_is_found(cast: Cast) -> None:
    case = given.a_case(cast, status="registered")
    case.pk, case.number = None, "26-0999-000"
    case.save(force_insert=True)
    assert "case/26-0999-000 #0: 页面上的内容与记录不符（没有登记这件事的记录）" in found()


def test_words_that_were_erased_are_not_compared_but_dates_are(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    erase_texts(by=SYSTEM, now=given.A_MONDAY, reason="person_erased", stream=case.stream)
    Case.objects.update(text="（已遮盖）")
    Reply.objects.update(text="（已遮盖）")
    assert found() == []
    Reply.objects.update(replied_at=given.A_MONDAY)
    assert "（第 1 次答复）" in found()[0]


def taken_out(cast: Cast, case: Case, what: str, words: str) -> None:
    key = next(each.key for each in public_texts(case) if each.what == what)
    redact.redact_text(case, by=cast.by_secretary, key=key, words=words, reason="有人的外号。")


def test_new_words_put_in_place_of_a_name_are_compared_too(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    for what, words in (("case.text", "楼道灯不亮，已经好几天了。"), ("reply.text", "灯换好了。")):
        taken_out(cast, case, what, words)
    assert found() == []
    Reply.objects.update(text="灯没有换。")
    assert "（第 1 次答复）" in found()[0]


def test_after_a_redaction_of_a_title_that_says_all_the_text_is_still_compared(cast: Cast) -> None:
    case = given.a_case(cast, status="replied", text="楼道灯不亮")
    assert case.title == case.text
    taken_out(cast, case, "case.title", "门口的灯不亮")
    assert found() == []
    Case.objects.update(text="没有什么事。")
    assert "（正文）" in found()[0]


def test_an_answer_redacted_twice_is_compared_with_its_last_words(cast: Cast) -> None:
    case = given.a_case(cast, status="reopened")
    for words in ("老赵家不亮。", "楼上不亮。"):
        taken_out(cast, case, "answer.comment", words)
    assert found() == []
    AnswerGiven.objects.update(comment="都亮了。")
    assert "（提问人的回答）" in found()[0]


def test_outcomes_and_leads_put_into_other_words_by_a_redaction_fit(cast: Cast) -> None:
    case = given.a_case(cast, status="registered")
    power = assign.Lead.department("供电所老孔")
    assign.assign(case, by=cast.by_secretary, case_list="short_term", lead=power, now=given.A_MONDAY)
    taken_out(cast, case, "case.lead_label", "供电所")
    assert found() == []
    Case.objects.update(lead_label="供水所")
    assert "（主办）" in found()[0]


def test_words_beside_a_forgotten_addition_are_compared(cast: Cast) -> None:
    case = given.a_case(cast, status="awaiting_asker")
    askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    lead.resume(case, by=cast.by_neighbour, addition="五层也黑。", now=given.A_MONDAY + timedelta(days=1))
    erase_person(person=cast.neighbour, by=cast.by_neighbour)
    assert found() == []
    Case.objects.update(text="楼道灯都亮着。")
    assert "（正文）" in found()[0]


@pytest.mark.parametrize("column", ["public_reason", "responsible_instead", "lead_label"])
def test_who_leads_and_why_not_are_compared(cast: Cast, column: str) -> None:
    given.a_case(cast, status="not_solvable")
    Case.objects.update(**{column: "别的。"})
    assert len(found()) == 1


def test_what_the_street_upheld_is_no_reason_any_more(cast: Cast) -> None:
    case = given.a_case(cast, status="rejected")
    raised = askers.object_to_outcome(
        given.original_asker(case), by=cast.by_resident, text="不行。", now=given.A_MONDAY
    )
    askers.decide_objection(
        raised, by=cast.by_street_officer, uphold=True, reason="再办。", now=given.A_MONDAY
    )
    assert found() == []
    Case.objects.update(public_reason="与物业服务无关。")
    assert "（公开的理由）" in found()[0]


def test_a_photo_taken_from_a_reply_is_found(cast: Cast) -> None:
    photo = add_photo(by=cast.by_manager, upload=a_photo(), now=given.A_MONDAY)
    reply.reply(
        given.a_case(cast, status="in_progress"),
        by=cast.by_manager,
        text=given.GOOD_REPLY,
        photos=[("after", photo)],
    )
    assert found() == []
    ReplyPhoto.objects.all().delete()
    assert "（第 1 次答复）" in found()[0]


def test_the_command_names_the_first_row_and_can_be_asked_for_one_case(cast: Cast) -> None:
    first, second = (given.a_case(cast, status="replied") for _ in range(2))
    Reply.objects.update(text="已于当天修好，没有收费。")
    with pytest.raises(CommandError, match=f"第一处：{first.stream} #.*第 1 次答复"):
        call_command("verify")
    with pytest.raises(CommandError, match=f"第一处：{second.stream} #"):
        call_command("verify", "--stream", second.stream)
    Reply.objects.filter(case=first).update(text=given.GOOD_REPLY)
    call_command("verify", "--stream", first.stream)


def test_comparing_costs_the_same_for_2_cases_and_for_20(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (2, 18):
        for _ in range(count):
            given.a_registered_case(cast)
        with django_assert_num_queries(6):
            assert list(row_checks.differences("")) == []
