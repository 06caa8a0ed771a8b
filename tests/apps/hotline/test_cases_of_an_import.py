"""What an import became in the ledger stands on its page; undoing it takes back what nobody works on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from huiyin.apps.audit.comparing import differences
from huiyin.apps.audit.models import Event
from huiyin.apps.hotline import services
from huiyin.apps.hotline.addresses import token_of
from huiyin.apps.hotline.models import HotlineCase, HotlineImport
from huiyin.apps.hotline.services import run
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services.answer import take_back
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now
from tests import given
from tests.counting import queries_of
from tests.given_hotline import Row, a_row, an_import
from tests.given_topics import some_topics, told
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db

TODAY = f"{now():%Y-%m-%d} 00:00:00"
MONTH = f"{now():%Y-%m}"


def urgent(number: int, **more: str) -> Row:
    words = "云杉里物业的电梯又停了" + "，老人下不了楼" * number
    return a_row(number, words, at=TODAY, **({"紧急程度": "特急"} | more))


def stored(cast: Cast, *rows: Row) -> HotlineImport:
    """With what the rules make of it."""
    import_ = an_import(cast.by_secretary, rows)
    services.follow_up(import_.pk)
    return import_


def undone(cast: Cast, import_: HotlineImport) -> HotlineImport:
    services.undo_import(import_, reason="文件选错了", by=cast.by_secretary)
    return services.take_back(import_.pk)


def page_of(client: Client, import_: HotlineImport) -> str:
    return client.get(reverse("hotline:import", args=[import_.pk])).text


@pytest.fixture
def secretary(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.secretary)


def test_the_page_says_what_a_rule_and_what_people_registered(cast: Cast, secretary: Client) -> None:
    import_ = stored(cast, urgent(1), urgent(2), urgent(3, 紧急程度=""))
    by_hand = services.register_complaint(month=MONTH, number="R0003", by=cast.by_secretary)
    page = page_of(secretary, import_)
    assert "按规则自动登记 2 件" in page
    assert "由人登记 1 件" in page
    for link in HotlineCase.objects.all():
        assert f"/desk/cases/{link.case.number}" in page
    assert HotlineCase.objects.get(case=by_hand).brought_by == import_


def test_a_complaint_that_is_settled_in_the_file_makes_no_case(cast: Cast) -> None:
    stored(cast, urgent(1, 是否解决="是"), urgent(2, 是否解决="否"))
    assert list(HotlineCase.objects.values_list("number", flat=True)) == ["R0002"]


def test_the_case_knows_its_complaint(cast: Cast, secretary: Client) -> None:
    stored(cast, urgent(1))
    case = Case.objects.get()
    page = secretary.get(f"/desk/cases/{case.number}").text
    for told_of_it in ("R0001", "特急", "按规则自动登记：危及安全的紧急诉求", "看这件诉求"):
        assert told_of_it in page
    listed = secretary.get(f"/desk/hotline/estates/yunshanli/complaints?complaint={token_of(MONTH, 'R0001')}")
    assert "共 1 件" in listed.text
    given.led_to(cast, case, status="in_progress", now=now())
    manager = sign_in(Client(), cast.manager).get(f"/desk/cases/{case.number}").text
    assert "R0001" in manager
    assert "看这件诉求" not in manager
    assert "经 12345 热线回访告知来电人" in manager
    assert "也会发给提问人" not in manager


def test_nobody_promises_a_caller_a_message(cast: Cast, secretary: Client) -> None:
    stored(cast, urgent(1))
    case = Case.objects.get()
    page = secretary.get(f"/desk/cases/{case.number}")
    form = next(act["form"] for act in page.context["acts"] if act["command"].name == "assign")
    sent = {field.html_name: field.value() or "" for field in form}
    lead = form.fields["lead"].choices[0][0]
    done = secretary.post(f"/desk/cases/{case.number}/assign", sent | {"lead": lead}, follow=True).text
    assert "已分派，写进了经过。" in done
    assert "提问人会收到消息" not in done


def test_the_case_of_a_topic_says_how_many_complaints_it_stands_for(cast: Cast, secretary: Client) -> None:
    (topic,) = some_topics(told(cast, "G1", "G2", "G3"))
    services.send_topic(topic, by=cast.by_secretary)
    assert "电梯经常停运，3 件" in secretary.get(f"/desk/cases/{Case.objects.get().number}").text


def test_undoing_withdraws_cases_by_rule_that_nobody_works_on(cast: Cast, secretary: Client) -> None:
    import_ = stored(cast, urgent(1), urgent(2), urgent(3, 紧急程度=""))
    waiting, begun = (HotlineCase.objects.get(number=number).case for number in ("R0001", "R0002"))
    given.led_to(cast, begun, status="in_progress", now=now() - timedelta(minutes=5))
    by_hand = services.register_complaint(month=MONTH, number="R0003", by=cast.by_secretary)
    asked = secretary.get(reverse("hotline:undo_import", args=[import_.pk])).text
    assert "会撤出这次存入的 3 件诉求。" in asked
    assert "还没有人开始办的事项随着收回" in asked
    after = undone(cast, import_)
    for case in (waiting, begun, by_hand):
        case.refresh_from_db()
    assert (waiting.status, begun.status, by_hand.status) == ("withdrawn", "in_progress", "registered")
    event = Event.objects.get(kind="ledger.case_withdrawn")
    assert (event.stream, event.actor_key, event.public["how"]) == (waiting.stream, SYSTEM.key, "12345")
    assert (after.taken_out_count, after.restored_count) == (3, 0)
    page = page_of(secretary, import_)
    assert "撤出 3 件诉求。" in page
    assert "已随导入收回" in page
    assert "由人登记的不随导入撤销" in page
    assert begun.number in page
    assert list(differences("")) == []


def test_a_complaint_that_comes_again_after_undoing_becomes_a_case_anew(cast: Cast) -> None:
    undone(cast, stored(cast, urgent(1)))
    again = stored(cast, urgent(1))
    link = HotlineCase.objects.select_related("case").get()
    assert (link.case.status, link.brought_by) == ("registered", again)
    assert sorted(Case.objects.values_list("status", flat=True)) == ["registered", "withdrawn"]


def test_what_stands_in_another_file_too_keeps_its_case(cast: Cast) -> None:
    first = stored(cast, urgent(1))
    stored(cast, urgent(1, 联系电话="13800009999"))
    undone(cast, first)
    assert Case.objects.get().status == "registered"


def test_undoing_what_a_later_file_replaced_says_that_nothing_changes(cast: Cast, secretary: Client) -> None:
    first = stored(cast, urgent(1))
    stored(cast, urgent(1), urgent(2))
    asked = secretary.get(reverse("hotline:undo_import", args=[first.pk])).text
    assert "已全部被后来的文件替换。撤销只记入历史，不改动任何诉求和数字。" in asked
    undone(cast, first)
    assert "没有一件诉求改动，数字也没有变。" in page_of(secretary, first)


def test_undoing_says_how_many_came_again(cast: Cast, secretary: Client) -> None:
    stored(cast, urgent(1))
    later = undone(cast, stored(cast, urgent(1), urgent(2)))
    assert (later.taken_out_count, later.restored_count) == (2, 1)
    page = page_of(secretary, later)
    assert "撤出 2 件诉求。被它替换的 1 件已恢复。" in page


def test_topics_in_the_ledger_are_listed_when_their_complaints_go(cast: Cast, secretary: Client) -> None:
    import_ = stored(cast, *(urgent(number, 紧急程度="") for number in (1, 2, 3)))
    (topic,) = some_topics(told(cast, "R0001", "R0002", "R0003"))
    case = services.send_topic(topic, by=cast.by_secretary).case
    assert case is not None
    undo = reverse("hotline:undo_import", args=[import_.pk])
    assert "撤销不改动台账里的这些事项" in secretary.get(undo).text
    undone(cast, import_)
    services.find_topics()
    assert case.number in page_of(secretary, import_)


def test_only_what_the_hotline_brought_is_taken_back_so(cast: Cast) -> None:
    with pytest.raises(NotPermitted, match="只有 12345 转来的事项"):
        take_back(given.a_case(cast), by=SYSTEM)
    stored(cast, urgent(1))
    case = Case.objects.get(source="hotline")
    with pytest.raises(NotPermitted):
        take_back(case, by=cast.by_stranger)
    given.led_to(cast, case, status="in_progress", now=now())
    with pytest.raises(RuleBroken, match="已经有人在办"):
        take_back(case, by=cast.by_secretary)


def test_the_page_takes_the_same_queries_for_few_cases_and_many(cast: Cast, secretary: Client) -> None:
    few, many = (stored(cast, *rows) for rows in ([urgent(1)], [urgent(n) for n in range(2, 9)]))
    page_of(secretary, few)
    counted = [queries_of(lambda each=each: page_of(secretary, each)) for each in (few, many)]
    assert counted[0] == counted[1]
    assert counted[0] <= 16


def test_the_link_of_a_case_follows_its_complaint_into_another_month(cast: Cast, secretary: Client) -> None:
    stored(cast, urgent(1))
    moved = urgent(1)
    moved[1] = "2026-04-30 08:00:00"
    stored(cast, moved)
    listed = secretary.get(f"/desk/hotline/estates/yunshanli/complaints?complaint={token_of(MONTH, 'R0001')}")
    assert "共 1 件" in listed.text
    assert listed.context["month"].month == 4


def test_an_undo_that_breaks_off_before_its_cases_are_withdrawn_is_begun_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_ = stored(cast, urgent(1))
    services.undo_import(import_, reason="文件选错了", by=cast.by_secretary)

    def lost(*told: object) -> int:
        raise OperationalError("the connection was lost")

    with monkeypatch.context() as patch:
        patch.setattr(run, "withdraw_orphans", lost)
        with pytest.raises(OperationalError):
            services.take_back(import_.pk)
    import_.refresh_from_db()
    assert import_.state == "undoing"
    assert services.take_back(import_.pk).state == "undone"
    assert HotlineCase.objects.get().case.status == "withdrawn"


def test_a_complaint_that_comes_again_after_an_undo_can_be_registered_from_the_pages(
    cast: Cast, secretary: Client
) -> None:
    undone(cast, stored(cast, urgent(1)))
    withdrawn = HotlineCase.objects.get().case.number
    an_import(cast.by_secretary, [urgent(1)])
    listed = secretary.get(f"/desk/hotline/estates/{cast.estate.slug}/complaints?month={MONTH}").text
    found = secretary.post("/desk/hotline/complaints/find", {"number": "R0001"}).text
    for page in (listed, found):
        assert "登记到台账" in page
        assert withdrawn not in page
