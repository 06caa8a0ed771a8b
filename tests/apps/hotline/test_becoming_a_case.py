"""A complaint becomes a case with one click or by a rule, once; the hotline's call-back answers for the asker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.utils import IntegrityError
from django.test import Client
from django.urls import reverse

from huiyin.apps.hotline import services
from huiyin.apps.hotline.addresses import token_of
from huiyin.apps.hotline.complaints import complaint_of
from huiyin.apps.hotline.models import HotlineCase, HotlineImport
from huiyin.apps.hotline.services import cases
from huiyin.apps.hotline.tasks import AGAIN
from huiyin.apps.ledger.models import AnswerGiven, Case
from huiyin.apps.ledger.services.answer import answer_by_call_back
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now
from tests import given
from tests.given_hotline import a_row, an_import
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db

TODAY = f"{now():%Y-%m-%d} 00:00:00"
MONTH = f"{now():%Y-%m}"


def lift(number: int = 1, **more: str) -> list[str]:
    return list(a_row(number, "云杉里物业的电梯又停了，电话13800001234", at=TODAY, **more))


def registered(cast: Cast, **more: str) -> Case:
    an_import(cast.by_secretary, [lift(**more)])
    return services.register_complaint(month=MONTH, number="R0001", by=cast.by_secretary)


def test_a_complaint_becomes_a_case_of_its_estate_with_masked_words(cast: Cast) -> None:
    case = registered(cast)
    assert (case.source, case.kind, case.estate, case.area) == (
        "hotline",
        "complaint",
        cast.estate,
        cast.community,
    )
    assert "13800001234" not in case.text
    assert case.category == "lifts"
    assert HotlineCase.objects.get().case == case


def test_how_the_hotline_writes_a_complaint_down_is_not_public(cast: Cast) -> None:
    words = "【特急】市民反映：云杉里物业的电梯又停了，请尽快处理，联系人〔姓名〕〔手机号〕"
    an_import(cast.by_secretary, [a_row(1, words, at=TODAY)])
    case = services.register_complaint(month=MONTH, number="R0001", by=cast.by_secretary)
    assert (case.title, case.text) == ("云杉里物业的电梯又停了，请尽快处理",) * 2


def test_the_same_complaint_is_one_case(cast: Cast) -> None:
    case = registered(cast)
    assert services.register_complaint(month=MONTH, number="R0001", by=cast.by_street_officer) == case
    assert Case.objects.filter(source="hotline").count() == 1


def test_who_does_not_answer_for_the_estate_registers_nothing(cast: Cast) -> None:
    an_import(cast.by_secretary, [lift()])
    with pytest.raises(NotPermitted):
        services.register_complaint(month=MONTH, number="R0001", by=cast.by_stranger)


@pytest.mark.parametrize(
    ("month", "number", "sentence"),
    [
        ("2019-01", "R9999", "库里没有这件诉求"),
        ("../../etc", "R0001", "库里没有这件诉求"),
        (MONTH, "R0002", "还没有归到小区"),
    ],
)
def test_what_is_not_there_or_has_no_estate_is_told(
    cast: Cast, month: str, number: str, sentence: str
) -> None:
    an_import(cast.by_secretary, [lift(), a_row(2, "明珠花园物业不扫楼道", at=TODAY)])
    with pytest.raises(RuleBroken, match=sentence):
        services.register_complaint(month=month, number=number, by=cast.by_secretary)


def test_the_words_are_chosen_and_seen_before_they_are_public(cast: Cast, client: Client) -> None:
    an_import(cast.by_secretary, [lift()])
    secretary = sign_in(client, cast.secretary)
    listed = secretary.get(f"/desk/hotline/estates/yunshanli/complaints?month={MONTH}").text
    address = f"/desk/hotline/complaints/register?complaint={token_of(MONTH, 'R0001')}"
    assert address.replace("&", "&amp;") in listed
    first = secretary.get(address)
    assert first.context["form"].initial["title"].startswith("云杉里物业的电梯又停了")
    words = {"title": "6号楼电梯停运", "text": "电梯又停了，请联系王芳13800001234。"}
    looked = secretary.post(address, words)
    assert "有些字公开时会隐去" in looked.text
    assert not Case.objects.exists()
    page = secretary.post(address, words | {"seen": looked.context["form"].mark}, follow=True).text
    case = Case.objects.get()
    assert (case.title, case.text) == ("6号楼电梯停运", "电梯又停了，请联系〔姓名〕〔手机号〕。")
    assert "12345 热线" in page
    assert secretary.get(address)["Location"] == f"/desk/cases/{case.number}"


def two_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, *, meanwhile: Callable[[], Case]
) -> Callable[[], Case]:
    """Registering R0001, and somebody else does so after it was seen that nobody had."""
    register = cases.register_case
    waiting = [meanwhile]

    def after(**told: Any) -> Case:
        if waiting:
            waiting.pop()()
        return register(**told)

    monkeypatch.setattr(cases, "register_case", after)
    return lambda: services.register_complaint(month=MONTH, number="R0001", by=cast.by_secretary)


def test_two_who_register_the_same_complaint_at_once_get_the_case_of_the_first(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_import(cast.by_secretary, [lift()])

    def by_rule() -> Case:
        return services.register_complaint(
            month=MONTH, number="R0001", rule="urgent_safety", by=SYSTEM, title="电梯停运"
        )

    case = two_at_once(cast, monkeypatch, meanwhile=by_rule)()
    link = HotlineCase.objects.get()
    assert (link.case, link.rule, case.title) == (case, "urgent_safety", "电梯停运")
    assert Case.objects.filter(source="hotline").count() == 1


def test_what_breaks_the_follow_up_in_the_middle_loses_none_of_the_rest(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_ = an_import(cast.by_secretary, [lift(number, 紧急程度="特急") for number in (1, 2, 3)])
    register, broken = cases.register_case, [IntegrityError()]

    def after_one(**told: Any) -> Case:
        if HotlineCase.objects.exists() and broken:
            raise broken.pop()
        return register(**told)

    monkeypatch.setattr(cases, "register_case", after_one)
    with pytest.raises(IntegrityError) as failed:
        services.follow_up(import_.pk)
    job = SimpleNamespace(attempts=0)
    assert AGAIN.get_retry_decision(exception=failed.value, job=job) is not None  # type: ignore[arg-type]
    assert services.follow_up(import_.pk) == (2, 0)
    assert HotlineCase.objects.count() == 3


def test_the_call_back_answers_for_the_asker_once(cast: Cast) -> None:
    case = registered(cast)
    early = an_import(cast.by_secretary, [lift(是否解决="是")])
    assert services.follow_up(early.pk) == (0, 0)  # there is no reply to answer yet
    given.led_to(cast, case, status="replied", now=now() - timedelta(hours=4))
    later = an_import(cast.by_secretary, [lift(是否解决="否")])
    assert services.follow_up(later.pk) == (0, 1)
    case.refresh_from_db()
    assert case.status == "reopened"
    said = AnswerGiven.objects.get()
    assert (said.by, said.answer, said.comment) == ("12345", "not_solved", "12345 回访时说没有解决。")
    assert services.follow_up(later.pk) == (0, 0)


@pytest.mark.parametrize(
    ("hours", "taken"), [pytest.param(-30, 0, id="before"), pytest.param(1, 1, id="after")]
)
def test_a_call_back_answers_only_the_reply_that_was_there_when_the_hotline_closed_it(
    cast: Cast, hours: int, taken: int
) -> None:
    received = now() - timedelta(days=3)
    row = {"at": f"{received:%Y-%m-%d} 00:00:00", "是否解决": "是"}
    an_import(cast.by_secretary, [a_row(1, "云杉里物业的电梯又停了", at=row["at"])])
    case = services.register_complaint(month=f"{received:%Y-%m}", number="R0001", by=cast.by_secretary)
    case = given.led_to(cast, case, status="replied", now=now() - timedelta(hours=8))
    assert case.last_replied_at is not None
    closed = case.last_replied_at.astimezone(cases.BEIJING) + timedelta(hours=hours)
    told = a_row(1, "云杉里物业的电梯又停了", 办结时间=f"{closed:%Y-%m-%d %H:%M:%S}", **row)
    later = an_import(cast.by_secretary, [told])
    assert services.follow_up(later.pk) == (0, taken)
    case.refresh_from_db()
    assert case.status == ("confirmed" if taken else "replied")


def test_a_call_back_without_a_time_that_was_told_before_the_reply_answers_nothing(cast: Cast) -> None:
    case = registered(cast, 是否解决="否")
    given.led_to(cast, case, status="replied", now=now() - timedelta(hours=4))
    assert services.follow_up(an_import(cast.by_secretary, [lift(是否解决="否")]).pk) == (0, 0)
    assert services.follow_up(HotlineImport.objects.earliest("pk").pk) == (0, 0)
    case.refresh_from_db()
    assert case.status == "replied"


def test_a_call_back_that_says_solved_confirms_the_case(cast: Cast, client: Client) -> None:
    case = given.led_to(cast, registered(cast), status="replied", now=now() - timedelta(hours=4))
    later = an_import(cast.by_secretary, [lift(是否解决="是")])
    assert services.follow_up(later.pk) == (0, 1)
    case.refresh_from_db()
    assert case.status == "confirmed"
    sign_in(client, cast.secretary)
    page = client.get(reverse("ledger:desk_case", args=[case.number])).content.decode()
    assert "提问人说：已解决（12345 回访）" in page


def test_a_call_back_answers_no_case_from_elsewhere(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    with pytest.raises(NotPermitted):
        answer_by_call_back(case, is_solved=True)


def test_an_urgent_complaint_about_a_lift_becomes_a_case_by_rule_and_an_old_or_repeated_one_does_not(
    cast: Cast,
) -> None:
    rows = [
        lift(1, 紧急程度="特急"),
        lift(2),
        lift(3, 紧急程度="特急", 联系电话="13800000001"),
        a_row(4, "云杉里物业的电梯困人", 紧急程度="特急", at="2020-01-01 08:00:00"),
        a_row(5, "云杉里物业不收垃圾", 紧急程度="特急", at=TODAY),
    ]
    import_ = an_import(cast.by_secretary, rows)
    assert services.follow_up(import_.pk) == (1, 0)
    link = HotlineCase.objects.get()
    assert (link.number, link.rule, link.case.category) == ("R0001", "urgent_safety", "lifts")
    assert services.follow_up(import_.pk) == (0, 0)


def test_a_caller_whose_matter_turned_urgent_gets_a_case_and_one_only(cast: Cast) -> None:
    days = [f"{now() - timedelta(days=ago):%Y-%m-%d} 08:00:00" for ago in (4, 2, 1)]
    caller = {"联系电话": "13800000001"}
    noise = a_row(1, "云杉里物业的电梯有异响", at=days[0], 紧急程度="一般", **caller)
    stuck = a_row(2, "云杉里物业的电梯困人了", at=days[1], 紧急程度="特急", **caller)
    again = a_row(3, "云杉里物业的电梯又困人了", at=days[2], 紧急程度="特急", **caller)
    assert services.follow_up(an_import(cast.by_secretary, [noise]).pk) == (0, 0)
    assert services.follow_up(an_import(cast.by_secretary, [stuck]).pk) == (1, 0)
    assert services.follow_up(an_import(cast.by_secretary, [again]).pk) == (0, 0)
    assert HotlineCase.objects.get().number == "R0002"


def test_what_the_file_calls_urgent_has_the_limit_the_policy_gives_to_the_word(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_NOW", "2026-12-20T10:00:00+08:00")
    at = "2026-12-20 08:00:00"
    rows = [
        a_row(1, "云杉里物业的电梯困人了", at=at, 紧急程度="特急"),
        a_row(2, "云杉里物业的电梯停运", at=at, 紧急程度="紧急"),
        a_row(3, "云杉里物业不收垃圾", at=at, 紧急程度="加急"),
        a_row(4, "云杉里物业不扫楼道", at=at, 紧急程度="一般"),
        a_row(5, "云杉里电梯困人，请马上处理", at=at, 紧急程度="特急"),
    ]
    assert services.follow_up(an_import(cast.by_secretary, rows).pk) == (3, 0)
    trapped = complaint_of("2026-12", "R0005")
    assert trapped is not None
    assert not trapped.property_related, "the machine takes these words for no matter of property service"
    by_rule = {link.number: link.case for link in HotlineCase.objects.select_related("case")}
    assert {number: case.urgency for number, case in by_rule.items()} == {
        "R0001": "two_hours",
        "R0002": "one_day",
        "R0005": "two_hours",
    }
    assert {number: case.due_at - case.registered_at for number, case in by_rule.items()} == {
        "R0001": timedelta(hours=2),
        "R0002": timedelta(hours=24),
        "R0005": timedelta(hours=2),
    }
    secretary = sign_in(client, cast.secretary)
    for number, chosen in ((3, "seven_days"), (4, "")):
        address = f"/desk/hotline/complaints/register?complaint={token_of('2026-12', f'R000{number}')}"
        form = secretary.get(address).context["form"]
        assert form["urgency"].value() == chosen
        said = "工单上写的是“加急”，已经按它选好" if chosen else "工单上写的是“一般”，请看要不要选紧急的"
        assert said in form.fields["urgency"].help_text
        secretary.post(address, form.initial | {"urgency": chosen and "fifteen_days", "seen": form.mark})
    by_hand = Case.objects.exclude(pk__in=[case.pk for case in by_rule.values()])
    assert set(by_hand.values_list("urgency", flat=True)) == {"fifteen_days", ""}


def test_the_fifth_complaint_of_many_becomes_a_case_once_and_says_by_which_rule(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_NOW", "2026-12-20T10:00:00+08:00")
    rows = [
        a_row(at, f"云杉里物业不修{what}电梯", at=f"2026-12-{at:02d} 08:00:00")
        for at, what in enumerate(("一号楼", "东侧的", "困人的", "停了的", "异响的", "漏油的"), 1)
    ]
    first = an_import(cast.by_secretary, rows[:4])
    assert services.follow_up(first.pk) == (0, 0)
    assert services.follow_up(an_import(cast.by_secretary, rows[4:5]).pk) == (1, 0)
    link = HotlineCase.objects.get()
    assert (link.number, link.rule, link.case.estate) == ("R0005", "many_at_estate", cast.estate)
    late = a_row(9, "云杉里物业不修老旧电梯", at="2026-12-01 07:00:00")
    assert services.follow_up(an_import(cast.by_secretary, [late, rows[3]]).pk) == (0, 0)
    assert HotlineCase.objects.count() == 1
