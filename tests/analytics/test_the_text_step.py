"""The text step gives every complaint what the product's own functions give it, compiled or not."""

from __future__ import annotations

import hmac
import random
from collections import Counter
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.analytics.estates import Estate
from huiyin.analytics.schema import KEPT, RAW
from huiyin.analytics.text_step import enrich_batch, place_index_of, text_step_of
from huiyin.language.complaints.classifying import classify
from huiyin.language.kernels import compiled, plain
from huiyin.language.kernels.choosing import SWITCH, kernels
from huiyin.language.masking import mask
from huiyin.language.places.gazetteer import Namesakes, Place
from tests.language.corpus import messages, need
from tests.language.disguised import MAKERS as DISGUISES
from tests.language.disguised import disguised
from tests.language.harmless import HARMLESS, harmless
from tests.language.planted import MAKERS, planted

pytestmark = pytest.mark.xdist_group("kernels")  # one process compiles them, others go on

SECRET = b"for tests"
NO_ESTATES = place_index_of([])
SENTENCES = (
    "楼道灯不亮，报修后物业一直没人来。",
    "电梯天天停运，老人上下楼很困难，",
    "小区门口路面破损，下雨积水很深。",
    "隔壁装修噪音太大，夜里十一点还在施工，",
    "供暖温度不够，家里只有15度。",
    "ＡＢＣ商场的停车场收费不合理…",
)


def a_batch(texts: Sequence[str], callers: Sequence[str | None] | None = None) -> pa.RecordBatch:
    columns = {
        "row": pa.array(range(len(texts))),
        "number": pa.array([f"N{at}" for at in range(len(texts))]),
        "text": pa.array(texts, pa.string()),
        "caller": pa.array(callers or [None] * len(texts), pa.string()),
        "is_solved": pa.array([at % 3 - 1 for at in range(len(texts))]),
    }
    arrays = [
        columns[field.name].cast(field.type) if field.name in columns else pa.nulls(len(texts), field.type)
        for field in RAW
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=RAW)


def enriched(texts: Sequence[str]) -> pa.RecordBatch:
    return enrich_batch(a_batch(texts), index=NO_ESTATES, kernels=compiled, secret=SECRET)


def complaints(count: int, seed: str) -> Iterator[str]:
    """Invented ones: a third with personal data, a third with what only looks like it."""
    rng = random.Random(seed)
    for _ in range(count):
        parts = [rng.choice(SENTENCES) for _ in range(rng.randint(0, 4))]
        kind = rng.randint(0, 3)
        if kind == 1:
            parts.append(planted(rng, rng.choice(list(MAKERS)))[0])
        elif kind == 2:
            parts.append(disguised(rng, rng.choice(list(DISGUISES))).text)
        elif kind == 3:
            parts.append("".join(harmless(rng, rng.choice(list(HARMLESS)))))
        rng.shuffle(parts)
        yield rng.choice(("", "", "\n")).join(parts)


def assert_as_by_hand(texts: Sequence[str]) -> None:
    rows = enriched(texts).to_pylist()
    for text, row, by_hand in zip(texts, rows, classify(texts), strict=True):
        assert row["text"] == mask(text)
        assert row["category"] == by_hand.category, text
        assert row["property_related"] == by_hand.property_related, text
        assert row["category_confidence"] == pytest.approx(by_hand.confidence, abs=1e-6)
        assert row["related_confidence"] == pytest.approx(by_hand.related_confidence, abs=1e-6)


def test_each_text_is_masked_and_classified_as_by_hand() -> None:
    assert_as_by_hand([*complaints(600, "by hand"), "", " ", "\t", "0000", "一" * 900, "a" * 600])


PIECES = (
    *SENTENCES,
    "〔姓名〕",
    "和王小明",
    "我叫",
    "联系人:",
    "13800138000",
    "3号楼2单元501室",
    "京A12345",
    "隔壁老王家",
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=12))
def test_no_text_is_too_odd(pieces: list[str]) -> None:
    text = "".join(pieces).encode("utf-8", "ignore").decode()
    assert_as_by_hand([text, text[::-1], f"电话{text}"])


def test_characters_that_vanish_or_become_several_are_read_like_others() -> None:
    assert_as_by_hand(
        [
            "138\u200b0013\u200b8000",
            "㈠联系人：王小明",
            "联系人:\U0003134b3号楼2单元501室",
            "😀家住𠀀5号楼３单元２０１室😀",
            "ﷺ" * 40 + "138 0013 8000",
            "¹²³½ⅣⅫ",
        ]
    )


def test_real_messages_are_masked_as_by_hand() -> None:
    need("real/messages.xlsx")
    texts = [f"{title} {text}" for title, text in messages().values()][::9]
    texts += [text[:100] for text in texts]
    assert enriched(texts).column("text").to_pylist() == [mask(text) for text in texts]


def test_without_numba_the_rows_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = a_batch([*complaints(113, "plain"), *SAID[:7]], [None, " ", "138 0013 8000"] * 40)
    assert kernels() is compiled
    quick = text_step_of(ESTATES, SECRET)(batch)
    monkeypatch.setenv(SWITCH, "python")
    assert kernels() is plain
    assert text_step_of(ESTATES, SECRET)(batch).equals(quick)
    assert quick.schema == KEPT


ESTATES = [
    Estate("E1", "竹涛新城", ("竹涛新城小区",), "110106001001"),
    Estate("E2", "竹涛新城北区", (), "110106001002"),
    Estate("E3", "枫桥公寓", (), "110106002001"),
    Estate("E4", "枫桥公寓", (), "110105003001"),
    Estate("E5", "瑞宁家园三期", ("瑞宁三期",), "110106004"),
    Estate("E6", "长安", (), ""),
    Estate("E7", "碧水云天花园", (), "110106005001"),
    Estate("E8", "体育中心", (), "110106001001"),
    Estate("E9", "阳光花园", (), "110106002001"),
    Estate("EA", "晴岚·云邸", (), "110106002001"),
    Estate("EB", "晴岚云邸", (), "110106005001"),
    Estate("EC", "一期", (), "110106001001"),
    Estate("ED", "碧波里", ("碧波大院",), "110106000000"),
    Estate("EE", "碧波里", (), "110106002003"),
    Estate("EF", "柳荫公园小区", (), "110106002001"),
]
SAID = (
    *(
        "竹涛新城",
        "竹涛新城北区",
        "竹涛新城二区",
        "枫 桥·公寓",
        "瑞宁家园III期",
        "瑞宁家园",
        "長安",
        "长安小区",
    ),
    *(
        "碧水云夭花园",
        "碧水云天",
        "隔壁的",
        "我住在",
        "对面",
        "小区的业主",
        "3号楼",
        "我们小区",
        "楓橋公寓",
        "体育中心门口",
        "体育中心",
        "阳光花园",
        "街道",
        "不是",
        "是不是",
        "B区",
        "晴岚云邸",
        "晴岚．云邸",
        "一期小区",
        "碧波里",
        "碧波大院",
        "柳荫公园",
        "柳荫公园小区",
        "三期",
        "第3组团",
        "5单元",
        "A座",
        "２号院",
        "3#",
        "\n",
    ),
)
AREAS = (
    *(None, "", "110106", "110105003", "110106002001", "11010", "110107001001"),
    *("110106009001", "110106000000", "110106000", "110107000000"),
)


def test_each_complaint_goes_to_the_estate_the_gazetteer_finds() -> None:
    rng = random.Random("estates")
    texts = ["".join(rng.choices((*SAID, *SENTENCES), k=rng.randint(1, 6))) for _ in range(1_500)]
    areas = [rng.choice(AREAS) for _ in texts]
    batch = a_batch(texts)
    at = batch.schema.get_field_index("area_code")
    batch = batch.set_column(at, batch.schema.field(at), pa.array(areas, pa.string()))
    index = place_index_of(ESTATES)
    rows = enrich_batch(batch, index=index, kernels=compiled, secret=SECRET).to_pylist()
    found = Counter()
    places = index.gazetteer.find_all(texts, areas)
    read = classify(texts, of_estates=[place is not None for place in places])
    for text, row, place, said in zip(texts, rows, places, read, strict=True):
        assert (row["category"], row["property_related"]) == (said.category, said.property_related), text
        assert row["related_confidence"] == pytest.approx(said.related_confidence, abs=1e-6)
        written = (row["estate_code"], row["estate_match"], row["estate_certainty"])
        match place:
            case Place():
                assert written == (place.estate, place.matched, place.certainty), text
                assert row["estate_confidence"] == pytest.approx(place.confidence, abs=1e-6)
            case Namesakes():
                assert written == (None, place.matched, "unknown"), text
            case None:
                assert written == (None, None, "unknown"), text
        found[type(place), row["estate_code"]] += 1
    assert {code for kind, code in found if kind is Place} == {estate.code for estate in ESTATES}
    assert found[Namesakes, None] > 10 < found[type(None), None]


def test_a_slice_of_a_batch_is_read_as_such() -> None:
    batch = a_batch(list(complaints(60, "slice")))
    whole = enrich_batch(batch, index=NO_ESTATES, kernels=compiled, secret=SECRET)
    assert enrich_batch(batch.slice(20, 30), index=NO_ESTATES, kernels=compiled, secret=SECRET).equals(
        whole.slice(20, 30)
    )
    assert enrich_batch(batch.slice(7, 0), index=NO_ESTATES, kernels=compiled, secret=SECRET).num_rows == 0


@pytest.mark.parametrize("secret", [b"k", b"x" * 64, b"y" * 200])
def test_a_caller_is_known_by_a_key_and_never_by_name(secret: bytes) -> None:
    callers = ["13800138000", "张三", "", " ", None, "b" * 55, "c" * 56, "d" * 63, "e" * 64, "f" * 300]
    found = enrich_batch(
        a_batch(["灯不亮"] * len(callers), callers), index=NO_ESTATES, kernels=compiled, secret=secret
    )
    expected = [
        int.from_bytes(hmac.digest(secret, caller.encode(), "sha256")[:8], "little", signed=True)
        if caller and caller.strip()
        else None
        for caller in callers
    ]
    assert found.column("caller_key").to_pylist() == expected
    assert not {"caller", "row"} & set(found.schema.names)


def test_a_telephone_number_of_twelve_digits_is_no_division_code() -> None:
    numbers = ["013812345678", "057187654321"]
    columns = {name: pa.array(numbers) for name in ("area_code", "urgency", "dispatched_to")}
    batch = a_batch(["停水", "停电"])
    for name, column in columns.items():
        batch = batch.set_column(batch.schema.get_field_index(name), batch.schema.field(name), column)
    found = enrich_batch(batch, index=NO_ESTATES, kernels=compiled, secret=SECRET)
    for name in columns:
        assert found.column(name).to_pylist() == ["〔手机号〕", "〔电话〕"]


def test_words_in_other_columns_are_masked_too() -> None:
    batch = a_batch(["灯不亮"] * 2)
    at = batch.schema.get_field_index("dispatched_to")
    columns = [*batch.columns]
    columns[at] = pa.array(["联系人：王小明", "某某街道"])
    step = text_step_of([], SECRET)
    found = step(pa.RecordBatch.from_arrays(columns, schema=RAW))
    assert found.column("dispatched_to").to_pylist() == ["联系人：〔姓名〕", "某某街道"]
    assert found.column("is_solved").to_pylist() == [-1, 0]
