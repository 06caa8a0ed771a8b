"""The text of a section on the page: a little markup, placed numbers, and nothing a writer could slip in."""

from __future__ import annotations

import re

import pytest
from django.utils.safestring import SafeString, mark_safe
from hypothesis import given
from hypothesis import strategies as st

from huiyin.apps.reports.body import TAGS, blocks_of, plain_blocks

TAG = re.compile(r"<[^>]*>?")
ALLOWED = re.compile(rf'</?(?:{"|".join(sorted(TAGS))})>|<ol start="\d+">|<i>|</i>')


def a_claim(number: int) -> SafeString | str:
    return mark_safe(f"<i>{number} 次</i>") if number < 9 else ""


def html_of(body: str) -> str:
    return "|".join(block.html for block in blocks_of(body, claim=a_claim, photo=a_claim))


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("", ""),
        ("楼道每周清扫两次。", "<p>楼道每周清扫两次。</p>"),
        ("一段。\n\n又一段。", "<p>一段。</p>|<p>又一段。</p>"),
        ("一行\n两行", "<p>一行<br>两行</p>"),
        ("- 换灯\n- 修门", "<ul><li>换灯</li><li>修门</li></ul>"),
        ("3. 换灯\n4. 修门", '<ol start="3"><li>换灯</li><li>修门</li></ol>'),
        ("共**“保养”**96 次", "<p>共<strong>“保养”</strong>96 次</p>"),
        ("**没有收尾", "<p>**没有收尾</p>"),
        ("2*3*4 米，****", "<p>2*3*4 米，****</p>"),
        ("共保养【数据1】。", "<p>共保养<i>1 次</i>。</p>"),
        ("共保养【 数据 ２ 】，见【图3】", "<p>共保养<i>2 次</i>，见<i>3 次</i></p>"),
        ("**共保养【数据1】**", "<p><strong>共保养<i>1 次</i></strong></p>"),
        ("没有【数据12】这一项", "<p>没有【数据12】这一项</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("[链接](http://x.cn) ![图](x.png)", "<p>[链接](http://x.cn) ![图](x.png)</p>"),
        ("# 标题\n> 引用", "<p># 标题<br>&gt; 引用</p>"),
        ("    缩进四格", "<p>缩进四格</p>"),
        ("&lt;b&gt;", "<p>&amp;lt;b&amp;gt;</p>"),
    ],
)
def test_what_is_written_becomes(body: str, html: str) -> None:
    assert html_of(body) == html


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)
    | st.text("*<>&\"'`[]()!-#1. \n\\【】数据图|:~_/=js", max_size=120)
)
def test_whatever_is_written_no_other_tag_comes_out(body: str) -> None:
    for block in blocks_of(body, claim=a_claim, photo=a_claim):
        strange = [tag for tag in TAG.findall(block.html) if not ALLOWED.fullmatch(tag)]
        assert strange == []
        assert block.html.count("<strong>") == block.html.count("</strong>")
        for tag in ("p", "ul", "li"):
            assert block.html.count(f"<{tag}>") == block.html.count(f"</{tag}>")


def test_a_block_knows_the_numbers_and_photos_it_places_once_each() -> None:
    first, second = blocks_of("甲【数据2】【数据2】【数据10】\n\n乙【图1】", claim=a_claim, photo=a_claim)
    assert (first.ordinal, first.claims, first.photos) == (1, (2,), ())
    assert (second.ordinal, second.claims, second.photos) == (2, (), (1,))


def test_the_words_alone_keep_the_tokens_for_comparing() -> None:
    assert plain_blocks("甲**乙**【数据1】\n丙\n\n- 丁\n- 戊") == ["甲乙【数据1】\n丙", "丁\n戊"]


def test_a_very_long_or_deep_text_is_read_in_time() -> None:
    deep = "\n".join("  " * level + "- 层" for level in range(60))
    assert "层" in html_of(deep)
    assert html_of("**" * 5000).startswith("<p>*")
    assert html_of("【" * 5000).startswith("<p>【")


def test_the_words_of_a_list_say_its_numbers_as_a_page_shows_them() -> None:
    assert plain_blocks("86. 换灯\n86. 修门\n\n一段。") == ["86. 换灯\n87. 修门", "一段。"]
    assert plain_blocks("- 换灯\n  1. 先买\n- 修门") == ["换灯\n1. 先买\n\n\n修门"]


WORDS = ["保养", "【数据1】", "<b>", "。"]
MARKED = st.lists(st.sampled_from([*WORDS, "**", "\n\n", "\n", "- ", "\U0010f000"]), max_size=9)


def a_mark(number: int) -> tuple[SafeString, SafeString]:
    return mark_safe("<mark>"), mark_safe(f"<sup>{number}</sup>")


@given(MARKED, st.data())
def test_marks_change_neither_the_words_nor_what_they_stand_in(
    pieces: list[str], data: st.DataObject
) -> None:
    """From the beginning of one word to the end of another, through bold, lists and paragraphs."""
    words = [place for place, piece in enumerate(pieces) if piece in WORDS]
    if not words:
        return
    first = data.draw(st.sampled_from(words))
    last = data.draw(st.sampled_from([place for place in words if place >= first]))
    span = len("".join(pieces[:first])), len("".join(pieces[: last + 1]))
    body = "".join(pieces)
    plain = blocks_of(body, claim=a_claim, photo=a_claim)
    marked = blocks_of(body, claim=a_claim, photo=a_claim, pieces=[span], mark=a_mark)
    assert [each.text for each in marked] == [each.text for each in plain]
    assert [re.sub("</?mark>|<sup>0</sup>", "", each.html) for each in marked] == [
        each.html for each in plain
    ]
    is_marked = "\U0010f000" not in body
    assert sum(each.html.count("<sup>0</sup>") for each in marked) == is_marked
    assert [each.marks for each in marked if each.marks] == ([(0,)] if is_marked else [])


def test_a_mark_closes_within_every_tag() -> None:
    (block,) = blocks_of("共**保养**两次", claim=a_claim, photo=a_claim, pieces=[(0, 8)], mark=a_mark)
    assert block.html == (
        "<p><mark>共</mark><strong><mark>保养</mark></strong><mark>两</mark><sup>0</sup>次</p>"
    )
