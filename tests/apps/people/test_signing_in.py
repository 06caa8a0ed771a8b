"""Signing in with a code from a phone: no password, no second account, nothing to guess."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from huiyin.apps.people.models import Contact, OutboxMessage, Person
from huiyin.apps.people.second_factor import current_code, set_up
from huiyin.apps.people.services import erase_person
from huiyin.integrations.sms import SmsFailed
from tests.people import Cast, a_cast, a_person, a_phone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    settings.HUIYIN_DEMO = True


def code_for(phone: str) -> str:
    return OutboxMessage.objects.filter(phone=phone).first().code  # type: ignore[union-attr]


def ask_for_code(client: Client, phone: str, **more: str) -> Any:
    return client.post("/sign-in", {"phone": phone, **more})


def give_code(client: Client, code: str, **more: str) -> Any:
    return client.post("/sign-in/code", {"code": code, **more})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_new_resident_gets_an_account_with_the_first_code(client: Client) -> None:
    assert ask_for_code(client, "+86 199-0000-7001").headers["Location"] == "/sign-in/code"
    assert not Person.objects.exists()
    assert give_code(client, code_for("19900007001")).status_code == 302
    person = Person.objects.get()
    assert is_signed_in(client)
    assert person.contact.verified_at
    assert person.consents.get().purpose == "account"
    assert client.get("/my/start").headers["Location"] == "/my/account"


def test_the_same_number_leads_to_the_same_account(client: Client) -> None:
    person = a_person(1, nickname="槐花")
    ask_for_code(client, "１９９　０００００００１")
    give_code(client, code_for(a_phone(1)))
    assert client.session["_auth_user_id"] == str(person.pk)
    assert Person.objects.count() == 1


def test_after_signing_in_one_is_back_where_one_was(client: Client) -> None:
    a_person(1)
    answer = ask_for_code(client, a_phone(1), next="/ask?estate=yunshanli")
    assert "next=%2Fask" in answer.headers["Location"]
    landed = give_code(client, code_for(a_phone(1)), next="/ask?estate=yunshanli")
    assert client.get(landed.headers["Location"]).headers["Location"] == "/ask?estate=yunshanli"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_site(client: Client, elsewhere: str) -> None:
    a_person(1, nickname="槐花")
    ask_for_code(client, a_phone(1), next=elsewhere)
    landed = give_code(client, code_for(a_phone(1)), next=elsewhere)
    assert "evil" not in landed.headers["Location"]


@pytest.mark.parametrize("wrong", ["", "12345", "010-5550 0101", "199000070011"])
def test_what_is_no_mobile_number_is_refused_beside_the_field(client: Client, wrong: str) -> None:
    page = ask_for_code(client, wrong)
    assert page.status_code == 422
    assert 'id="id_phone-error"' in page.content.decode()


def test_a_wrong_code_can_be_tried_again_five_times(client: Client) -> None:
    ask_for_code(client, a_phone(9))
    wrong = "000000" if code_for(a_phone(9)) != "000000" else "111111"
    for _attempt in range(4):
        assert give_code(client, wrong).status_code == 422
    assert give_code(client, wrong).headers["Location"] == "/sign-in"
    assert give_code(client, code_for(a_phone(9))).headers["Location"] == "/sign-in"
    assert not is_signed_in(client)


def test_ten_wrong_codes_lock_the_number_there_and_leave_no_number_behind(client: Client) -> None:
    guess = "000000"
    for _code in range(2):
        ask_for_code(Client(), a_phone(9))
        fresh = Client()
        _without_limits(fresh, a_phone(9))
        for _attempt in range(5):
            give_code(fresh, guess)
    assert ask_for_code(client, a_phone(9)).status_code in (422, 429)
    names = list(AccessAttempt.objects.values_list("username", flat=True))
    assert names
    assert not any("1990000" in str(name) for name in names)


def test_strangers_do_not_use_up_the_codes_of_a_number(client: Client) -> None:
    for house in range(3):
        asked = [Client(REMOTE_ADDR=f"198.51.100.{house}").post("/sign-in", {"phone": a_phone(9)})]
        asked += [Client(REMOTE_ADDR=f"198.51.100.{house}").post("/sign-in", {"phone": a_phone(9)})]
        assert [answer.status_code for answer in asked] == [302, 422]
    assert ask_for_code(client, a_phone(9)).status_code == 302


def test_a_number_gets_no_more_than_thirty_codes_a_day_from_strangers(client: Client) -> None:
    a_person(9)
    known = Client()
    ask_for_code(known, a_phone(9))
    give_code(known, code_for(a_phone(9)))
    known.post("/sign-out")
    statuses = [
        Client(REMOTE_ADDR=f"198.51.100.{house}").post("/sign-in", {"phone": a_phone(9)}).status_code
        for house in range(40)
    ]
    assert statuses == [302] * 29 + [422] * 11
    assert ask_for_code(client, a_phone(9)).status_code == 422
    assert ask_for_code(known, a_phone(9)).status_code == 302
    assert ask_for_code(known, a_phone(8)).status_code == 302  # its note speaks of that number only


def test_wrong_codes_of_strangers_do_not_lock_the_browser_that_knows_the_number(client: Client) -> None:
    a_person(9)
    ask_for_code(client, a_phone(9))
    give_code(client, code_for(a_phone(9)))
    client.post("/sign-out")
    for _code in range(2):
        stranger = Client()
        _without_limits(stranger, a_phone(9))
        for _attempt in range(5):
            give_code(stranger, "000000")
    assert ask_for_code(Client(), a_phone(9)).status_code == 422
    assert ask_for_code(client, a_phone(9)).status_code == 302
    give_code(client, code_for(a_phone(9)))
    assert is_signed_in(client)


def test_wrong_codes_elsewhere_do_not_lock_the_number_here(client: Client) -> None:
    for _code in range(2):
        stranger = Client(REMOTE_ADDR="198.51.100.7")
        _without_limits(stranger, a_phone(9))
        for _attempt in range(5):
            give_code(stranger, "000000")
    assert ask_for_code(Client(REMOTE_ADDR="198.51.100.7"), a_phone(9)).status_code == 422
    assert ask_for_code(client, a_phone(9)).status_code == 302


def test_the_note_of_a_known_browser_cannot_be_made_up_and_goes_to_the_sign_in_pages_only(
    client: Client,
) -> None:
    ask_for_code(client, a_phone(9))
    give_code(client, code_for(a_phone(9)))
    note = client.cookies["hy_known"]
    assert (note["path"], bool(note["httponly"])) == ("/sign-in", True)
    assert a_phone(9) not in note.value
    forged = Client()
    forged.cookies["hy_known"] = note.value[:-1] + ("A" if note.value[-1] != "A" else "B")
    assert ask_for_code(forged, a_phone(9)).status_code == 422


def _without_limits(client: Client, phone: str) -> None:
    """A code for this client although one was sent a moment ago."""
    from django.core.cache import cache

    cache.clear()
    ask_for_code(client, phone)
    if code_for(phone) == "000000":
        OutboxMessage.objects.all().delete()
        _without_limits(client, phone)


def test_a_second_code_within_a_minute_is_refused(client: Client) -> None:
    ask_for_code(client, a_phone(9))
    page = ask_for_code(Client(), a_phone(9))
    assert page.status_code == 422
    assert OutboxMessage.objects.count() == 1


def test_the_code_says_who_asks_and_that_nobody_else_does(client: Client) -> None:
    ask_for_code(client, a_phone(9))
    message = OutboxMessage.objects.get()
    assert re.search(r"【回音】登录验证码 \d{6}，5 分钟内有效", message.text)
    assert message.code in message.text


def test_a_gateway_that_is_down_is_said_plainly(client: Client, settings: Any) -> None:
    settings.HUIYIN_DEMO = False
    page = ask_for_code(client, a_phone(9))
    assert page.status_code == 422
    assert "短信没有发出去" in page.content.decode()


def test_the_number_stands_nowhere_in_plain_but_in_the_contact(client: Client) -> None:
    person = a_person(1)
    contact = Contact.objects.get(person=person)
    assert a_phone(1) not in contact.phone_hmac
    assert len(contact.phone_hmac) == 64


def test_an_erased_person_who_comes_back_is_somebody_new(client: Client) -> None:
    from huiyin.apps.people.selectors import actor_of

    person = a_person(1)
    erase_person(person=person, by=actor_of(person))
    ask_for_code(client, a_phone(1))
    give_code(client, code_for(a_phone(1)))
    assert client.session["_auth_user_id"] != str(person.pk)


def test_staff_give_a_second_factor_after_the_code(client: Client) -> None:
    cast = a_cast()
    secret = set_up(cast.secretary)
    phone = cast.secretary.contact.phone
    ask_for_code(client, phone)
    assert give_code(client, code_for(phone)).headers["Location"] == "/sign-in/second-factor"
    assert not is_signed_in(client)
    assert client.post("/sign-in/second-factor", {"code": "000000"}).status_code == 422
    assert client.post("/sign-in/second-factor", {"code": current_code(secret)}).status_code == 302
    assert client.get("/desk/people").status_code == 200


def test_a_dynamic_code_works_once(client: Client) -> None:
    cast = a_cast()
    secret, phone = set_up(cast.secretary), cast.secretary.contact.phone
    code = current_code(secret)
    for who, status in ((client, 302), (Client(), 422)):
        from django.core.cache import cache

        cache.delete_many([])
        if status == 422:
            _forget_sms_limit(phone)
        ask_for_code(who, phone)
        give_code(who, code_for(phone))
        assert who.post("/sign-in/second-factor", {"code": code}).status_code == status


def _forget_sms_limit(phone: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_shared_cache WHERE cache_key LIKE '%request_login_code%'")


def test_staff_without_a_second_factor_set_it_up_first(client: Client) -> None:
    cast = a_cast()
    phone = cast.secretary.contact.phone
    ask_for_code(client, phone)
    give_code(client, code_for(phone))
    assert is_signed_in(client)
    assert client.get("/desk/people").headers["Location"] == "/sign-in/second-factor/new?next=/desk/people"
    page = client.get("/sign-in/second-factor/new?next=/desk/people").content.decode()
    secret = re.search(r"<code class=\"hy-code-inline\">([A-Z2-7 ]+)</code>", page)
    assert secret
    assert "<svg" in page
    done = client.post("/sign-in/second-factor/new", {"code": current_code(secret[1].replace(" ", ""))})
    assert done.status_code == 200
    assert done.content.decode().count("hy-code-inline") == 8
    assert client.get("/desk/people").status_code == 200


def test_a_technician_needs_no_second_factor(client: Client) -> None:
    cast = a_cast()
    phone = cast.technician.contact.phone
    ask_for_code(client, phone)
    give_code(client, code_for(phone))
    assert client.get("/my/start").status_code == 302
    assert client.get("/sign-in/second-factor/new").headers["Location"] == "/my/account"


def test_signing_out_needs_a_post(client: Client) -> None:
    client.force_login(a_person(1), backend="huiyin.apps.people.backends.PersonBackend")
    assert client.get("/sign-out").status_code == 405
    client.post("/sign-out")
    assert not is_signed_in(client)


def test_signing_in_is_safe_from_other_sites() -> None:
    client = Client(enforce_csrf_checks=True)
    assert ask_for_code(client, a_phone(1)).status_code == 403


def test_the_outbox_exists_only_in_the_demo(client: Client, settings: Any) -> None:
    assert client.get("/outbox").status_code == 200
    settings.SMS_URL = "https://sms.example.cn/send"
    assert client.get("/outbox").status_code == 404
    settings.SMS_URL, settings.HUIYIN_DEMO = "", False
    assert client.get("/outbox").status_code == 404


def test_without_a_gateway_nothing_is_sent(settings: Any) -> None:
    from huiyin.apps.people.sms import send_sms

    settings.HUIYIN_DEMO = False
    with pytest.raises(SmsFailed):
        send_sms(a_phone(1), "您好")


def test_the_cast_has_its_contacts(client: Client) -> None:
    cast: Cast = a_cast()
    assert cast.secretary.contact.phone == a_phone(8)
