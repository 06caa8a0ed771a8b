"""People write what they like: on paper it stays words, on its page, in full where there is room for it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.documents.paper.documents import Sheet
from huiyin.documents.paper.glyphs import LONGEST_RUN, drawable, printable
from huiyin.documents.paper.press import SIZES, Size, as_data, press, render
from tests.documents.paper import samples
from tests.documents.paper.reading import flat, inked_margins, pages_of, text_of

EACH = pytest.mark.parametrize("sheet", samples.one_of_each(), ids=lambda sheet: sheet.template)
ONE_LINE = (
    '#eval("1+1") #panic()',
    '#read("/etc/passwd")',
    "$ x^2 $ *粗* _斜_ `码` ~ -- @ref <label>",
    '\\ \\u{41} \\#x "]} {{ x }} {% y %}',
    "// 注释 /* 注释 */ #import",
    "= 标题",
    "\u202e倒过来\u202c \u2066隔开\u2069 \u200f",
    "楼道灯坏了😡👨‍👩‍👧‍👦🏳️‍🌈",
    "\x00\x07\x1b[31m红\x7f\x9b",
    "",
    "\ud800孤",
    "مصعد معطل ก",
)
LONG = (
    "x" * 200,
    "）" * 120,
    "——" * 60,
    "https://huiyin.example/" + "y/" * 90,
    "e" + "\u0301" * 500,
    "\n" * 2000,
    "第一行\r\n= 第二行\u2028#第三行",
)


def saying(sheet: Sheet, words: str) -> Sheet:
    """The same document with `words` in every text of it."""
    return samples.changed(sheet, lambda _text: words)


def stays_on_its_page(sheet: Sheet) -> bool:
    is_slip = sheet.template.endswith("_slips")
    margins = (14.0, 99.0) if is_slip else (19.0, 0.0)
    return not inked_margins(sheet, "A4", margin_mm=margins[0], between_mm=margins[1])


@EACH
def test_markup_is_printed_and_not_run(sheet: Sheet) -> None:
    for words in ONE_LINE:
        assert flat(printable(words)) in text_of(render(saying(sheet, words)))


@EACH
@pytest.mark.parametrize("words", LONG, ids=lambda words: ascii(words[:4]))
def test_long_words_stay_between_the_margins(sheet: Sheet, words: str) -> None:
    assert stays_on_its_page(saying(sheet, words))


@EACH
@settings(max_examples=5, deadline=None)
@given(words=st.text(max_size=200))
def test_any_text_in_any_place_can_be_printed(sheet: Sheet, words: str) -> None:
    said = saying(sheet, words)
    assert len(render(said)) > 1000
    assert stays_on_its_page(said)


def test_ten_thousand_letters_are_printed_in_full_over_several_pages() -> None:
    words = "云杉里小区" * 2000
    pdf = render(replace(samples.bulletin(), lead=words))
    assert text_of(pdf).count("云杉里小区") >= 2000
    assert 10 < len(pages_of(pdf)) < 20


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("words", [LONG[0], "云" * 10_000, "长\n" * 300])
def test_a_slip_stays_a_slip_and_a_letter_one_page(size: Size, words: str) -> None:
    letters = saying(samples.rating_letters(count=3), words)
    assert len(pages_of(render(letters, size))) == 3
    slips = saying(samples.case_slips(count=6), words)
    assert len(pages_of(render(slips, size))) == (2 if size == "A4" else 1)


@given(words=st.text())
def test_printable_text_has_only_what_can_be_drawn_and_room_to_break(words: str) -> None:
    told = printable(words)
    assert set(told) - {"\n", "\u200b"} <= drawable()
    assert all(
        len(run) <= LONGEST_RUN for run in told.split("\u200b") if run.isascii() and not set(run) & set(" \n")
    )


@given(words=st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FEF)))
def test_chinese_text_is_printed_as_it_was_written(words: str) -> None:
    assert printable(words) == words


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("𠮷㐂龘囍〇", "𠮷㐂龘囍〇"),
        ("𬺰先生", "〓先生"),  # a name no font at hand has stays visibly a name
        ("灯坏了😡", "灯坏了"),
        ("u\u0308bel", "übel"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("a\tb\u00a0c", "a b\u00a0c"),
    ],
)
def test_what_cannot_be_drawn_is_left_out_or_marked(words: str, told: str) -> None:
    assert printable(words) == told


def test_rare_characters_of_names_are_drawn() -> None:
    notice = replace(samples.meeting_notice(), title="𠮷㐂龘通知", chair="书记 𠮷㐂龘", venue="𠮷㐂龘楼")
    for size in SIZES:
        assert text_of(render(notice, size)).count("𠮷㐂龘") == 3


def test_an_empty_box_would_be_refused_by_the_press() -> None:
    """Why the letters above are drawn and not boxes: PDF/UA takes no letter without a picture."""
    told = as_data(samples.meeting_notice()) | {"venue": "😀"}
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        press().print("meeting_notice", json.dumps(told), "A4")


def test_a_template_sees_no_file_outside_its_folder() -> None:
    with pytest.raises(typst.TypstError, match="would escape the project root"):
        press()._compiler.compile(b'#read("../press.py")', format="pdf")
