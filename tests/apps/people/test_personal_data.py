"""Consent, the log of opened contacts, one's own data, erasure and retention (domain.md §9)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessLog
from django.test import Client

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.people import personal_data, retention
from huiyin.apps.people.models import Contact, ContactOpening, HouseholdMembership, Person
from huiyin.apps.people.own_data import ACCESS_LOG_DAYS
from huiyin.apps.people.personal_data import Section
from huiyin.apps.people.selectors import actor_of, consents_of, has_consented, memberships_to_check
from huiyin.apps.people.services import (
    claim_household,
    end_membership,
    erase_person,
    export_person,
    give_consent,
    open_contact,
    verify_household,
    withdraw_consent,
)
from huiyin.apps.places.selectors import scope_of_estate
from huiyin.domain import consent as wording
from huiyin.domain.access import Role
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now
from tests.people import Cast, a_cast, a_person, a_phone, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def test_consent_is_given_and_withdrawn_one_purpose_at_a_time(cast: Cast) -> None:
    person, by = cast.resident, cast.by_resident
    give_consent(person=person, purpose="reply_sms", by=by)
    assert has_consented(person.pk, "reply_sms")
    assert not has_consented(person.pk, "case_contact")
    withdraw_consent(person=person, purpose="reply_sms", by=by)
    assert not has_consented(person.pk, "reply_sms")
    assert person.consents.count() == 1


def test_a_new_wording_asks_again_and_keeps_the_old_answer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, by = cast.resident, cast.by_resident
    old = give_consent(person=person, purpose="reply_sms", by=by)
    newer = wording.Purpose("reply_sms", "2", "用短信告诉我答复", "新的说明")
    monkeypatch.setitem(wording.PURPOSES, "reply_sms", newer)
    new = give_consent(person=person, purpose="reply_sms", by=by)
    old.refresh_from_db()
    assert old.withdrawn_at is not None
    assert consents_of(person)["reply_sms"] == new


def test_what_an_account_needs_cannot_be_withdrawn_alone(cast: Cast) -> None:
    give_consent(person=cast.resident, purpose="account", by=cast.by_resident)
    with pytest.raises(RuleBroken):
        withdraw_consent(person=cast.resident, purpose="account", by=cast.by_resident)


def test_nobody_consents_for_another(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        give_consent(person=cast.resident, purpose="reply_sms", by=cast.by_secretary)


# --- homes ------------------------------------------------------------------------------------------------


def test_a_home_counts_after_a_community_worker_has_checked_it(cast: Cast) -> None:
    person = a_person(40)
    home = claim_household(
        person=person, estate=cast.estate, building="6", unit="1", room="101", by=actor_of(person)
    )
    assert not actor_of(person).holds(Role.RESIDENT, cast.by_resident.homes[0])
    assert list(memberships_to_check(cast.by_community_worker)) == [home]
    assert list(memberships_to_check(cast.by_stranger)) == []
    for name in ("manager", "street_officer", "stranger", "resident"):
        with pytest.raises(NotPermitted):
            verify_household(membership=home, by=cast.actor(name))
    verify_household(membership=home, by=cast.by_community_worker)
    assert actor_of(person).holds(Role.RESIDENT, cast.by_resident.homes[0])


def test_another_room_has_to_be_checked_again(cast: Cast) -> None:
    claim_household(person=cast.resident, estate=cast.estate, building="1", room="1", by=cast.by_resident)
    assert not actor_of(cast.resident).homes
    assert HouseholdMembership.objects.filter(person=cast.resident, ended_at=None).count() == 1


def test_a_worker_does_not_check_the_own_home(cast: Cast) -> None:
    worker = cast.community_worker
    home = claim_household(
        person=worker, estate=cast.estate, building="1", room="1", by=cast.by_community_worker
    )
    with pytest.raises(RuleBroken):
        verify_household(membership=home, by=cast.by_community_worker)
    end_membership(membership=home, by=cast.by_community_worker)


# --- contacts ---------------------------------------------------------------------------------------------


def test_opening_a_contact_leaves_a_line_the_person_can_read(cast: Cast, client: Client) -> None:
    reason = "约上门看漏水"
    assert open_contact(person=cast.resident, reason=reason, by=cast.by_secretary) == a_phone(1)
    opening = ContactOpening.objects.get()
    assert (opening.opened_by_label, opening.reason) == ("社区书记 何知夏", reason)
    page = sign_in(client, cast.resident).get("/my/privacy").content.decode()
    assert reason in page
    assert "社区书记 何知夏" in page


@pytest.mark.parametrize(
    "name",
    [
        "manager",
        "company_admin",
        "technician",
        "street_officer",
        "district_officer",
        "auditor",
        "operator",
        "stranger",
    ],
)
def test_others_have_no_right_to_open_contacts(cast: Cast, name: str) -> None:
    with pytest.raises(NotPermitted):
        open_contact(person=cast.resident, reason="想看看", by=cast.actor(name))
    assert not ContactOpening.objects.exists()


def test_an_opening_is_logged_where_it_was_allowed(cast: Cast) -> None:
    claim_household(
        person=cast.resident, estate=cast.other_estate, building="1", room="1", by=cast.by_resident
    )
    for by, estate in ((cast.by_stranger, cast.other_estate), (cast.by_secretary, cast.estate)):
        open_contact(person=cast.resident, reason="约上门看漏水", by=by)
        opening = ContactOpening.objects.latest("id")
        assert opening.area_path == scope_of_estate(estate).path


def test_without_a_reason_no_contact_is_opened(cast: Cast) -> None:
    with pytest.raises(RuleBroken):
        open_contact(person=cast.resident, reason=" ", by=cast.by_secretary)


# --- own data and erasure ---------------------------------------------------------------------------------


@pytest.fixture
def notes() -> Iterator[dict[int, list[str]]]:
    """A higher app's section: notes somebody wrote."""
    kept: dict[int, list[str]] = {}
    personal_data.register(
        Section(
            name="tests.notes",
            label="便条",
            export=lambda person: list(kept.get(person.pk, [])),
            erase=lambda person, by, at: len(kept.pop(person.pk, [])),
        )
    )
    yield kept
    personal_data._sections.pop("tests.notes")


def test_one_download_holds_what_every_app_keeps(
    cast: Cast, client: Client, notes: dict[int, list[str]]
) -> None:
    notes[cast.resident.pk] = ["楼道灯不亮"]
    notes[cast.neighbour.pk] = ["别人的"]
    answer = sign_in(client, cast.resident).post("/my/privacy/export")
    told = json.loads(answer.content)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert told["sections"]["people.account"]["data"]["phone"] == a_phone(1)
    assert told["sections"]["people.homes"]["data"][0]["room"] == "302"
    assert told["sections"]["tests.notes"]["data"] == ["楼道灯不亮"]


def test_nobody_exports_or_erases_another(cast: Cast) -> None:
    for name in ("neighbour", "secretary", "district_officer", "operator"):
        with pytest.raises(NotPermitted):
            export_person(person=cast.resident, by=cast.actor(name))
        with pytest.raises(NotPermitted):
            erase_person(person=cast.resident, by=cast.actor(name))


def test_erasing_forgets_the_person_and_the_chain_still_verifies(
    cast: Cast, client: Client, notes: dict[int, list[str]]
) -> None:
    person = cast.resident
    notes[person.pk] = ["楼道灯不亮"]
    open_contact(person=person, reason="约上门看漏水", by=cast.by_secretary)
    sign_in(client, person)
    answer = client.post("/my/privacy/erase", {"is_sure": "on"})
    assert answer.headers["Location"] == "/"
    person.refresh_from_db()
    assert (person.nickname, person.is_active) == ("", False)
    assert person.erased_at is not None
    assert not Contact.objects.filter(person=person).exists()
    assert not HouseholdMembership.objects.filter(person=person).exists()
    assert person.pk not in notes
    assert ContactOpening.objects.get().reason == "—"
    assert client.get("/my/account").status_code == 302
    stream = f"person/{person.pk}"
    assert "people.erased" in [event.kind for event in history_of(stream)]
    assert not list(problems(Counts(), stream=stream))


def test_staff_end_their_roles_before_they_leave(cast: Cast) -> None:
    with pytest.raises(RuleBroken):
        erase_person(person=cast.secretary, by=cast.by_secretary)
    assert Person.objects.get(pk=cast.secretary.pk).display_name == "何知夏"


def test_a_section_that_refuses_keeps_everything(cast: Cast) -> None:
    def refuse(person: Person, by: Any, at: Any) -> int:
        raise RuleBroken("还有没办完的事。", code="tests.open")

    personal_data.register(Section("tests.open", "没办完的", lambda person: None, refuse))
    try:
        with pytest.raises(RuleBroken):
            erase_person(person=cast.resident, by=cast.by_resident)
    finally:
        personal_data._sections.pop("tests.open")
    assert Contact.objects.filter(person=cast.resident).exists()


# --- retention --------------------------------------------------------------------------------------------


def test_sign_ins_are_kept_six_months_and_then_removed(cast: Cast) -> None:
    assert ACCESS_LOG_DAYS >= 183
    moment = now()
    for days in (1, 185, ACCESS_LOG_DAYS + 1):
        log = AccessLog.objects.create(
            username="1", ip_address="192.0.2.1", user_agent="", path_info="/sign-in"
        )
        AccessLog.objects.filter(pk=log.pk).update(attempt_time=moment - timedelta(days=days))
    counts = retention.run_all(moment)
    assert counts["people.access_log"] == 1
    assert AccessLog.objects.count() == 2


def test_one_rule_that_fails_does_not_stop_the_others(cast: Cast) -> None:
    def fail(moment: Any) -> int:
        raise OSError("disk")

    retention.register(retention.Rule("tests.fails", "坏的", 1, fail))
    try:
        counts = retention.run_all(now())
    finally:
        retention._rules.pop("tests.fails")
    assert counts["tests.fails"] == -1
    assert counts["people.sessions"] >= 0
