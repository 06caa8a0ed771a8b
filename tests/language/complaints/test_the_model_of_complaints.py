"""The model of complaints: the sums its docstring promises, for any text, in time that grows with the text alone."""

from __future__ import annotations

import hashlib
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language import classify
from huiyin.language.complaints import model
from huiyin.language.complaints.categories import CATEGORY_NAMES
from tests.costs import assert_grows_with_length

DIGEST = "0d6114a0a7880ae36db200e22cd81db6d5c6e328e55889f1d4dd7649620ac5d6"
"""Of the file as shipped: `python -m bench.complaint_training` writes it again, byte for byte."""
LARGEST_FILE = 1_500_000
ANY = st.text(st.characters(), max_size=600) | st.text(
    st.sampled_from("小区电梯坏了物业不管0１２ aＡ\n"), max_size=600
)


@cache
def rows() -> dict[int, tuple[int, ...]]:
    """Slot → its weights, unpacked."""
    return {
        slot: tuple(((packed >> (32 * lane)) & 0xFFFFFFFF) - 128 for lane in range(model.LANES))
        for slot, packed in model.in_use().rows.items()
    }


def spelt_out(text: str) -> tuple[list[int], int]:
    """Sums and n by steps 1 to 4 of the module's docstring, one thing after the other."""
    forms: list[int] = []
    for char in text:
        form = model.form_of(ord(char))
        if form and not (form == ord("0") and forms and forms[-1] == form):
            forms.append(form)
    sums, count = [0] * model.LANES, 0
    for at, form in enumerate(forms[: model.MOST_FORMS]):
        times = 2 if at < model.HEAD_FORMS else 1
        for before in (0, forms[at - 1]) if at else (0,):
            count += times
            slot = ((before << 16 | form) * model.MULTIPLIER % (1 << 32)) >> (32 - model.SLOT_BITS)
            for lane, weight in enumerate(rows().get(slot, ())):
                sums[lane] += times * weight
    return sums, count or 1


@settings(max_examples=100, deadline=None)
@given(ANY)
def test_sums_are_those_of_the_rule_spelt_out(text):
    slots = model.slots_of(text)
    assert (list(model.in_use().sums(slots)), slots.count) == spelt_out(text)


@settings(max_examples=50, deadline=None)
@given(ANY.filter(lambda text: len(model.forms(text)) > 0))
def test_of_a_text_about_an_estate_its_kind_is_said_once_more(text):
    slots = model.slots_of(text, is_of_estate=True)
    sums, count = spelt_out(text)
    kind, twice = spelt_out(model.KIND)
    said = [one + double // 2 for one, double in zip(sums, kind, strict=True)]
    assert (list(model.in_use().sums(slots)), slots.count) == (said, count + twice // 2)


@settings(max_examples=100, deadline=None)
@given(ANY)
def test_any_text_has_one_of_the_matters_and_confidences_between_0_and_1(text):
    (found,) = classify([text])
    assert found.category in CATEGORY_NAMES
    assert 1 / len(CATEGORY_NAMES) <= found.confidence <= 1
    assert 0 <= found.related_confidence <= 1
    assert found.property_related == (found.related_confidence >= 0.5)


@pytest.mark.parametrize(
    "text", ["\ud800", "\ud83d物业\udc00", "\x00", "\ufffe\uffff", "\U0010ffff", "ﷺ", "ǅ", "İ", "٣"]
)
def test_halves_of_characters_and_other_oddities_are_read(text):
    assert classify([text + "电梯坏了"])[0].category == "电梯"


def test_width_case_blanks_and_the_length_of_numbers_make_no_difference():
    plain = classify(["3号楼ktv深夜很吵,报警12次"])
    assert plain == classify([" ３ 号楼\u3000ＫＴＶ深夜\n很吵，报警 345 次 \u200b"])


@pytest.mark.parametrize(
    ("char", "form"), [("Ａ", "a"), ("９", "0"), ("，", ","), ("號", "号"), ("…", "…"), ("㎡", "㎡")]
)
def test_a_character_gives_one_form(char, form):
    assert model.form_of(ord(char)) == ord(form)


@pytest.mark.parametrize("char", [" ", "\n", "\u3000", "\u200b", "\x00", "\ue000", "😀", "𠮷"])
def test_blanks_controls_and_what_lies_beyond_the_plane_give_none(char):
    assert model.form_of(ord(char)) == 0


def test_what_stands_beyond_the_first_800_forms_does_not_count():
    head = "物业不修电梯" * 140
    assert classify([head]) == classify([head + "学校什么时候招生" * 50])


def test_a_very_long_text_is_read_in_time_that_grows_with_its_length():
    for char in "物0 \n😀":
        assert_grows_with_length(lambda length, char=char: classify([char * length]), 20_000, 400_000)


def test_the_model_is_the_one_that_was_measured():
    assert hashlib.sha256(model.FILE.read_bytes()).hexdigest() == DIGEST
    assert model.FILE.stat().st_size <= LARGEST_FILE


def test_a_model_is_read_as_it_was_written(tmp_path):
    shipped = model.in_use()
    head = {name: getattr(shipped, name) for name in model.Model.__dataclass_fields__ if name != "rows"}
    model.write(tmp_path / "copy.model", head, rows())
    assert model.load(tmp_path / "copy.model") == shipped
