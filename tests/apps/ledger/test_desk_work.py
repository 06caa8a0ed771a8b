"""Working on one case at the desk: forms that keep their text, contact data behind a reason, paper entries, topics."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.apps.ledger import similar
from huiyin.apps.ledger.desk_fields import read_steps
from huiyin.apps.ledger.limits import due_for
from huiyin.apps.ledger.models import AskerMessageCode, Bulletin, Case, Extension, Topic
from huiyin.apps.ledger.services import assign, lead, merge
from huiyin.apps.people.models import ContactOpening
from huiyin.domain.case_numbers import spoken
from huiyin.domain.ledger_rules import CaseList
from huiyin.web.now import now
from tests import given
from tests.apps.evidence.photos import a_photo
from tests.people import Cast, sign_in

MOST_QUERIES = 28


@pytest.fixture(autouse=True)
def _nothing_similar_remembered() -> None:
    similar.forget()


def as_role(client: Client, cast: Cast, role: str) -> Client:
    return sign_in(client, getattr(cast, role))


def a_fresh(cast: Cast, status: str, **changes: Any) -> Case:
    return given.a_case(cast, status=status, now=now() - timedelta(days=2), **changes)


def page_of(client: Client, case: Case) -> str:
    return client.get(f"/desk/cases/{case.number}").content.decode()


def do(client: Client, case: Case, command: str, data: dict[str, Any], **more: Any) -> Any:
    return client.post(f"/desk/cases/{case.number}/{command}", data, **more)


def test_the_page_costs_a_bounded_number_of_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    case = a_fresh(cast, "reopen_requested")
    for role in ("secretary", "street_officer", "manager"):
        as_role(client, cast, role)
        page_of(client, case)
        with django_assert_max_num_queries(MOST_QUERIES):
            page_of(client, case)


def test_a_short_reply_comes_back_with_its_text(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "in_progress")
    answered = do(as_role(client, cast, "manager"), case, "reply", {"text": "修好了", "is_spoken": "on"})
    assert answered.status_code == 422
    page = answered.content.decode()
    assert "答复太短" in page
    assert ">\n修好了</textarea>" in page or ">修好了</textarea>" in page
    assert 'id="id_reply_text"' in page


def test_the_browser_keeps_what_is_long_to_write_at_the_desk(client: Client, cast: Cast) -> None:
    work, answered = a_fresh(cast, "in_progress"), a_fresh(cast, "replied")
    page = page_of(as_role(client, cast, "manager"), work)
    assert f'data-draft="desk-reply-{work.number}"' in page
    assert f'data-draft="desk-ask-extension-{work.number}"' in page
    page = page_of(as_role(client, cast, "community_worker"), answered)
    assert f'data-draft="desk-record-answer-{answered.number}"' in page


def test_a_reply_with_a_pair_of_photos(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "in_progress")
    files = {
        name: SimpleUploadedFile(f"{name}.jpg", a_photo().read(), "image/jpeg")
        for name in ("photo_before", "photo_after")
    }
    done = do(as_role(client, cast, "manager"), case, "reply", {"text": given.GOOD_REPLY, **files})
    assert done.status_code == 303
    assert [photo.moment for photo in case.replies.get().photos.all()] == ["before", "after"]
    assert "之前" in page_of(client, case)


def test_photos_of_a_reply_that_failed_have_to_be_chosen_again(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "in_progress")
    as_role(client, cast, "manager")

    def chosen(*names: str) -> dict[str, SimpleUploadedFile]:
        return {name: SimpleUploadedFile(f"{name}.jpg", a_photo().read(), "image/jpeg") for name in names}

    photos = chosen("photo_after", "photos")
    page = do(client, case, "reply", {"text": "灯已换好，今晚可以看到效果。", **photos}).content.decode()
    assert "请把之前和之后的都选上" in page
    assert page.count("刚才选的没有留下，请再选一次。") == 2
    assert 'aria-describedby="id_reply_photo_after-hint id_reply_photo_after-again"' in page
    photos = chosen("photo_before", "photo_after", "photos")
    page = do(client, case, "reply", {"text": "", **photos}).content.decode()
    assert page.count("刚才选的没有留下，请再选一次。") == 3
    assert "刚才选的" not in page_of(client, case)


def test_a_command_that_is_not_for_this_person_does_not_exist(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "registered")
    assert do(as_role(client, cast, "manager"), case, "assign", {}).status_code == 404
    assert do(as_role(client, cast, "auditor"), case, "merge", {}).status_code == 404
    assert do(as_role(client, cast, "secretary"), case, "nothing", {}).status_code == 404


def test_a_command_the_state_does_not_allow_says_so(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "replied")
    late = do(as_role(client, cast, "secretary"), case, "assign", {})
    assert late.status_code == 409
    assert "等提问人确认" in late.content.decode()


def test_assigning_a_long_term_case_with_its_steps(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "registered")
    last = now().date() + timedelta(days=90)
    told = {
        "case_list": "long_term",
        "lead": "company",
        "due_on": last.isoformat(),
        "milestones": f"勘查 {now().date() + timedelta(days=20)}\n施工，{last}",
    }
    assert do(as_role(client, cast, "secretary"), case, "assign", told).status_code == 303
    assert list(case.milestones.values_list("title", "due_on")) == [
        ("勘查", now().date() + timedelta(days=20)),
        ("施工", last),
    ]
    step = case.milestones.first()
    as_role(client, cast, "manager")
    do(client, case, "finish-step", {"step": step.pk, "note": "已出勘查报告。"})
    step.refresh_from_db()
    assert step.done_on == now().date()


def test_assigning_to_a_department_needs_its_name(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "registered")
    as_role(client, cast, "secretary")
    told = {"case_list": "short_term", "lead": "department"}
    assert do(client, case, "assign", told).status_code == 422
    do(client, case, "assign", {**told, "department": "区供电公司"})
    case.refresh_from_db()
    assert case.lead_label == "区供电公司"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("签合同 2026-07-31", date(2026, 7, 31)),
        ("签合同：2026年7月31日", date(2026, 7, 31)),
        ("签合同，7月31日", date(2026, 7, 31)),
        ("签合同 2026/7/31", date(2026, 7, 31)),
        ("签合同 3.1", date(2027, 3, 1)),
    ],
)
def test_a_step_is_read_however_the_date_is_written(line: str, day: date) -> None:
    (step,) = read_steps(f"\n{line}\n", date(2026, 6, 1))
    assert (step.title, step.due_on) == ("签合同", day)


def test_an_extension_is_asked_by_the_company_and_decided_by_the_secretary(
    client: Client, cast: Cast
) -> None:
    case = a_fresh(cast, "in_progress")
    later = (case.due_at + timedelta(days=10)).date()
    do(as_role(client, cast, "manager"), case, "ask-extension", {"due_on": later, "reason": "等配件到货。"})
    as_role(client, cast, "secretary")
    assert "等配件到货。" in page_of(client, case)
    assert do(client, case, "decide-extension", {"decision": "no"}).status_code == 422
    do(client, case, "decide-extension", {"decision": "yes"})
    assert Extension.objects.get().state == "approved"


def test_merging_into_one_of_the_similar_cases(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "registered")
    other = a_fresh(cast, "registered", person=cast.neighbour)
    as_role(client, cast, "secretary")
    assert other.number in page_of(client, case)
    assert do(client, case, "merge", {"number": "26-0000-000"}).status_code == 422
    do(client, case, "merge", {"into": other.number})
    case.refresh_from_db()
    assert case.merged_into == other


def test_a_typed_number_that_cannot_be_merged_into_is_refused_where_it_was_typed(
    client: Client, cast: Cast
) -> None:
    case, settled = a_fresh(cast, "assigned"), a_fresh(cast, "confirmed")
    told = {"number": settled.number}
    page = do(as_role(client, cast, "secretary"), case, "merge", told).content.decode()
    assert '<a href="#id_merge_number">或写编号：只能并入还没办结的事项。</a>' in page


def test_contact_data_is_shown_after_a_reason_and_each_opening_is_logged(client: Client, cast: Cast) -> None:
    case = given.a_paper_case(cast, now=now())
    as_role(client, cast, "community_worker")
    assert "13900000000" not in page_of(client, case)
    asker = given.original_asker(case)
    assert do(client, case, "contact", {"asker": asker.pk}).status_code == 422
    assert not ContactOpening.objects.exists()
    opened = do(client, case, "contact", {"asker": asker.pk, "reason": "打电话核实位置"})
    assert "13900000000" in opened.content.decode()
    assert "周有福" in opened.content.decode()
    log = ContactOpening.objects.get()
    assert (log.subject, log.reason) == (f"case/{case.number}", "打电话核实位置")
    assert "no-store" in opened.headers["Cache-Control"]


def test_an_account_s_phone_is_opened_for_its_case_too(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "in_progress")
    asker = given.original_asker(case)
    opened = do(
        as_role(client, cast, "manager"), case, "contact", {"asker": asker.pk, "reason": "约上门时间"}
    )
    assert "19900000001" in opened.content.decode()
    assert ContactOpening.objects.get().person == cast.resident


def test_a_code_is_shown_once_for_an_asker_without_an_account(client: Client, cast: Cast) -> None:
    case = given.a_paper_case(cast, now=now())
    as_role(client, cast, "community_worker")
    shown = do(client, case, "code", {"asker": given.original_asker(case).pk})
    assert shown.status_code == 200
    code = shown.context["code"]
    assert f"{code[:4]} {code[4:]}" in shown.content.decode()
    assert AskerMessageCode.objects.count() == 1
    assert code not in page_of(client, case)


def test_the_community_records_the_answer_from_a_slip(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "replied")
    as_role(client, cast, "community_worker")
    told = {
        "asker": given.original_asker(case).pk,
        "answer": "not_solved",
        "how": "slip",
        "record_note": "纸条 7",
    }
    assert do(client, case, "record-answer", told).status_code == 422
    do(client, case, "record-answer", {**told, "comment": "二层还是黑的。"})
    case.refresh_from_db()
    assert case.status == "reopened"


def test_a_fourth_not_solved_is_decided_by_the_secretary(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "reopen_requested")
    as_role(client, cast, "secretary")
    do(client, case, "decide-reopening", {"decision": "no", "reason": "线路归供电公司，已转。"})
    case.refresh_from_db()
    assert (case.status, case.public_reason) == ("not_solvable", "线路归供电公司，已转。")


ENTRY = {
    "source": "paper",
    "building": "3号楼",
    "text": "楼门口的台阶松了，老人上下不稳。",
    "kind": "question",
    "nickname": "周大爷",
    "name": "周有福",
    "phone": "",
    "channel": "slip",
    "note": "纸条 12",
}


def test_a_slip_is_typed_in_and_its_number_read_out(client: Client, cast: Cast) -> None:
    as_role(client, cast, "community_worker")
    done = client.post("/desk/cases/new", {**ENTRY, "place": f"e{cast.estate.pk}"}, follow=True)
    case = Case.objects.get()
    page = done.content.decode()
    assert spoken(case.number) in page
    assert (case.source, case.nickname, case.building) == ("paper", "周大爷", "3号楼")
    assert given.original_asker(case).channel == "slip"
    receipt = client.get(f"/desk/cases/{case.number}/receipt").content.decode()
    assert spoken(case.number) in receipt
    assert "<svg" in receipt
    assert "周有福" not in receipt


def test_the_same_slip_sent_twice_is_one_case(client: Client, cast: Cast) -> None:
    as_role(client, cast, "community_worker")
    told = {**ENTRY, "place": f"e{cast.estate.pk}", "idempotency_key": "0123456789abcdef0123"}
    for _ in range(2):
        client.post("/desk/cases/new", {**told, "is_new": "1"})
    assert Case.objects.count() == 1


def test_similar_cases_are_shown_before_a_slip_is_registered(client: Client, cast: Cast) -> None:
    known = a_fresh(cast, "in_progress")
    as_role(client, cast, "community_worker")
    told = {**ENTRY, "place": f"e{cast.estate.pk}", "text": given.TEXT}
    held = client.post("/desk/cases/new", told)
    assert known.number in held.content.decode()
    assert Case.objects.count() == 1
    client.post("/desk/cases/new", {**told, "is_new": "1"})
    assert Case.objects.count() == 2


def test_a_call_needs_a_number_and_a_short_message_a_mobile_one(client: Client, cast: Cast) -> None:
    as_role(client, cast, "community_worker")
    for channel, phone in (("call", ""), ("sms", "5550 0101")):
        told = {**ENTRY, "place": f"e{cast.estate.pk}", "channel": channel, "phone": phone}
        refused = client.post("/desk/cases/new", told)
        assert refused.status_code == 422
        assert refused.context["form"].errors["phone"]
    assert not Case.objects.exists()


def test_a_matter_outside_every_estate_belongs_to_the_community(client: Client, cast: Cast) -> None:
    as_role(client, cast, "community_worker")
    client.post("/desk/cases/new", {**ENTRY, "place": f"a{cast.community.pk}"})
    case = Case.objects.get()
    assert (case.estate, case.area) == (None, cast.community)


def test_only_places_in_scope_can_be_named(client: Client, cast: Cast) -> None:
    as_role(client, cast, "community_worker")
    refused = client.post("/desk/cases/new", {**ENTRY, "place": f"e{cast.other_estate.pk}"})
    assert refused.status_code == 422


def test_topics_are_opened_filled_and_emptied(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "in_progress")
    as_role(client, cast, "secretary")
    client.post("/desk/topics/yunshanli/open", {"title": "楼道照明"})
    topic = Topic.objects.get()
    client.post("/desk/topics/yunshanli/put", {"topic": topic.pk, "case": [case.pk]})
    assert list(topic.cases.all()) == [case]
    assert case.number in client.get(f"/desk/cases?state=all&topic={topic.pk}").content.decode()
    client.post("/desk/topics/yunshanli/put", {"topic": "", "case": [case.pk]})
    assert not topic.cases.exists()


def test_pages_of_topics_and_bulletins_cost_a_constant_number_of_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for title in ("照明", "积水", "停车"):
        Topic.objects.create(
            estate=cast.estate, title=title, made_by_key="person:1", made_at=now()
        ).cases.add(a_fresh(cast, "in_progress"))
    for month in (3, 4, 5):
        a_bulletin(cast, month)
    as_role(client, cast, "street_officer")
    for page in ("/desk/topics/yunshanli", "/desk/bulletins", "/desk/cases/new"):
        client.get(page)
        with django_assert_max_num_queries(8):
            assert client.get(page).status_code == 200


def a_bulletin(cast: Cast, month: int) -> Bulletin:
    due = datetime(2026, month + 1, 5, 23, 59, tzinfo=given.BEIJING)
    return Bulletin.objects.create(estate=cast.estate, month=date(2026, month, 1), due_at=due)


def test_a_bulletin_owed_is_issued_once(client: Client, cast: Cast) -> None:
    owed = a_bulletin(cast, 5)
    as_role(client, cast, "secretary")
    assert "发布" in client.get("/desk/bulletins").content.decode()
    client.post(f"/desk/bulletins/{owed.pk}/issue")
    owed.refresh_from_db()
    assert owed.issued_by_label == "社区书记 何知夏"
    again = client.post(f"/desk/bulletins/{owed.pk}/issue", follow=True)
    assert "已经发布" in again.content.decode()


def test_confirmed_cases_take_only_a_no_from_the_community(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "confirmed")
    as_role(client, cast, "community_worker")
    form = next(
        each["form"]
        for each in client.get(f"/desk/cases/{case.number}").context["acts"]
        if each["command"].name == "record-answer"
    )
    assert [value for value, _label in form.fields["answer"].choices] == ["partly", "not_solved"]


def test_an_urgent_case_is_assigned_with_its_own_shorter_limit(client: Client, cast: Cast) -> None:
    case = given.a_registered_case(cast, now=now() - timedelta(minutes=20))
    as_role(client, cast, "secretary")
    assert "24 小时内处置" in page_of(client, case)
    do(client, case, "assign", {"case_list": "short_term", "urgency": "one_day", "lead": "company"})
    case.refresh_from_db()
    due = due_for(CaseList.SHORT_TERM, registered_at=case.registered_at, urgency="one_day", on=now())
    assert (case.status, case.urgency, case.first_due_at) == ("assigned", "one_day", due.at)
    plain = due_for(CaseList.SHORT_TERM, registered_at=case.registered_at, urgency="", on=now())
    assert case.first_due_at < plain.at


def test_what_is_not_urgent_keeps_the_limit_of_its_list(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "registered")
    as_role(client, cast, "secretary")
    do(client, case, "assign", {"case_list": "short_term", "urgency": "", "lead": "company"})
    case.refresh_from_db()
    assert (case.status, case.urgency) == ("assigned", "")


def test_what_an_elder_adds_by_phone_is_entered_by_the_community_worker(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "awaiting_asker")
    as_role(client, cast, "community_worker")
    assert "替提问人登记补充" in page_of(client, case)
    assert do(client, case, "record-addition", {"addition": ""}).status_code == 422
    do(client, case, "record-addition", {"addition": "是三层的灯。"})
    case.refresh_from_db()
    assert case.status == "in_progress"
    assert "是三层的灯。" in case.text


def test_an_elder_s_withdrawal_is_recorded_and_says_so_in_public(client: Client, cast: Cast) -> None:
    case = given.a_paper_case(cast, now=now() - timedelta(days=2))
    as_role(client, cast, "community_worker")
    assert "替提问人撤回" in page_of(client, case)
    told = {"asker": given.original_asker(case).pk, "how": "call"}
    refused = do(client, case, "record-withdrawal", {**told, "record_note": ""})
    assert refused.status_code == 422
    do(client, case, "record-withdrawal", {**told, "record_note": "6月2日 9:00 通话"})
    case.refresh_from_db()
    assert case.status == "withdrawn"
    assert "提问人撤回（电话，代为登记）" in client.get(f"/cases/{case.number}").text


def test_nobody_withdraws_for_who_has_an_account(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "registered")
    as_role(client, cast, "community_worker")
    assert "替提问人撤回" not in page_of(client, case)


def test_an_objection_is_recorded_for_whoever_asked_in_a_merged_case_too(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "registered")
    other = given.a_registered_case(cast, now=now() - timedelta(days=2), person=cast.neighbour)
    merge.merge(other, into=case, by=cast.by_secretary)
    assign.reject(case, by=cast.by_secretary, reason_code=given.a_rejection_code(now()), note="不归物业。")
    as_role(client, cast, "community_worker")
    assert f"并进来的 {other.number}" in page_of(client, case)
    neighbour = given.original_asker(other)
    do(client, case, "record-objection", {"asker": neighbour.pk, "text": "就是物业的事。"})
    assert case.objections.get().asker_id == neighbour.pk


def test_the_secretary_answers_a_handover_only_after_the_new_lead_s_day(client: Client, cast: Cast) -> None:
    case = a_fresh(cast, "assigned")
    proposal = lead.propose_lead(
        case, by=cast.by_manager, lead=assign.Lead.of_area(cast.street), reason="归街道。"
    )
    as_role(client, cast, "secretary")
    assert "答复转办" not in page_of(client, case)
    do(client, case, "decide-lead", {"decision": "yes"})
    proposal.refresh_from_db()
    assert proposal.state == "proposed"
    case.lead_proposals.update(accept_until=now() - timedelta(minutes=1))
    assert "答复转办" in page_of(client, case)


def test_a_room_told_at_the_desk_for_a_building_is_not_public(client: Client, cast: Cast) -> None:
    as_role(client, cast, "community_worker")
    client.post("/desk/cases/new", {**ENTRY, "place": f"e{cast.estate.pk}", "building": "3-501"})
    assert Case.objects.get().building == "3〔房号〕"
