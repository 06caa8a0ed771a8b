"""A text is read with its numbers in their places, and what is found there points at the words as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.apps.reports.read_texts import read_after, read_text
from tests.costs import assert_grows_with_length

VALUES = {1: "96 次", 2: "88.8%"}
PLACED = ["【数据1】", "【 数据 ２】", "【数据9】", "【图1】", "【图7】"]
PIECES = [*PLACED, "**", "保养", "𠮷", "。", "，", "\n", "**要点**\n", " ", "＿"]
WORDS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ""),
        ("上半年保养【数据1】。", "上半年保养96 次。"),
        ("办结率【 数据 ２】，见【图1】", "办结率88.8%，见图 1"),
        ("没有【数据9】和【图7】", "没有【数据9】和【图7】"),
        ("共**保养**【数据1】", "共保养96 次"),
        ("**电梯**\n共**两**次", "**电梯**\n共两次"),
        ("**电梯**。共**两次**。", "电梯：共两次。"),
    ],
)
def test_numbers_and_photos_stand_where_they_are_placed(written: str, read: str) -> None:
    found = read_text(written, values=VALUES, photos={1})
    assert (found.text, found.written) == (read, written)


def plain(read: str) -> str:
    """Whether bold words are a heading is known from their whole line."""
    return read.replace("*", "").replace("：", "。")


@given(WORDS, st.data())
def test_every_piece_of_what_is_read_leads_to_what_was_written_for_it(
    written: str, data: st.DataObject
) -> None:
    found = read_text(written, values=VALUES, photos={1})
    each = [written[slice(*found.span(at, at + 1))] for at in range(len(found.text))]
    assert "".join(each).count("𠮷") == written.count("𠮷")
    if not found.text:
        return
    start = data.draw(st.integers(0, len(found.text) - 1))
    end = data.draw(st.integers(start + 1, len(found.text)))
    first, last = found.span(start, end)
    assert 0 <= first < last <= len(written)
    again = read_text(written[first:last], values=VALUES, photos={1})
    assert plain(found.text[start:end]) in plain(again.text)
    assert found.span(0, end)[1] == last
    assert found.span(start, len(found.text))[0] == first


@given(st.text(max_size=60))
def test_a_text_without_places_is_read_as_it_was_written(written: str) -> None:
    found = read_text(written.replace("*", ""), values={}, photos=())
    assert found.text == found.written
    for start in range(len(found.text)):
        assert found.span(start, len(found.text)) == (start, len(found.written))


def test_words_before_a_promise_were_not_written_in_it() -> None:
    found = read_after("2026年9月30日前，", "换水泵。")
    assert found.text == "2026年9月30日前，换水泵。"
    assert found.written == "换水泵。"
    assert found.span(0, 3) == (0, 0)
    assert found.written[slice(*found.span(found.text.index("水泵"), len(found.text) - 1))] == "水泵"
    assert found.written[slice(*found.span(0, len(found.text)))] == "换水泵。"


def test_a_statement_is_found_by_any_place_in_it() -> None:
    found = read_text("六月换灯。\n七月  修门【数据1】。", values=VALUES, photos=())
    assert found.sentence_at(found.text.index("修门")).words == "七月 修门96 次。"
    assert found.is_placed(found.text.index("96"), found.text.index("96") + 2)
    assert not found.is_placed(0, 2)


def test_the_clause_around_a_word_is_found_at_no_cost_in_an_endless_statement() -> None:
    def clauses(count: int) -> None:
        found = reads[count]
        around = [found.clause_around(at + 2, at + 4) for at in range(0, len(found.text), 5)]
        assert around == [(at, at + 4) for at in range(0, len(found.text), 5)]

    reads = {count: read_text("完成12，" * count, values={}, photos=()) for count in (500, 4000)}
    assert_grows_with_length(clauses, 500, 4000)
