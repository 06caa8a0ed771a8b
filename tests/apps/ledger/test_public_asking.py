"""A resident asks: finds the estate, writes, is shown what is asked already, and is registered exactly once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.ledger import similar
from huiyin.apps.ledger.models import Asker, Case, CasePrivate
from huiyin.apps.ledger.services import askers
from huiyin.apps.people.services import claim_household
from huiyin.language.masking import mask
from huiyin.web import anchors
from huiyin.web.now import now
from tests import given
from tests.apps.ledger.many import many_cases
from tests.people import Cast, sign_in

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
ASKED = {
    "text": "儿童滑梯的螺丝露在外面，孩子的裤子刮破了。",
    "building": "中心花园",
    "nickname": "槐花",
    "kind": "complaint",
    "idempotency_key": KEY,
}


@pytest.fixture(autouse=True)
def _nothing_kept(cast: Cast) -> None:
    similar.forget()
    anchors.latest()


PROMISE = "姓名只有写在“我叫”“联系人”“姓名”后面的才认得出来"


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("resident", "/ask?estate=yunshanli"),
        ("community_worker", "/desk/cases/new"),
        ("manager", "/desk/cases/difficulty"),
    ],
)
def test_the_hint_promises_no_more_than_the_masking_keeps(cast: Cast, who: str, page: str) -> None:
    shown = sign_in(Client(), getattr(cast, who)).get(page).text
    assert PROMISE in shown
    assert "电话、证件号和房号公开前会自动遮盖" in shown
    told = "我叫王小明，联系人：李建国，姓名：赵志强，电话13800138000，身份证11010519491231002X，住6号楼2单元302室"
    masked = mask(f"{told}，张建国也看见了。")
    for words in ("王小明", "李建国", "赵志强", "13800138000", "11010519491231002X", "302"):
        assert words not in masked
    assert "张建国" in masked, "a bare name is found after all: the hint may say so"


@pytest.fixture
def resident(cast: Cast) -> Client:
    return sign_in(Client(), cast.resident)


def ask(client: Client, **changes: str) -> object:
    return client.post("/ask?estate=yunshanli", ASKED | {"estate": "yunshanli"} | changes)


def test_a_question_is_registered_with_a_number_and_its_asker(cast: Cast, resident: Client) -> None:
    answer = ask(resident)
    case = Case.objects.get()
    assert answer.headers["Location"] == reverse("ledger:case", args=[case.number])  # type: ignore[attr-defined]
    asker = Asker.objects.get(case=case)
    assert asker.person == cast.resident
    assert asker.household is not None
    assert (case.kind, case.building, case.source) == ("complaint", "中心花园", "web")
    assert case.number in resident.get(reverse("ledger:my_cases")).text


def test_lines_end_as_they_are_kept_whatever_the_browser_sends(cast: Cast, resident: Client) -> None:
    ask(resident, text="滑梯的螺丝露在外面。\r\n\r\n孩子的裤子刮破了。" + "\r\n" * 1000 + "请看看。")
    assert Case.objects.get().text.startswith("滑梯的螺丝露在外面。\n\n孩子的裤子刮破了。\n")


def test_sent_twice_is_registered_once(cast: Cast, resident: Client) -> None:
    first, second = ask(resident), ask(resident)
    assert first.headers["Location"] == second.headers["Location"]  # type: ignore[attr-defined]
    assert Case.objects.count() == 1


def test_without_an_account_the_words_are_kept_until_after_signing_in(cast: Cast, client: Client) -> None:
    sent = ask(client)
    assert sent.headers["Location"].startswith("/sign-in?next=")  # type: ignore[attr-defined]
    assert not Case.objects.exists()
    page = client.get("/ask?estate=yunshanli&draft=1")
    assert ASKED["text"] in page.text


def test_what_is_wrong_stands_beside_the_field_and_nothing_is_lost(cast: Cast, resident: Client) -> None:
    refused = ask(resident, text="灯", building="6号楼")
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert 'value="6号楼"' in refused.text  # type: ignore[attr-defined]
    assert "hy-error" in refused.text  # type: ignore[attr-defined]


def test_a_likely_double_is_held_once_and_goes_through_when_told_to(cast: Cast, resident: Client) -> None:
    before = given.a_registered_case(cast, person=cast.neighbour)
    held = ask(resident, text=given.TEXT)
    assert "是不是这几件之一" in held.text  # type: ignore[attr-defined]
    assert before.number in held.text  # type: ignore[attr-defined]
    join = reverse("ledger:join_case", args=[before.number])
    assert f'action="{join}"' in held.text, "joining is one press away"  # type: ignore[attr-defined]
    assert Case.objects.count() == 1
    ask(resident, text=given.TEXT, is_new="1")
    assert Case.objects.count() == 2


def test_who_asked_already_is_led_to_the_own_case(cast: Cast, resident: Client) -> None:
    mine = given.a_registered_case(cast)
    held = ask(resident, text=given.TEXT)
    assert reverse("ledger:join_case", args=[mine.number]) not in held.text  # type: ignore[attr-defined]
    assert "您家已提过，看进度" in held.text  # type: ignore[attr-defined]
    assert "不用再提一遍" in held.text  # type: ignore[attr-defined]


def test_who_is_not_known_to_live_there_is_led_to_the_home_form(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    newcomer = sign_in(Client(), cast.technician)
    held = ask(newcomer, text=given.TEXT).text  # type: ignore[attr-defined]
    assert reverse("ledger:join_case", args=[case.number]) not in held
    assert '<a href="/my/account#home">先添住址，核实后可同问</a>' in held
    claim_household(
        person=cast.technician,
        by=cast.actor("technician"),
        estate=cast.estate,
        building="6",
        unit="",
        room="303",
    )
    assert "您的住址等社区核实，核实后可同问" in ask(newcomer, text=given.TEXT).text  # type: ignore[attr-defined]
    refused = newcomer.post(reverse("ledger:join_case", args=[case.number]), follow=True)
    assert refused.redirect_chain[-1][0] == "/my/account#home"
    assert "要先核实您是这个小区的住户" in refused.text


def test_a_settled_matter_alone_never_holds_a_question_up(cast: Cast, resident: Client) -> None:
    settled = given.a_case(cast, status="confirmed", now=now() - timedelta(days=30))
    shown = resident.post("/ask/similar", {"estate": "yunshanli", "text": given.TEXT}).text
    again = f"/ask?estate=yunshanli&amp;again={settled.number}"
    assert f'<a href="{again}">已经办结，又发生了就从这里再提</a>' in shown
    assert ask(resident, text=given.TEXT).status_code == 303  # type: ignore[attr-defined]
    assert Case.objects.count() == 2


def test_holding_a_question_up_asks_twelve_queries_at_most(cast: Cast, resident: Client) -> None:
    for _ in range(5):
        given.a_registered_case(cast, person=cast.neighbour)
    with CaptureQueriesContext(connection) as asked:
        assert "是不是这几件之一" in ask(resident, text=given.TEXT).text  # type: ignore[attr-defined]
    assert len(asked) <= 12


def test_while_typing_the_estates_own_cases_are_shown_and_no_others(cast: Cast, client: Client) -> None:
    case = given.a_registered_case(cast)
    here = client.post("/ask/similar", {"estate": "yunshanli", "text": "楼道灯不亮"}).text
    elsewhere = client.post("/ask/similar", {"estate": "beiqiaoyuan", "text": "楼道灯不亮"}).text
    assert case.number in here
    assert case.number not in elsewhere


def test_what_is_typed_is_never_in_an_address(cast: Cast) -> None:
    """Proxies keep addresses, and a long text would not fit into one."""
    given.a_registered_case(cast)
    browser = Client(enforce_csrf_checks=True)
    page = browser.get("/ask", {"estate": "yunshanli"}).text
    assert 'hx-post="/ask/similar"' in page
    assert "hx-get" not in page
    typed = {"estate": "yunshanli", "text": "楼道灯不亮" * 200}
    assert browser.get("/ask/similar", typed).status_code == 405
    assert browser.post("/ask/similar", typed).status_code == 403, "another site may not ask"
    token = browser.cookies["csrftoken"].value
    assert browser.post("/ask/similar", typed | {"csrfmiddlewaretoken": token}).status_code == 200


def test_me_too_joins_instead_of_asking_again(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    neighbour = sign_in(Client(), cast.neighbour)
    neighbour.post(reverse("ledger:join_case", args=[case.number]))
    assert Case.objects.get().me_too_count == 1
    assert case.number in neighbour.get(reverse("ledger:my_cases")).text


def test_what_waits_for_me_stands_once_and_says_so(cast: Cast, resident: Client) -> None:
    replied, open_one = given.a_case(cast, status="replied"), given.a_registered_case(cast)
    page = resident.get(reverse("ledger:my_cases")).text
    assert (
        page.count(f'href="/cases/{replied.number}"') == page.count(f'href="/cases/{open_one.number}"') == 1
    )
    assert "等您确认" in page
    assert "等提问人确认" not in page
    Case.objects.filter(pk=open_one.pk).update(status="merged", merged_into=replied)
    assert resident.get(reverse("ledger:my_cases")).text.count("等您确认") == 2


def test_the_reply_is_read_where_the_code_is_typed(cast: Cast, client: Client) -> None:
    case = given.a_case(cast, status="replied")
    code = askers.issue_answer_code(given.original_asker(case))
    page = client.post("/answer", {"number": case.number, "code": code}).text
    assert given.GOOD_REPLY in page
    assert "这件事解决了吗？" in page


@pytest.mark.parametrize("said", ["云杉里", "杉里", "望溪路", "云杉里6号楼", "云杉里小区"])
def test_the_estate_is_found_by_what_people_call_it(cast: Cast, client: Client, said: str) -> None:
    found = client.get("/ask", {"q": said}).text
    assert "?estate=yunshanli" in found
    assert "?estate=beiqiaoyuan" not in found


@pytest.mark.parametrize("others", [100, 10_000])
def test_submitting_asks_twelve_queries_at_most(cast: Cast, resident: Client, others: int) -> None:
    """Session, person, estate, household, key, roles, number, case, asker, event, jobs; savepoints are the test's."""
    many_cases(cast, others)
    ask(resident)
    with CaptureQueriesContext(connection) as asked:
        answer = ask(
            resident, idempotency_key=KEY.replace("0", "1"), text="车棚顶漏雨，电动车淋湿了。", is_new="1"
        )
    assert answer.status_code == 303  # type: ignore[attr-defined]
    statements = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 12, "\n".join(sql[:150] for sql in statements)


@pytest.mark.parametrize("count", [2, 20])
def test_my_cases_ask_the_same_number_of_queries(
    cast: Cast, resident: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        given.a_case(cast, status="replied")
    resident.get(reverse("ledger:my_cases"))
    with django_assert_max_num_queries(7):
        resident.get(reverse("ledger:my_cases"))


def test_a_room_written_for_a_building_is_not_public(cast: Cast, resident: Client) -> None:
    ask(resident, building="12-2-1205")
    case = Case.objects.get()
    assert case.building == "12〔房号〕"
    assert CasePrivate.objects.get(case=case).address == "12-2-1205", "the lead finds the door"
    assert "1205" not in Client().get(reverse("ledger:case", args=[case.number])).text
