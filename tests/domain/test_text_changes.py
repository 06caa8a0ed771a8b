"""What changed between two wordings, told so that both can be read from it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.text_changes import Kind, paragraph_changes, pieces, row_changes
from tests.costs import assert_grows_with_length


def test_a_figure_changes_as_a_whole() -> None:
    assert [(str(each.kind), each.text) for each in pieces("共保养 86 次。", "共保养 96 次。")] == [
        ("same", "共保养 "),
        ("removed", "86"),
        ("added", "96"),
        ("same", " 次。"),
    ]


def test_a_paragraph_put_between_two_is_added_alone() -> None:
    changes = paragraph_changes(["一", "三"], ["一", "二", "三"])
    assert [(str(each.kind), each.before, each.after) for each in changes] == [
        ("same", "一", "一"),
        ("added", "", "二"),
        ("same", "三", "三"),
    ]


def test_only_rows_that_differ_are_told() -> None:
    changes = row_changes({"1": "甲", "2": "乙", "3": "丙"}, {"1": "甲", "2": "丁", "4": "戊"})
    assert {key: str(each.kind) for key, each in changes.items()} == {
        "2": "changed",
        "3": "removed",
        "4": "added",
    }


def test_a_text_that_repeats_itself_is_compared_at_once() -> None:
    """A public page compares them: one company must not keep the server busy."""

    def compare(count: int) -> None:
        dots, dashes = "第一行" + "…" * count + "末行", "第一行" + "…—" * (count // 2) + "末行"
        told = list(pieces(dots, dashes))
        changes = paragraph_changes(["同上"] * count, ["同上", "另起"] * (count // 2))
        assert (told[0].text, told[-1].text) == ("第一行…", "末行")
        assert "".join(each.text for each in told if each.kind is not Kind.ADDED) == dots
        assert [each.after for each in changes if each.kind is not Kind.REMOVED] == ["同上", "另起"] * (
            count // 2
        )

    assert_grows_with_length(compare, 500, 4000)


texts = st.lists(st.text(alphabet="电梯保养12.3次 ，", max_size=12), max_size=6)


@given(texts, texts)
def test_both_wordings_can_be_read_from_the_changes(before: list[str], after: list[str]) -> None:
    changes = paragraph_changes(before, after)
    assert [each.before for each in changes if each.kind is not Kind.ADDED] == before
    assert [each.after for each in changes if each.kind is not Kind.REMOVED] == after
    for each in changes:
        told = each.pieces
        assert all(piece.text for piece in told)
        assert "".join(piece.text for piece in told if piece.kind is not Kind.ADDED) == each.before
        assert "".join(piece.text for piece in told if piece.kind is not Kind.REMOVED) == each.after
