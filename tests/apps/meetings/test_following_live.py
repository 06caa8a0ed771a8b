"""A running meeting is followed by hundreds of phones: one part for all, a version, nothing personal, few queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.meetings.models import Meeting
from huiyin.apps.meetings.services import ask, close, moderate, run
from huiyin.apps.people.models import Person
from huiyin.web.live import Parts
from tests import given_meetings as given
from tests.apps.meetings.at_pages import as_, it_is
from tests.people import Cast

pytestmark = pytest.mark.django_db
LATER = given.FLOOR + timedelta(minutes=18, seconds=42)


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> tuple[Cast, Meeting]:
    """The floor has been open for 18:42."""
    cast, meeting = given.a_cast_with_meeting("questions")
    it_is(monkeypatch, LATER)
    return cast, meeting


def part(client: Client, meeting: Meeting, name: str = "ask", **headers: str) -> object:
    return client.get(f"/meetings/{meeting.pk}/live", {"part": name}, headers=headers)


def test_what_has_not_changed_costs_one_query_and_no_session(
    live: tuple[Cast, Meeting], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast, meeting = live
    client = as_(cast, "resident")
    first = part(client, meeting)
    assert (first.status_code, first.headers["ETag"][:1]) == (200, '"')  # a strong tag
    with django_assert_num_queries(1):
        again = part(client, meeting, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["X-Server-Time"] == str(int(LATER.timestamp() * 1000))
    assert "Cookie" not in again.headers.get("Vary", "")


def test_a_tag_that_a_proxy_weakened_names_the_same_version(live: tuple[Cast, Meeting]) -> None:
    _cast, meeting = live
    tag = part(Client(), meeting).headers["ETag"]
    assert part(Client(), meeting, **{"If-None-Match": f"W/{tag}"}).status_code == 304


@pytest.mark.parametrize("change", ["asked", "on the screen", "paused", "asked the same"])
def test_each_change_that_is_seen_is_another_version(
    change: str, live: tuple[Cast, Meeting], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = live
    question = given.a_question(cast, meeting)
    tag = part(Client(), meeting).headers["ETag"]
    by = cast.actor("secretary")
    if change == "asked":
        given.a_question(cast, meeting, text=given.CHARGING)
    elif change == "on the screen":
        moderate.make_current(question, by=by, now=LATER)
    elif change == "paused":
        run.pause(meeting, by=by, now=LATER)
    else:
        ask.support(question, by=cast.actor("neighbour"), now=LATER)
        it_is(monkeypatch, LATER + timedelta(seconds=10))  # they are shown in steps (ADR 0014)
    answer = part(Client(), meeting, **{"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag


@pytest.mark.parametrize("name", ["ask", "screen", "page"])
def test_a_part_is_the_same_for_everybody_and_holds_nothing_personal(
    name: str, live: tuple[Cast, Meeting]
) -> None:
    cast, meeting = live
    given.a_paper_question(cast, meeting)
    given.a_held_question(cast, meeting)
    question = given.a_question(cast, meeting, text="请联系张建国 13911112222，6号楼2单元302漏水。")
    for step in (moderate.let_through, moderate.make_current):
        step(question, by=cast.actor("secretary"), now=LATER)
    seen = {part(as_(cast, role), meeting, name).text for role in ("resident", "secretary")}
    seen.add(part(Client(), meeting, name).text)
    assert len(seen) == 1
    (html,) = seen
    for secret in ("13911112222", "302", "周有福", "13900000000", given.REVENUE, "csrfmiddlewaretoken"):
        assert secret not in html
    for person in Person.objects.exclude(display_name=""):
        if person.display_name not in ("何知夏", "梁小禾"):
            assert person.display_name not in html


@pytest.mark.parametrize(
    ("phase", "every"),
    [("announced", 3000), ("questions", 3000), ("closed", 15_000), ("minutes_open", 60_000), ("locked", 0)],
)
def test_what_is_over_is_asked_for_seldom_and_what_is_locked_never(
    phase: str, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _cast, meeting = given.a_cast_with_meeting(phase)
    it_is(monkeypatch, LATER if every == 3000 else given.LOCKING)
    client = Client()
    for name in ("ask", "screen", "page"):
        assert f'data-every="{every}"' in part(client, meeting, name).text, name
    assert f'data-live-every="{every}"' in client.get(f"/meetings/{meeting.pk}/screen").text


@pytest.mark.parametrize("phase", ["closed", "minutes_open"])
def test_after_the_end_nothing_comes_next_and_nobody_is_called_to_ask(
    phase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = given.a_cast_with_meeting("questions")
    given.a_question(cast, meeting)
    run.end_questions(meeting, by=cast.by_secretary, now=given.END)
    if phase == "minutes_open":
        close.close_meeting(meeting, by=cast.by_secretary, now=given.CLOSING)
    it_is(monkeypatch, given.LOCKING)
    screen = Client().get(f"/meetings/{meeting.pk}/screen").text
    for words in ("接下来", "扫码提问", "请举手", given.LIFT):
        assert words not in screen
    assert "提问的去向" in screen
    ask_page = Client().get(f"/meetings/{meeting.pk}/ask").text
    assert "接下来" not in ask_page
    assert "没轮到的" in ask_page
    numbered = f'<b class="hy-q__n">1</b> {given.LIFT}'  # read aloud and copied as two words
    assert numbered in ask_page
    if phase == "minutes_open":
        assert numbered in Client().get(f"/meetings/{meeting.pk}/minutes").text


def test_a_meeting_that_is_not_announced_has_no_live_part() -> None:
    _cast, meeting = given.a_cast_with_meeting("draft")
    assert part(Client(), meeting).status_code == 404
    assert Client().get("/meetings/999999/live", {"part": "ask"}).status_code == 404
    assert part(Client(), meeting, "console").status_code == 404


def test_the_clock_is_drawn_from_the_servers_count(live: tuple[Cast, Meeting]) -> None:
    _cast, meeting = live
    html = part(Client(), meeting, "screen").text
    assert "18:42" in html
    assert "到 30 分钟还差 11:18" in html
    assert 'stroke-dasharray="287.2 552.9"' in html  # as in the mock-up
    assert 'data-done="1122"' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("text", "step"),
    [("电梯坏了怎么办？", 1), ("电" * 30, 2), ("电" * 60, 3), ("电" * 120, 4)],
    ids=["short", "two lines", "four lines", "as long as may be"],
)
def test_a_long_question_takes_a_smaller_step_on_the_projector(
    text: str, step: int, live: tuple[Cast, Meeting]
) -> None:
    cast, meeting = live
    question = given.a_question(cast, meeting, text=text, key="a key of the phone")
    moderate.make_current(question, by=cast.actor("secretary"), now=LATER)
    assert f"hy-scr__now--{step}" in Client().get(f"/meetings/{meeting.pk}/screen").text


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("", "/meetings"),
        ("", "/meetings/{pk}"),
        ("", "/meetings/{pk}/screen"),
        ("", "/meetings/{pk}/live?part=ask"),
        ("resident", "/meetings/{pk}/ask"),
        ("secretary", "/desk/meetings"),
        ("secretary", "/desk/meetings/{pk}"),
        ("secretary", "/desk/meetings/{pk}/console"),
        ("secretary", "/desk/meetings/{pk}/attendance"),
    ],
)
def test_no_page_asks_more_for_more_questions_and_guests(
    role: str, path: str, live: tuple[Cast, Meeting]
) -> None:
    cast, meeting = live
    client = as_(cast, role) if role else Client()
    url = path.format(pk=meeting.pk)

    def queries() -> int:
        client.get(url)  # what is kept for the process is kept now
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    given.a_question(cast, meeting)
    few = queries()
    for number in range(6):
        ask.ask_for_somebody(
            meeting,
            by=cast.actor("community_worker"),
            estate=cast.estate,
            text=f"{number + 1}号楼门口的路灯什么时候修好？",
            now=LATER,
        )
    given.households_come(cast, meeting, 6, now=LATER)
    assert queries() == few
    assert few <= MOST_QUERIES[path]


# Without those of the session, the person and the roles each desk page costs four.
MOST_QUERIES = {
    "/meetings": 9,
    "/meetings/{pk}": 24,
    "/meetings/{pk}/screen": 16,
    "/meetings/{pk}/live?part=ask": 14,
    "/meetings/{pk}/ask": 24,
    "/desk/meetings": 20,
    "/desk/meetings/{pk}": 36,
    "/desk/meetings/{pk}/console": 26,
    "/desk/meetings/{pk}/attendance": 18,
}


def test_a_part_that_is_asked_for_stays_while_others_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiyin.web.live.MOST_PARTS", 2)
    parts = Parts()
    for name in ("first", "second", "first", "third"):
        parts.get(name, lambda: "1", lambda: "<p></p>", seconds=0)
    assert list(parts.kept) == ["first", "third"]
