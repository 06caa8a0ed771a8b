"""The reports of the demo before they are written down: whole sentences, right sums, and nothing real or personal."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

import pytest

from huiyin.apps.portal.demo.ground import CHANGES
from huiyin.apps.portal.demo.matters import Matter, matters
from huiyin.apps.portal.demo.phrases import FOLDER, Teller
from huiyin.apps.portal.demo.pictures import OF_A_SCENE
from huiyin.apps.portal.demo.reports.answers import answer_to
from huiyin.apps.portal.demo.reports.calendar import ENDED_DAYS_AGO, halves
from huiyin.apps.portal.demo.reports.composing import SECTIONS, Composer, Draft
from huiyin.apps.portal.demo.reports.correction import mistaken
from huiyin.apps.portal.demo.reports.facts import Facts, LedgerFacts
from huiyin.apps.portal.demo.reports.photos import BORROWED, pairs_wanted
from huiyin.apps.portal.demo.reports.stories import EARLIER, LATEST, Story, stories
from huiyin.apps.reports.read_texts import read_text
from huiyin.apps.reports.services.excusing import SHORTEST_REASON
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.policy_metrics import MetricsPolicy
from huiyin.domain.policy_reports import ReportsPolicy
from huiyin.domain.policy_schema import read_shipped_files
from huiyin.domain.report_parts import AccountKind, Side
from huiyin.language import Severity, check, find_answers, is_answer
from huiyin.language.masking import mask

POLICIES = Path(__file__).parents[3] / "huiyin" / "policies"
TODAY = date(2026, 11, 20)
TOLD = [(code, number) for code, told in stories().items() for number in range(len(told))]
EACH = pytest.mark.parametrize(("code", "number"), TOLD, ids=[f"{code}-{number}" for code, number in TOLD])
# Names that everybody in Beijing knows; none may stand in the texts of an invented district.
REAL = re.compile(r"北京|朝阳|海淀|丰台|通州|昌平|大兴|万科|龙湖|首开|链家|长城物业")


@cache
def policy(name: str) -> object:
    files = read_shipped_files(path.read_text(encoding="utf-8") for path in POLICIES.glob(f"{name}*.toml"))
    return files[0].values


def a_place(code: str, period: Period) -> Facts:
    rows = tomllib.loads((FOLDER / "estates.toml").read_text(encoding="utf-8"))["estate"]
    row = next(each for each in rows if each["code"] == code)
    return Facts(
        code=code,
        kind=row["kind"],
        households=row["households"],
        floor_area_m2=row["area_m2"],
        buildings=8,
        lifts=row["lifts"],
        fee=Decimal(row["fee"]),
        level=row["level"],
        care=row["care"],
        period=period,
        ledger=LedgerFacts(
            registered=41, immediate=20, short_term=14, long_term=7, replied=36, on_time=33, confirmed=24
        ),
    )


@cache
def composed(code: str, number: int) -> tuple[Story, Draft]:
    story = stories()[code][number]
    facts = a_place(code, halves(TODAY)[story.half].period)
    metrics, rules = policy("metrics"), policy("reports")
    assert isinstance(metrics, MetricsPolicy)
    assert isinstance(rules, ReportsPolicy)
    composer = Composer(
        facts,
        story,
        metrics=metrics,
        required=rules.required_metrics(facts.level),
        scenes=story.photos,
    )
    return story, composer.compose()


@EACH
def test_a_report_is_whole_and_holds_nothing_real_or_personal(code: str, number: int) -> None:
    story, draft = composed(code, number)
    promised = [*story.promises, *story.added]
    said = [
        *draft.sections.values(),
        *(
            draft.say(words)
            for promise in promised
            for words in (promise.told, promise.reason, promise.target)
        ),
        *draft.excuses.values(),
        *(draft.say(words) for paragraphs in story.mended.values() for words in paragraphs),
    ]
    for words in said:
        assert not re.search(r"[\[\]{}|@<>]", words), words
        assert mask(words) == words
        assert not REAL.search(words), words
    assert set(draft.sections) == set(SECTIONS)
    if story.state != "draft":
        assert all(draft.sections.values())
        assert draft.promises
        assert len(draft.figures) >= 20


@EACH
def test_every_number_in_the_text_is_a_figure_and_each_figure_stands_once(code: str, number: int) -> None:
    story, draft = composed(code, number)
    known = {placed.number for placed in draft.figures}
    mended = [draft.say(words) for paragraphs in story.mended.values() for words in paragraphs]
    texts = [*draft.sections.values(), *mended]
    placed = [int(n) for text in texts for n in re.findall(r"【数据(\d+)】", text)]
    assert set(placed) <= known
    assert known == set(range(1, len(known) + 1))
    assert len({placed.figure.code or placed.figure.name for placed in draft.figures}) == len(known)
    for each in draft.figures:
        if each.figure.due is not None:
            assert 0 < each.figure.value <= each.figure.due
            assert bool(each.figure.why) == (each.figure.gap > 0)


@EACH
def test_the_books_add_up_also_where_one_was_wrong_at_first(code: str, number: int) -> None:
    _, draft = composed(code, number)
    for each in (draft, mistaken(draft)):
        for book in each.books:
            income = sum(line.amount for line in book.lines if line.side is Side.INCOME)
            expense = sum(line.amount for line in book.lines if line.side is Side.EXPENSE)
            assert (book.income, book.expense) == (income, expense)
            assert book.closing == book.opening + income - expense
            assert all(line.amount > 0 for line in book.lines)
        figure = next((placed.figure for placed in each.figures if placed.figure.code == "M03"), None)
        common = next(book for book in each.books if book.kind is AccountKind.COMMON_REVENUE)
        assert figure is None or figure.value == common.income


def test_reports_of_different_estates_are_not_alike() -> None:
    paragraphs = [
        words
        for code, number in TOLD
        for words in composed(code, number)[1].sections["difficulties"].split("\n\n")
    ]
    assert len(set(paragraphs)) == len(paragraphs)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 3, 1), date(2026, 11, 20), date(2027, 8, 31)])
def test_two_whole_half_years_lie_before_today_with_time_to_report(today: date) -> None:
    both = halves(today)
    assert both[EARLIER].period.months == both[LATEST].period.months == 6
    assert (both[LATEST].period.from_on - both[EARLIER].period.to_on).days == 1
    assert ENDED_DAYS_AGO <= (today - both[LATEST].period.to_on).days <= ENDED_DAYS_AGO + 31
    changed = CHANGES["SYJ01"][1]
    assert (today - both[LATEST].period.from_on).days > changed > (today - both[LATEST].period.to_on).days


def test_each_report_has_pictures_of_its_own_but_for_the_one_that_was_borrowed() -> None:
    wanted = pairs_wanted()
    shared = Counter(wanted.values())
    twice = [pair for pair, count in shared.items() if count > 1]
    assert len(twice) == len(BORROWED)
    assert {key[0] for key, pair in wanted.items() if pair in twice} == {"YSL03", *BORROWED.values()}
    assert all(seed > OF_A_SCENE for _scene, seed in wanted.values()), "none is a picture of the ledger"


def test_who_reports_no_late_case_gives_no_reason_for_late_ones() -> None:
    ledger = LedgerFacts(
        registered=41, immediate=20, short_term=14, long_term=7, replied=36, on_time=36, confirmed=24
    )
    assert ledger.late_words == "超过第一次期限才答复的 0 件。"
    assert replace(ledger, on_time=33).late_words == "超过第一次期限才答复的 3 件，原因写在每件事里。"


def test_what_the_words_say_was_paid_from_the_common_revenue_stands_in_its_account() -> None:
    number = next(n for n, story in enumerate(stories()["YSL01"]) if story.half == LATEST)
    draft = composed("YSL01", number)[1]
    assert "公共收益支出 3.7 万元" in draft.sections["accounts"]
    (common,) = (book for book in draft.books if book.kind is AccountKind.COMMON_REVENUE)
    assert common.amount("充电口和分支箱材料") == Decimal(37000)


def test_the_answer_to_a_demand_is_about_its_matter() -> None:
    assert "跳闸" in answer_to("utilities", "单元跳闸停电", Teller(Random(1)))
    assert "水压" in answer_to("utilities", "水压和停水", Teller(Random(1)))


@EACH
def test_no_sentence_would_be_stopped_but_one_that_stands_for_a_reason(code: str, number: int) -> None:
    story, draft = composed(code, number)
    values = {each.number: f"{each.figure.value} {each.figure.unit}" for each in draft.figures}
    mended = ("\n\n".join(draft.say(words) for words in paragraphs) for paragraphs in story.mended.values())
    told = (draft.say(each.told) for each in story.promises if each.told)
    photos = [each.number for each in draft.photos]
    stopped = []
    for words in (*draft.sections.values(), *mended, *draft.excuses.values(), *told):
        read = read_text(words, values=values, photos=photos)
        stopped += [
            read.sentence_at(each.start).words for each in check(read.text) if each.severity == Severity.ERROR
        ]
    assert len(stopped) == len(story.kept), stopped
    assert all(words in sentence for (words, _reason), sentence in zip(story.kept, stopped, strict=True))


def test_one_report_of_the_demo_lets_a_sentence_stand() -> None:
    kept = [row for code, number in TOLD for row in composed(code, number)[0].kept]
    assert len(kept) == 1
    assert len(kept[0][1]) > SHORTEST_REASON


@pytest.mark.parametrize("matter", [each for each in matters() if each.topic], ids=lambda each: each.code)
def test_the_answer_to_a_demand_says_what_was_will_or_cannot_be_done(matter: Matter) -> None:
    """Whatever list the day brings, the demo's reports can be handed in."""
    said = {answer_to(matter.category, matter.topic, Teller(Random(seed))) for seed in range(12)}
    assert [words for words in said if not is_answer(matter.topic, words)] == []


def test_one_matter_of_several_homes_is_answered_in_a_paragraph_that_does_not_name_it() -> None:
    (found,) = [(code, n) for code, told in stories().items() for n, story in enumerate(told) if story.raised]
    story, draft = composed(*found)
    assert story.raised is not None
    assert len(story.raised.voices) >= 3, "so many that it must be answered"
    paragraphs = draft.sections["difficulties"].split("\n\n")
    assert "柜子" in paragraphs[story.raised.paragraph - 1]
    assert not is_answer(story.raised.title, story.raised.words)
    (heard,) = find_answers([story.raised.title], {"difficulties": draft.sections["difficulties"]})
    assert not heard.answered, "else nobody would have to point at it"
