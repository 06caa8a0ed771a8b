"""A reply that says nothing is not sent; a weak one is sent when its writer, told what it lacks, means it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.apps.ledger.models import Case, Reply
from huiyin.apps.ledger.reply_checks import weigh
from huiyin.apps.ledger.services import reply
from huiyin.domain.errors import RuleBroken
from huiyin.domain.reply_rules import PATTERN
from huiyin.web.now import now
from tests import given
from tests.apps.evidence.photos import a_photo
from tests.people import Cast, sign_in

EMPTY = "您反映的问题已收悉，我们高度重视，会尽快处理，感谢您的支持。"
WEAK = "灯全换好了，晚上亮着，请您再看一看。"
FULL = given.GOOD_REPLY


@pytest.fixture
def case(cast: Cast) -> Case:
    return given.a_case(
        cast, status="in_progress", now=now() - timedelta(days=1), text="楼道灯不亮，晚上看不清。"
    )


@pytest.fixture
def manager(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.manager)


def send(client: Client, case: Case, text: str, **more: Any) -> Any:
    told = {"text": text, "no_evidence_reason": "晚上拍不清。", **more}
    return client.post(f"/desk/cases/{case.number}/reply", told)


def hints(client: Client, case: Case, text: str) -> Any:
    return client.post(
        f"/desk/cases/{case.number}/reply-check", {"text": text}, headers={"HX-Request": "true"}
    )


def test_who_was_signed_out_is_told_beside_the_reply(client: Client, case: Case) -> None:
    answer = client.post(
        f"/desk/cases/{case.number}/reply-check",
        {"text": WEAK},
        headers={"HX-Request": "true", "Referer": f"http://testserver/desk/cases/{case.number}"},
    )
    assert answer.status_code == 401
    assert f'href="/sign-in?next=/desk/cases/{case.number}"' in answer.text


def mark_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


# --- an empty one -----------------------------------------------------------------------------------------


def test_an_empty_reply_comes_back_with_its_text_and_what_to_write(manager: Client, case: Case) -> None:
    refused = send(manager, case, EMPTY)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "这样的答复不能发给提问人。只说了收到、转办或感谢" in page
    assert "可以照这个样子写" in page
    assert f"{EMPTY}</textarea>" in page
    assert "仍然发出" not in page
    assert not Reply.objects.filter(case=case).exists()


def test_it_is_refused_however_often_and_in_whatever_way_it_is_sent(
    cast: Cast, manager: Client, case: Case
) -> None:
    mark = weigh(case, EMPTY).mark
    assert send(manager, case, EMPTY, seen=mark).status_code == 422
    assert send(manager, case, EMPTY, is_spoken="on").status_code == 422
    with pytest.raises(RuleBroken) as refused:
        reply.reply(case, by=cast.by_manager, text=EMPTY, no_evidence_reason="没有拍。")
    assert refused.value.code == "reply.empty"


def test_only_what_a_meeting_heard_stands_as_it_was_said(cast: Cast, case: Case) -> None:
    row = reply.reply(case, by=cast.by_manager, text=EMPTY, is_spoken=True, was_heard=True)
    assert row.text == EMPTY


def test_the_pattern_is_itself_a_full_reply(case: Case) -> None:
    said = PATTERN[PATTERN.index("“") + 1 : PATTERN.index("”")]
    assert weigh(case, said).checked.reasons == ()


def test_a_short_one_is_refused_at_once_and_not_only_held(manager: Client, case: Case) -> None:
    page = send(manager, case, "修好了，请看。").content.decode()
    assert "答复太短" in page
    assert "还没有发出" not in page


# --- a weak one -------------------------------------------------------------------------------------------


def test_a_weak_reply_is_shown_once_more_with_what_it_lacks(manager: Client, case: Case) -> None:
    held = send(manager, case, WEAK)
    page = held.content.decode()
    assert held.status_code == 422
    assert "还没有发出，请看看缺不缺这几样" in page
    assert "没有日期或期限" in page
    assert "没有写由谁负责" in page
    assert f"{WEAK}</textarea>" in page
    assert "还没有提交，请先改好这里" not in page
    assert not Reply.objects.filter(case=case).exists()


def test_the_same_words_sent_again_are_meant(manager: Client, case: Case) -> None:
    mark = mark_in(send(manager, case, WEAK).content.decode())
    assert send(manager, case, WEAK, seen=mark).status_code == 303
    assert case.replies.get().text == WEAK


def test_other_words_are_weighed_anew(manager: Client, case: Case) -> None:
    mark = mark_in(send(manager, case, WEAK).content.decode())
    held = send(manager, case, f"{WEAK}谢谢。", seen=mark)
    assert held.status_code == 422
    assert mark_in(held.content.decode()) != mark
    assert not Reply.objects.filter(case=case).exists()


def test_what_was_meant_is_not_asked_again_for_want_of_photos(manager: Client, case: Case) -> None:
    mark = mark_in(send(manager, case, WEAK).content.decode())
    refused = send(manager, case, WEAK, seen=mark, no_evidence_reason="").content.decode()
    assert "请附照片，或写明为什么没有照片。" in refused
    assert "还没有发出" not in refused
    assert mark_in(refused) == mark


def test_photos_of_a_reply_that_is_shown_once_more_have_to_be_chosen_again(
    manager: Client, case: Case
) -> None:
    photo = SimpleUploadedFile("after.jpg", a_photo().read(), "image/jpeg")
    assert "刚才选的没有留下，请再选一次。" in send(manager, case, WEAK, photos=photo).content.decode()


def test_a_full_reply_is_sent_at_once(manager: Client, case: Case) -> None:
    assert send(manager, case, FULL).status_code == 303
    assert case.replies.get().text == FULL


# --- while somebody types ---------------------------------------------------------------------------------


def test_the_hints_beside_the_form_say_what_is_there_and_what_is_missing(manager: Client, case: Case) -> None:
    assert "这样还不能发给提问人" in hints(manager, case, EMPTY).text
    weak = hints(manager, case, WEAK).text
    assert "发出前看看还缺什么" in weak
    assert "<html" not in weak
    full = hints(manager, case, FULL).text
    assert "该写的都写到了" in full
    assert "写了谁负责" in full
    assert hints(manager, case, "  ").text.strip() == ""
    assert hints(manager, case, "灯换好了。").text.strip() == ""


def test_who_was_only_shown_hints_of_these_words_is_still_asked_once(manager: Client, case: Case) -> None:
    assert 'name="seen"' not in hints(manager, case, WEAK).text
    held = send(manager, case, WEAK)
    assert held.status_code == 422
    assert "仍然发出" in held.text
    assert send(manager, case, WEAK, seen=mark_in(held.text)).status_code == 303


def test_words_that_are_only_weighed_are_kept_nowhere(
    manager: Client, case: Case, caplog: pytest.LogCaptureFixture, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(9) as seen, caplog.at_level("DEBUG"):
        hints(manager, case, WEAK)
    assert not [query["sql"] for query in seen if WEAK in query["sql"]]
    assert WEAK not in caplog.text
    assert not Reply.objects.exists()


@pytest.mark.parametrize("role", ["stranger", "resident", "auditor", "secretary", "technician"])
def test_only_the_lead_is_given_hints(client: Client, cast: Cast, case: Case, role: str) -> None:
    assert hints(sign_in(client, getattr(cast, role)), case, WEAK).status_code == 404
