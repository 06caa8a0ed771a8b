"""A number of a report is supported, deviates, or cannot be checked, and then it is said which data is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.claim_verdicts import (
    RULES,
    ClaimedNumber,
    Verdict,
    explains,
    is_within,
    missing_briefly,
    missing_words,
    rule_for,
    verdict,
)
from huiyin.domain.facts import (
    Entry,
    Fact,
    Lack,
    Missing,
    PlaceCount,
    counted,
    months_expected,
    months_of,
    same_unit,
)
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.policy_metrics import Every, Frequency, Metric, Per

HALF = Period(date(2026, 1, 1), date(2026, 6, 30))
FIVE = Decimal("0.05")
LIFTS = Metric("E01", "电梯维保", ("次",), "service", "。", Per.LIFT, (Frequency(1, 15, Every.DAYS),))


def claim(
    value: str, *, metric: str = "E01", unit: str = "次", period: Period | None = HALF
) -> ClaimedNumber:
    return ClaimedNumber(metric, Decimal(value), unit, period)


def fact(value: str, *, unit: str = "次", period: Period = HALF, missing: tuple[Missing, ...] = ()) -> Fact:
    return Fact(metric="E01", unit=unit, period=period, value=Decimal(value), record_count=1, missing=missing)


def entry(count: str, day: date, to_on: date | None = None, place: str = "", unit: str = "次") -> Entry:
    return Entry(Decimal(count), unit, day, to_on or day, place)


MARCH = (Missing(Lack.MONTHS, months=(date(2026, 3, 1),)),)
# (claim, fact, the rule that decides, verdict)
TOLD = [
    (claim("72"), fact("72"), "WITHIN", Verdict.SUPPORTED),
    (claim("105"), fact("100"), "WITHIN", Verdict.SUPPORTED),
    (claim("95"), fact("100"), "WITHIN", Verdict.SUPPORTED),
    (claim("105.01"), fact("100"), "OUTSIDE", Verdict.DEVIATES),
    (claim("96"), fact("60"), "OUTSIDE", Verdict.DEVIATES),
    (claim("60"), fact("96"), "OUTSIDE", Verdict.DEVIATES),
    (claim("0"), fact("0"), "WITHIN", Verdict.SUPPORTED),
    (claim("0.01"), fact("0"), "OUTSIDE", Verdict.DEVIATES),
    (claim("72", metric=""), fact("72"), "NO_METRIC", Verdict.UNCHECKABLE),
    (claim("72", period=None), fact("72"), "NO_PERIOD", Verdict.UNCHECKABLE),
    (claim("72"), None, "NO_FACT", Verdict.UNCHECKABLE),
    (claim("72", unit="台"), fact("72"), "OTHER_UNIT", Verdict.UNCHECKABLE),
    (
        claim("72"),
        fact("72", period=Period(HALF.from_on, date(2026, 5, 31))),
        "OTHER_PERIOD",
        Verdict.UNCHECKABLE,
    ),
    # A month without records may hold what is missing; it never makes less of what is there.
    (claim("72"), fact("60", missing=MARCH), "RECORDS_MISSING", Verdict.UNCHECKABLE),
    (claim("60"), fact("72", missing=MARCH), "OUTSIDE", Verdict.DEVIATES),
    (claim("72"), fact("72", missing=MARCH), "WITHIN", Verdict.SUPPORTED),
]


@pytest.mark.parametrize(("said", "known", "rule", "expected"), TOLD)
def test_the_first_rule_that_applies_decides(
    said: ClaimedNumber, known: Fact | None, rule: str, expected: Verdict
) -> None:
    assert rule_for(said, known, FIVE).code == rule
    judged = verdict(said, known, FIVE)
    assert judged.verdict is expected
    assert judged.claimed == said.value
    assert judged.counted == (known.value if known else None)


def test_every_rule_stands_in_the_table_above() -> None:
    assert {rule for _said, _known, rule, _expected in TOLD} == {rule.code for rule in RULES}


def test_a_deviation_has_both_numbers() -> None:
    judged = verdict(claim("96"), fact("60"), FIVE)
    assert (judged.claimed, judged.counted) == (96, 60)


@pytest.mark.parametrize(
    ("said", "known", "words"),
    [
        (claim("1"), None, "系统里没有这段时间的记录"),
        (claim("1", unit="台"), fact("1"), "记录用的是另一个单位"),
        (claim("72"), fact("60", missing=MARCH), "2026 年 3 月没有记录"),
        (
            claim("72"),
            fact("60", missing=(Missing(Lack.ACROSS, count=2),)),
            "有 2 条记录跨到这段时间以外，没有算",
        ),
    ],
)
def test_what_is_missing_is_said_in_words(said: ClaimedNumber, known: Fact | None, words: str) -> None:
    assert [missing_words(each) for each in verdict(said, known, FIVE).missing] == [words]


MAY = (Missing(Lack.MONTHS, months=tuple(date(2026, month, 1) for month in (3, 4, 5))),)


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (MARCH, "缺 3月的记录"),
        (MAY, "缺 3 个月的记录"),
        ((Missing(Lack.ACROSS, count=2),), "有 2 条记录跨期"),
        ((Missing(Lack.FACT),), "没有记录"),
        ((Missing(Lack.METRIC),), ""),
        ((), ""),
    ],
)
def test_in_a_sentence_what_is_missing_is_said_in_a_few_words(
    missing: tuple[Missing, ...], words: str
) -> None:
    assert missing_briefly(missing) == words
    assert tuple(Missing.read(each.plain) for each in missing) == missing


def test_what_can_be_missing_can_be_said_at_length_and_briefly() -> None:
    for lack in Lack:
        assert missing_words(Missing(lack, months=(date(2026, 3, 1),), count=1))
        assert missing_briefly((Missing(lack, months=(date(2026, 3, 1),), count=1),)) or lack is Lack.METRIC


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("次", "次", True),
        ("ｋｇ", "千克", True),
        ("m²", "㎡", True),
        ("次", "人", False),
        ("kg", "吨", False),
    ],
)
def test_units_are_the_same_however_they_are_written(one: str, other: str, same: bool) -> None:
    assert same_unit(one, other) is same


# --- counting -----------------------------------------------------------------------------------------------


def test_records_are_added_up_by_place_and_those_over_the_edge_are_named() -> None:
    records = [
        entry("6", date(2026, 1, 1), place="1号楼"),
        entry("4", date(2026, 6, 30), place="1号楼"),
        entry("5", date(2026, 2, 1), date(2026, 2, 28)),
        entry("9", date(2026, 6, 20), date(2026, 7, 19)),
        entry("7", date(2026, 7, 1)),
        entry("30", date(2026, 3, 1), unit="人"),
    ]
    found = counted("E01", "次", HALF, records)
    assert found is not None
    assert (found.value, found.record_count) == (15, 3)
    assert found.per_place == (PlaceCount("", Decimal(5)), PlaceCount("1号楼", Decimal(10)))
    assert found.missing == (Missing(Lack.ACROSS, count=1),)
    assert counted("E01", "台", HALF, records) is None


def test_a_record_of_nothing_done_is_a_fact_of_nought_and_no_record_is_none() -> None:
    nothing_done = counted("E01", "次", HALF, [entry("0", date(2026, 3, 3))])
    assert nothing_done is not None
    assert nothing_done.value == 0
    assert counted("E01", "次", HALF, []) is None


def test_months_are_missing_only_where_the_metric_is_usual_every_month() -> None:
    expected = months_expected(LIFTS, 3, HALF, date(2026, 7, 1))
    assert len(expected) == 6
    found = counted("E01", "次", HALF, [entry("6", date(2026, 2, 3))], expected=expected)
    assert found is not None
    assert [month.month for month in found.missing[0].months] == [1, 3, 4, 5, 6]
    yearly = Metric(
        "E17", "防雷检测", ("次",), "service", "。", Per.ESTATE, (Frequency(1, 12, Every.MONTHS),)
    )
    assert months_expected(yearly, 3, HALF, date(2026, 7, 1)) == ()
    assert len(months_expected(LIFTS, 3, HALF, date(2026, 4, 10))) == 3, "April still runs"
    cut = Period(date(2026, 1, 20), date(2026, 2, 14))
    assert [each.days for each in months_of(cut)] == [12, 14]
    assert months_expected(LIFTS, 3, cut, date(2026, 7, 1)) == ()


# --- properties ---------------------------------------------------------------------------------------------

AMOUNTS = st.decimals(min_value=0, max_value=10**6, places=2)
DAYS = st.dates(date(2025, 12, 20), date(2026, 7, 10))
ENTRIES = st.lists(
    st.builds(
        lambda count, days, place, unit: Entry(count, unit, min(days), max(days), place),
        AMOUNTS,
        st.tuples(DAYS, DAYS),
        st.sampled_from(["", "1号楼", "2号楼"]),
        st.sampled_from(["次", "人"]),
    ),
    max_size=12,
)
MONTHS = tuple(month.from_on for month in months_of(HALF))


@given(ENTRIES, st.randoms(use_true_random=False), AMOUNTS)
def test_a_verdict_does_not_depend_on_the_order_of_the_facts(
    records: list[Entry], random: object, said: Decimal
) -> None:
    shuffled = list(records)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = counted("E01", "次", HALF, records, expected=MONTHS)
    other = counted("E01", "次", HALF, shuffled, expected=MONTHS)
    assert one == other
    assert (one and one.fingerprint) == (other and other.fingerprint)
    told = ClaimedNumber("E01", said, "次", HALF)
    assert verdict(told, one, FIVE) == verdict(told, other, FIVE)


@given(ENTRIES)
def test_places_add_up_to_the_value(records: list[Entry]) -> None:
    found = counted("E01", "次", HALF, records)
    if found is not None:
        assert sum(each.value for each in found.per_place) == found.value
        assert found.record_count <= len(records)


@given(AMOUNTS, AMOUNTS, st.integers(0, 50))
def test_within_the_tolerance_is_the_quotient_of_the_rule(
    said: Decimal, known: Decimal, percent: int
) -> None:
    share = Decimal(percent) / 100
    if known:
        assert is_within(said, known, share) == (abs(said - known) / known * 100 <= percent)
    else:
        assert is_within(said, known, share) == (said == 0)


@given(AMOUNTS, AMOUNTS, st.integers(0, 49))
def test_a_wider_tolerance_never_makes_a_supported_number_deviate(
    said: Decimal, known: Decimal, percent: int
) -> None:
    told, counts = ClaimedNumber("E01", said, "次", HALF), fact(str(known))
    if verdict(told, counts, Decimal(percent) / 100).verdict is Verdict.SUPPORTED:
        assert verdict(told, counts, Decimal(percent + 1) / 100).verdict is Verdict.SUPPORTED


@given(AMOUNTS, AMOUNTS)
def test_another_unit_is_never_judged(said: Decimal, known: Decimal) -> None:
    told = ClaimedNumber("E01", said, "人", HALF)
    assert verdict(told, fact(str(known)), FIVE).verdict is Verdict.UNCHECKABLE


def test_a_fingerprint_changes_with_the_fact_and_not_with_its_spelling() -> None:
    assert fact("72").fingerprint == fact("72.00").fingerprint
    others = [fact("73"), fact("72", unit="台"), fact("72", missing=MARCH)]
    assert len({each.fingerprint for each in (fact("72"), *others)}) == 4


@pytest.mark.parametrize(
    ("words", "is_enough"),
    [
        ("无", False),
        ("已 核 实 无 误", False),
        ("纸质单没有录", False),
        ("纸质单还没有录入", True),
        ("少记的 12 次只有纸质单。", True),
    ],
)
def test_an_explanation_has_at_least_eight_characters(words: str, is_enough: bool) -> None:
    assert explains(words) is is_enough
