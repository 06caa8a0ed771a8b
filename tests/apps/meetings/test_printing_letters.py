"""Letters to a whole estate as files: a worker prints each building, only the secretary takes them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.audit.models import Event
from huiyin.apps.meetings import tasks
from huiyin.apps.meetings.models import LetterPile, Meeting, RatingCast, RatingToken
from huiyin.apps.meetings.services import letters, rate
from huiyin.apps.people.models import RoleAssignment
from huiyin.apps.places.models import Household
from huiyin.documents.paper.batches import NotPrinted
from huiyin.documents.paper.press import render
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.integrations.storage import store
from tests.apps.meetings.at_pages import as_, it_is
from tests.apps.meetings.test_rating_a_meeting import LATER, scores
from tests.documents.paper.reading import flat, pages_of, text_of
from tests.given_meetings import CLOSING
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Printed in this process: the other one is tested in tests/documents/paper; files in a folder of the test."""
    monkeypatch.setattr(letters, "render_apart", render)
    settings.MEDIA_ROOT = tmp_path


def ordered(cast: Cast, meeting: Meeting, building: str = "") -> list[LetterPile]:
    return letters.order_letters(
        meeting, by=cast.actor("secretary"), estate=cast.estate, building=building, now=CLOSING
    )


def printed(pile: LetterPile) -> LetterPile:
    letters.print_pile(pile.pk, now=CLOSING)
    pile.refresh_from_db()
    return pile


def test_a_worker_prints_a_file_for_each_building(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    piles = ordered(cast, meeting)
    assert [each.building for each in piles] == ["3", "6"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'meetings.print_letters'")
        assert [json.loads(row[0]) for row in cursor.fetchall()] == [{"pile_id": each.pk} for each in piles]
    pile = printed(piles[1])
    pdf = letters.take_letters(pile, by=cast.actor("secretary"), now=CLOSING)
    text = text_of(pdf)
    assert (pile.state, pile.letter_count, len(pages_of(pdf))) == ("ready", 1, 1)
    for words in (
        "云杉里6-2-302住户收",
        "报告会开过了",
        "扫码打分，7月25日",
        "满5份才公布结果",
        "不是业主共同决定事项",
    ):
        assert flat(words) in text, words
    token = re.search(r"/rate填([0-9A-Y]{4}-[0-9A-Y]{4}-[0-9A-Y]{4})", text)
    assert token is not None
    rate.rate(meeting, scores=scores(), token=token[1].replace("-", " ").lower(), now=LATER)
    assert RatingCast.objects.get().household.building == "6"


def test_before_the_meeting_is_over_a_letter_says_from_when_it_opens(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    pile = printed(ordered(cast, meeting, "6")[0])
    text = text_of(letters.take_letters(pile, by=cast.actor("secretary"), now=CLOSING))
    assert "报告会开过以后，请您家给物业打个分" in text
    assert "14天内有效" in text
    assert "截止" not in text


def test_a_letter_opens_nothing_before_its_whole_file_is_kept(
    in_phase: InPhase, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = in_phase("minutes_open")
    first = printed(ordered(cast, meeting, "6")[0])
    valid = RatingToken.objects.get(revoked_at=None).pk
    second = ordered(cast, meeting, "6")[0]

    def killed(*_told: object, **_how: object) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(letters, "make_valid", killed)
        with pytest.raises(KeyboardInterrupt):
            letters.print_pile(second.pk, now=CLOSING)
    assert RatingToken.objects.get(revoked_at=None).pk == valid
    assert [each.key for each in store().files("letters")] == [first.file_key]
    assert printed(second).state == "ready", "the worker's next run prints it"
    assert RatingToken.objects.get(revoked_at=None).pk != valid


def test_a_sheet_that_cannot_be_set_is_said_to_be_not_printed(
    in_phase: InPhase, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = in_phase("minutes_open")

    def broken(*_told: object) -> bytes:
        raise NotPrinted("no glyph")

    monkeypatch.setattr(letters, "render_apart", broken)
    pile = printed(ordered(cast, meeting, "6")[0])
    assert (pile.state, pile.failure) == ("failed", "排版没有成功，请再印一次。")
    assert not RatingToken.objects.exists()
    with pytest.raises(RuleBroken, match="再印一次"):
        letters.take_letters(pile, by=cast.actor("secretary"), now=CLOSING)


def test_what_waits_is_not_ordered_twice_nor_printed_twice(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    (first,), (second,) = ordered(cast, meeting, "6"), ordered(cast, meeting, "6")
    assert first.pk == second.pk
    key = printed(first).file_key
    assert printed(first).file_key == key
    assert RatingToken.objects.count() == 1


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'meetings.print_letters'")
        (count,) = cursor.fetchone()
    return int(count)


def test_what_waits_for_a_worker_that_died_can_be_ordered_again(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    (pile,) = ordered(cast, meeting, "6")
    late = CLOSING + timedelta(minutes=16)
    for _twice in range(2):
        letters.order_letters(meeting, by=cast.actor("secretary"), estate=cast.estate, building="6", now=late)
    assert jobs() == 2
    pile.refresh_from_db()
    assert pile.ordered_at == late
    assert printed(pile).state == "ready"


@pytest.mark.parametrize(("attempts", "state"), [(4, "waiting"), (5, "failed")])
def test_what_fails_again_and_again_is_said_to_be_not_printed(
    in_phase: InPhase, monkeypatch: pytest.MonkeyPatch, attempts: int, state: str
) -> None:
    cast, meeting = in_phase("minutes_open")
    (pile,) = ordered(cast, meeting, "6")

    def full(*_told: object) -> bytes:
        raise OSError("no space left on device")

    monkeypatch.setattr(letters, "render_apart", full)
    run: Any = tasks.print_letters
    with pytest.raises(OSError, match="no space"):
        run(SimpleNamespace(job=SimpleNamespace(attempts=attempts)), pile_id=pile.pk)
    pile.refresh_from_db()
    assert pile.state == state


def test_who_is_no_secretary_any_more_gets_no_letters(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    pile = ordered(cast, meeting, "6")[0]
    RoleAssignment.objects.filter(person=cast.secretary).delete()
    assert printed(pile).failure == "要印信的人已经不是这个社区的书记。"


@pytest.mark.parametrize("role", ["community_worker", "manager", "resident", "street_officer", "stranger"])
def test_only_the_secretary_orders_and_takes_letters(in_phase: InPhase, role: str) -> None:
    cast, meeting = in_phase("minutes_open")
    pile = printed(ordered(cast, meeting, "6")[0])
    with pytest.raises(NotPermitted):
        letters.order_letters(meeting, by=cast.actor(role), estate=cast.estate, now=CLOSING)
    with pytest.raises(NotPermitted):
        letters.take_letters(pile, by=cast.actor(role), now=CLOSING)


def test_each_taking_is_written_down_without_a_code(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    pile = printed(ordered(cast, meeting, "6")[0])
    letters.take_letters(pile, by=cast.actor("secretary"), now=CLOSING)
    taken = Event.objects.get(kind="meetings.letters_taken")
    assert taken.public == {"phase": "minutes_open", "estate": cast.estate.code, "count": 1}


def test_a_file_that_is_lost_is_said_to_be_gone(in_phase: InPhase, monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = in_phase("minutes_open")
    pile = printed(ordered(cast, meeting, "6")[0])
    store().remove(pile.file_key)
    it_is(monkeypatch, CLOSING)
    answer = as_(cast, "secretary").post(f"/desk/meetings/{meeting.pk}/letters/files/{pile.pk}")
    assert answer.status_code == 409
    assert "已经不在了，请再印一次" in answer.text


def test_the_files_go_by_themselves_and_what_was_left_behind_too(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    pile = printed(ordered(cast, meeting, "6")[0])
    assert letters.remove_old_letters(CLOSING + 6 * DAY) == 0
    assert letters.remove_old_letters(CLOSING + 8 * DAY) == 1
    pile.refresh_from_db()
    assert (pile.state, pile.file_key, list(store().files("letters"))) == ("removed", "", [])
    assert RatingToken.objects.filter(revoked_at=None).exists(), "the letter that was brought stays valid"
    store().put("letters/left.pdf", b"%PDF-")
    letters.remove_old_letters(CLOSING + timedelta(days=9999))
    assert list(store().files("letters")) == []


def test_the_page_shows_the_progress_and_hands_out_the_file(
    in_phase: InPhase, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast, meeting = in_phase("minutes_open")
    it_is(monkeypatch, CLOSING)
    client = as_(cast, "secretary")
    address = f"/desk/meetings/{meeting.pk}/letters"
    page = client.post(f"{address}/print", {"estate": cast.estate.slug}, follow=True).text
    assert "正在印，一栋楼一个文件" in page
    assert 'hx-trigger="every 3s"' in page
    first, second = LetterPile.objects.order_by("building")
    printed(first)
    part = client.get(address, headers={"HX-Request": "true"}).text
    assert part.startswith('<section class="hy-sec" id="piles"')
    assert 'max="2" value="1"' in part
    printed(second)
    client.get(address, headers={"HX-Request": "true"})
    with django_assert_num_queries(10):
        part = client.get(address, headers={"HX-Request": "true"}).text
    assert "hx-trigger" not in part
    answer = client.post(f"{address}/files/{first.pk}")
    assert answer.content.startswith(b"%PDF-")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("attachment;")


def test_nobody_to_write_to_prints_nothing(in_phase: InPhase, monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = in_phase("minutes_open")
    it_is(monkeypatch, CLOSING)
    address = f"/desk/meetings/{meeting.pk}/letters/print"
    page = as_(cast, "secretary").post(address, {"estate": cast.estate.slug, "building": "99"}, follow=True)
    assert "没有要印的信" in page.text
    assert not LetterPile.objects.exists()
    assert Household.objects.filter(building="99").count() == 0
