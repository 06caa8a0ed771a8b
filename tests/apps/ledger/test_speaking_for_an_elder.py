"""Who may say the asker's word: the asker, or the community for the asker; never the lead's side."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.commands import available
from huiyin.apps.ledger.desk_selectors import spoken_for
from huiyin.apps.ledger.desk_work import Work
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.permissions import may_answer_for_askers, speaker_for_askers
from huiyin.apps.ledger.services import answer, askers, assign, lead, register, reply
from huiyin.apps.people.models import RoleAssignment
from huiyin.apps.people.selectors import actor_of
from huiyin.apps.people.services import claim_household, revoke_role, verify_household
from huiyin.domain.access import Role
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given
from tests.apps.ledger.test_deciding_for_the_street_itself import a_matter_of_the_street
from tests.people import BEGINNING, Cast, a_person

HOUR = timedelta(hours=1)


def replied_by_the_community(cast: Cast) -> Case:
    """An elder's slip that the community leads itself."""
    case = given.a_paper_case(cast)
    by = cast.actor("secretary")
    assign.assign(
        case,
        by=by,
        case_list="short_term",
        lead=assign.Lead.of_area(cast.community),
        now=given.A_MONDAY + HOUR,
    )
    row = reply.reply(
        case, by=by, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=given.A_MONDAY + 2 * HOUR
    )
    reply.record_delivery(
        given.original_asker(case), reply=row, channel="call", delivered_at=given.A_MONDAY, now=given.A_MONDAY
    )
    return Case.objects.get(pk=case.pk)


def test_where_the_community_leads_the_street_answers_for_the_asker(cast: Cast) -> None:
    case = replied_by_the_community(cast)
    mine, record = given.original_asker(case), "6月3日 10:00 电话"
    for name in ("secretary", "community_worker"):
        with pytest.raises(NotPermitted):
            answer.answer(
                mine, by=cast.actor(name), answer="solved", how="call", record_note=record, now=given.A_MONDAY
            )
    case = answer.answer(
        mine,
        by=cast.actor("street_officer"),
        answer="solved",
        how="call",
        record_note=record,
        now=given.A_MONDAY + 3 * HOUR,
    )
    assert case.status == "confirmed"


RECORD = "6月3日 10:00 电话"


def replied_by(cast: Cast, lead_: assign.Lead) -> Case:
    """An elder's slip that is answered; what a department does is written down by the secretary."""
    case, now = given.a_paper_case(cast), given.A_MONDAY + HOUR
    assign.assign(case, by=cast.by_secretary, case_list="short_term", lead=lead_, now=now)
    by = cast.by_manager if lead_.engagement else cast.by_secretary
    reply.reply(case, by=by, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=now)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize(
    ("lead_kind", "speaks"),
    [("company", "community_worker"), ("department", "street_officer"), ("community", "street_officer")],
)
def test_one_office_speaks_for_askers_and_it_is_never_the_leads(
    cast: Cast, lead_kind: str, speaks: str
) -> None:
    leads = {
        "company": assign.Lead.company(cast.engagement),
        "department": assign.Lead.department("区供电公司"),
        "community": assign.Lead.of_area(cast.community),
    }
    case = replied_by(cast, leads[lead_kind])
    mine, now = given.original_asker(case), given.A_MONDAY + 2 * HOUR
    for name in {"community_worker", "secretary", "street_officer", "manager", "district_officer"} - {speaks}:
        by = cast.actor(name)
        with pytest.raises(NotPermitted):
            answer.answer(mine, by=by, answer="solved", how="call", record_note=RECORD, now=now)
        with pytest.raises(NotPermitted):
            askers.issue_answer_code(mine, by=by, now=now)
    case = answer.answer(
        mine, by=cast.actor(speaks), answer="solved", how="call", record_note=RECORD, now=now
    )
    assert case.status == "confirmed"


def test_the_street_that_leads_leaves_the_word_to_the_community(cast: Cast) -> None:
    case = given.a_paper_case(cast)
    assign.assign(
        case,
        by=cast.by_secretary,
        case_list="short_term",
        lead=assign.Lead.of_area(cast.street),
        now=given.A_MONDAY,
    )
    case = Case.objects.get(pk=case.pk)
    assert may_answer_for_askers(cast.by_community_worker, case)
    assert not may_answer_for_askers(cast.by_street_officer, case)


def a_call_to_the_street(cast: Cast, lead_: assign.Lead) -> Case:
    """A matter of the street itself, which its officer has replied to."""
    case, by = a_matter_of_the_street(cast, now=given.A_MONDAY), cast.by_street_officer
    assign.assign(case, by=by, case_list="short_term", lead=lead_, now=given.A_MONDAY + HOUR)
    reply.reply(
        case, by=by, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=given.A_MONDAY + 2 * HOUR
    )
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("leads", ["street", "department"])
def test_in_a_matter_of_the_street_itself_the_district_speaks_for_the_asker(cast: Cast, leads: str) -> None:
    lead_ = {"street": assign.Lead.of_area(cast.street), "department": assign.Lead.department("区供电公司")}
    case = a_call_to_the_street(cast, lead_[leads])
    mine, now = given.original_asker(case), given.A_MONDAY + 3 * HOUR
    for name in ("street_officer", "community_worker", "secretary", "stranger"):
        with pytest.raises(NotPermitted):
            answer.answer(mine, by=cast.actor(name), answer="solved", how="call", record_note=RECORD, now=now)
        with pytest.raises(NotPermitted):
            askers.issue_answer_code(mine, by=cast.actor(name), now=now)
    by = cast.by_district_officer
    assert askers.issue_answer_code(mine, by=by, now=now)
    drawn = {command.name for command in available(Work(case, by, now))}
    assert "record-answer" in drawn
    assert Work(case, by, now).may_see_private
    assert (
        answer.answer(mine, by=by, answer="solved", how="call", record_note=RECORD, now=now).status
        == "confirmed"
    )


def without_worker(cast: Cast) -> None:
    post = RoleAssignment.objects.get(person=cast.community_worker)
    revoke_role(assignment=post, by=cast.by_secretary)
    RoleAssignment.objects.filter(pk=post.pk).update(revoked_at=given.A_MONDAY - timedelta(days=900))


def test_where_the_community_has_no_worker_the_street_stands_in(cast: Cast) -> None:
    case = replied_by(cast, assign.Lead.company(cast.engagement))
    mine, now = given.original_asker(case), given.A_MONDAY + 2 * HOUR
    assert not may_answer_for_askers(cast.by_street_officer, case)
    without_worker(cast)
    for name in ("secretary", "district_officer", "manager"):
        with pytest.raises(NotPermitted):
            answer.answer(mine, by=cast.actor(name), answer="solved", how="call", record_note=RECORD, now=now)
    by = cast.by_street_officer
    assert (
        answer.answer(mine, by=by, answer="solved", how="call", record_note=RECORD, now=now).status
        == "confirmed"
    )


@pytest.mark.parametrize("is_staffed", [True, False])
def test_one_office_speaks_for_each_case_in_the_rule_and_in_the_list(cast: Cast, is_staffed: bool) -> None:
    leads = (
        assign.Lead.company(cast.engagement),
        assign.Lead.department("区供电公司"),
        assign.Lead.of_area(cast.community),
        assign.Lead.of_area(cast.street),
    )
    for lead_ in leads:
        replied_by(cast, lead_) if lead_.area != cast.street else given.a_paper_case(cast)
        if lead_.area == cast.street:
            case = Case.objects.latest("pk")
            assign.assign(case, by=cast.by_secretary, case_list="short_term", lead=lead_, now=given.A_MONDAY)
    given.a_paper_case(cast)
    a_matter_of_the_street(cast, now=given.A_MONDAY)
    for lead_ in (leads[1], leads[3]):
        a_call_to_the_street(cast, lead_)
    if not is_staffed:
        without_worker(cast)
    speak = ("community_worker", "secretary", "street_officer", "district_officer", "manager", "stranger")
    for case in Case.objects.select_related("area", "estate"):
        may = [name for name in speak if may_answer_for_askers(cast.actor(name), case)]
        listed = [
            name for name in speak if Case.objects.filter(spoken_for(cast.actor(name)), pk=case.pk).exists()
        ]
        assert may == listed == [str(speaker_for_askers(case))], (case, case.lead_label)


def test_an_addition_is_the_askers_and_no_lead_writes_it(cast: Cast) -> None:
    case = given.a_case(cast, status="awaiting_asker")
    with pytest.raises(NotPermitted, match="只有提问人可以补充"):
        lead.resume(case, by=cast.by_manager, addition="居民说不用修了。", now=given.A_MONDAY + 4 * HOUR)
    assert lead.resume(case, by=cast.by_manager, now=given.A_MONDAY + 4 * HOUR).status == "in_progress"


def test_a_residents_addition_is_signed_as_a_residents(cast: Cast) -> None:
    """Also where that resident works for the community."""
    home = claim_household(
        person=cast.community_worker, estate=cast.estate, building="9", unit="1", room="102",
        by=cast.by_community_worker,
    )  # fmt: skip
    verify_household(membership=home, by=cast.by_secretary)
    case = given.a_registered_case(cast, person=cast.community_worker, by=cast.by_community_worker)
    for number, step in enumerate(("assign", "start", "ask_asker"), 1):
        given._STEPS[step](cast, case, given.A_MONDAY + number * HOUR)
    lead.resume(case, by=cast.by_community_worker, addition="是三层的灯。", now=given.A_MONDAY + 4 * HOUR)
    event = Event.objects.get(stream=case.stream, kind="ledger.case_resumed")
    assert (event.actor_label, event.actor_key) == ("居民", cast.community_worker.key)


def test_an_elder_withdraws_by_phone_with_a_record(cast: Cast) -> None:
    case = given.a_paper_case(cast)
    mine, now = given.original_asker(case), given.A_MONDAY + HOUR
    with pytest.raises(RuleBroken, match="纸条编号或通话时间"):
        answer.withdraw(mine, by=cast.by_community_worker, how="call", now=now)
    for name in ("secretary", "manager", "street_officer"):
        with pytest.raises(NotPermitted):
            answer.withdraw(mine, by=cast.actor(name), how="call", record_note=RECORD, now=now)
    case = answer.withdraw(mine, by=cast.by_community_worker, how="call", record_note=RECORD, now=now)
    assert case.status == "withdrawn"
    event = Event.objects.select_related("secret").get(stream=case.stream, kind="ledger.case_withdrawn")
    assert event.actor_label == cast.by_community_worker.label
    assert RECORD not in str(event.public)
    assert event.secret.private["record_note"] == RECORD


def test_who_has_an_account_withdraws_alone(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    with pytest.raises(RuleBroken, match="请本人撤回"):
        answer.withdraw(
            given.original_asker(case), by=cast.by_community_worker, how="call", record_note=RECORD
        )


def test_the_street_does_not_do_the_work_of_a_community_with_a_secretary(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    assign.assign(
        case,
        by=cast.actor("secretary"),
        case_list="short_term",
        lead=assign.Lead.of_area(cast.community),
        now=given.A_MONDAY,
    )
    with pytest.raises(NotPermitted):
        lead.start(case, by=cast.actor("street_officer"), now=given.A_MONDAY)


def test_the_leads_side_gets_no_code_of_an_asker(cast: Cast) -> None:
    case = replied_by_the_community(cast)
    with pytest.raises(NotPermitted):
        askers.issue_answer_code(given.original_asker(case), by=cast.actor("secretary"))
    assert askers.issue_answer_code(given.original_asker(case), by=cast.actor("street_officer"))


def test_a_code_answers_once_also_when_sent_twice_at_once(cast: Cast) -> None:
    case = given.a_paper_case(cast)
    for number, step in enumerate(("assign", "start", "reply"), 1):
        given._STEPS[step](cast, case, given.A_MONDAY + number * HOUR)
    mine, now = given.original_asker(case), given.A_MONDAY + 4 * HOUR
    askers.issue_answer_code(mine, now=now)
    holder = askers.code_holder(mine)
    answer.answer(mine, by=holder, answer="cannot_tell", how="code", now=now)
    with pytest.raises(RuleBroken, match="已经用过"):
        answer.answer(mine, by=holder, answer="solved", how="code", now=now)


def a_manager_who_lives_here(cast: Cast) -> Case:
    home = claim_household(
        person=cast.manager,
        estate=cast.estate,
        building="9",
        unit="1",
        room="101",
        by=cast.actor("manager"),
    )
    verify_household(membership=home, by=cast.actor("community_worker"))
    case = given.a_registered_case(cast, person=cast.manager, by=cast.actor("manager"))
    for number, step in enumerate(("assign", "start", "reply"), 1):
        given._STEPS[step](cast, case, given.A_MONDAY + number * HOUR)
    return Case.objects.get(pk=case.pk)


def test_nobody_of_the_lead_confirms_the_own_work_as_a_resident(cast: Cast) -> None:
    case = a_manager_who_lives_here(cast)
    mine, now = given.original_asker(case), given.A_MONDAY + 5 * HOUR
    # A sign-in without the second factor holds no role, but is the same person.
    for by in (cast.by_manager, cast.by_manager.without_second_factor()):
        with pytest.raises(RuleBroken, match="不能自己确认"):
            answer.answer(mine, by=by, answer="solved", now=now)
    assert (
        answer.answer(mine, by=cast.by_manager, answer="not_solved", comment="还是坏的。", now=now).status
        == "reopened"
    )


def test_staff_who_ask_as_residents_stand_in_public_as_residents(cast: Cast) -> None:
    case = a_manager_who_lives_here(cast)
    first = Event.objects.get(stream=case.stream, number=1)
    assert (first.actor_label, first.actor_key) == ("居民", cast.manager.key)


def test_what_somebody_wrote_of_the_building_can_be_forgotten(cast: Cast) -> None:
    case = given.a_registered_case(cast, building="王大妈家楼下")
    first = Event.objects.select_related("secret").get(stream=case.stream, number=1)
    assert "王大妈" not in str(first.public)
    assert first.secret.texts["building"] == "〔姓名〕大妈家楼下"


def test_without_a_secretary_the_street_acts_and_what_it_signs_says_so(cast: Cast) -> None:
    from huiyin.apps.people.models import RoleAssignment
    from huiyin.apps.people.services import revoke_role

    post = RoleAssignment.objects.get(person=cast.secretary, role=Role.SECRETARY)
    revoke_role(assignment=post, by=cast.actor("street_officer"))
    case = given.a_registered_case(cast)
    assign.assign(
        case,
        by=cast.actor("street_officer"),
        case_list="short_term",
        lead=assign.Lead.of_area(cast.community),
        now=given.A_MONDAY,
    )
    assert Event.objects.get(stream=case.stream, kind="ledger.case_assigned").actor_label == (
        "街镇干部 顾长河（代社区书记）"
    )
    assert lead.start(case, by=cast.actor("street_officer"), now=given.A_MONDAY).status == "in_progress"


def test_who_acted_for_the_community_does_not_record_what_is_said_of_the_own_reply(cast: Cast) -> None:
    from huiyin.apps.people.models import RoleAssignment
    from huiyin.apps.people.services import grant_role, revoke_role

    post = RoleAssignment.objects.get(person=cast.secretary, role=Role.SECRETARY)
    revoke_role(assignment=post, by=cast.by_street_officer)
    case, acting = given.a_paper_case(cast), cast.by_street_officer
    community = assign.Lead.of_area(cast.community)
    assign.assign(case, by=acting, case_list="short_term", lead=community, now=given.A_MONDAY)
    reply.reply(case, by=acting, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=given.A_MONDAY)
    mine = given.original_asker(case)
    with pytest.raises(RuleBroken, match="另一位来登记"):
        answer.answer(mine, by=acting, answer="solved", how="call", record_note=RECORD, now=given.A_MONDAY)
    drawn = available(Work(Case.objects.get(pk=case.pk), acting, given.A_MONDAY))
    assert "record-answer" not in {command.name for command in drawn}
    other = a_person(77, name="岳明")
    grant_role(
        person=other,
        role=Role.STREET_OFFICER,
        place=cast.street,
        starts_on=BEGINNING,
        by=cast.by_district_officer,
    )
    case = answer.answer(
        mine, by=actor_of(other), answer="solved", how="call", record_note=RECORD, now=given.A_MONDAY
    )
    assert case.status == "confirmed"


def test_a_difficulty_is_told_by_the_estates_company_and_never_led_by_it(cast: Cast) -> None:
    def tells(by: str, estate: object) -> Case:
        return register.register_case(
            by=cast.actor(by),
            text="地下车库漏水，开发商不来。",
            kind="difficulty",
            estate=estate,
            area=cast.community,
            now=given.A_MONDAY,
        )

    for by, estate in (("resident", cast.estate), ("manager", cast.other_estate)):
        with pytest.raises(NotPermitted):
            tells(by, estate)
    case = tells("manager", cast.estate)
    with pytest.raises(RuleBroken, match="不能交给物业企业"):
        assign.assign(
            case,
            by=cast.actor("secretary"),
            case_list="short_term",
            lead=assign.Lead.company(cast.engagement),
            now=given.A_MONDAY,
        )
