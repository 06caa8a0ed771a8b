"""The canonical form, the tree and the chain are what docs/explanation/verify.md says, and the checker's own."""

from __future__ import annotations

import ast
import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain import chain, merkle
from huiyin.domain.canonical import JSON, canonical, instant
from tests.domain.citizen import SCRIPT, a_site, checker

EXPLANATION = Path(__file__).parents[2] / "docs" / "explanation" / "verify.md"
CHECKER = checker()

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
keys = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=8)
integers = st.integers(-(2**53) + 1, 2**53 - 1)
values: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None, -7]}, '{"a":[true,null,-7],"b":1}'),
        ({"a1": "", "a": {}, "B": []}, '{"B":[],"a":{},"a1":""}'),
        ("换了灯，“保修一年”", '"换了灯，“保修一年”"'),
        ('"\\/\b\f\n\r\t\x01\x1f\x7f', '"\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f"'),
        ("𠮷\u2028", '"𠮷\u2028"'),
    ],
)
def test_a_value_is_written_one_way(value: JSON, expected: str) -> None:
    assert canonical(value) == expected.encode()


@given(values)
def test_the_checker_writes_values_the_same_way(value: JSON) -> None:
    assert CHECKER.canonical(value) == canonical(value)
    assert CHECKER.read(canonical(value).decode()) == value


@pytest.mark.parametrize(
    "value", [0.5, float("nan"), datetime(2026, 1, 1, tzinfo=UTC), (1,), b"x", {1: 2}, {"a": 0.5}]
)
def test_what_others_would_write_differently_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [2**53, "\ud800", "a\x00", {"键": 1}, {"": 1}, ["\udfff"]])
def test_what_the_database_or_another_language_cannot_hold_is_refused(value: JSON) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


def test_a_moment_is_hashed_in_utc_with_six_decimals() -> None:
    beijing = timezone(timedelta(hours=8))
    assert instant(datetime(2026, 11, 23, 0, 5, tzinfo=beijing)) == "2026-11-22T16:05:00.000000Z"
    with pytest.raises(ValueError, match="time zone"):
        instant(datetime(2026, 11, 23))


@given(st.integers(1, 70), st.data())
def test_a_path_leads_from_each_leaf_to_the_root_and_from_no_other(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf(f"case/{at:03}", at, "0" * 64) for at in range(size)]
    index = data.draw(st.integers(0, size - 1))
    sisters = merkle.path(leaves, index)
    for module in (merkle, CHECKER):
        assert module.root(leaves) == merkle.root(leaves)
        found = module.root_from_path(leaves[index], index=index, size=size, sisters=sisters)
        assert found == merkle.root(leaves)
        wrong = data.draw(st.integers(0, 80).filter(lambda at: at != index))
        found = module.root_from_path(leaves[index], index=wrong, size=size, sisters=sisters)
        assert found != merkle.root(leaves)


@given(st.integers(0, 70), st.sampled_from([1, 2, 4, 8, 64]))
def test_branches_make_the_same_root_and_paths(size: int, width: int) -> None:
    leaves = [merkle.leaf(f"case/{at:03}", at, "0" * 64) for at in range(size)]
    branches = merkle.branch_roots(leaves, width)
    assert merkle.root(branches) == merkle.root(leaves)
    for index in range(size):
        at, within = divmod(index, width)
        run = leaves[at * width : (at + 1) * width]
        assert merkle.path(run, within) + merkle.path(branches, at) == merkle.path(leaves, index)


def test_the_tree_is_that_of_rfc_9162() -> None:
    """Three leaves: the third goes up alone; leaves and nodes are hashed apart."""
    a, b, c = (
        hashlib.sha256(bytes([0]) + name).digest()
        for name in (b'["a",1,"x"]', b'["b",1,"x"]', b'["c",1,"x"]')
    )
    assert [merkle.leaf(name, 1, "x") for name in "abc"] == [a, b, c]
    ab = hashlib.sha256(b"\x01" + a + b).digest()
    assert merkle.root([a, b, c]) == hashlib.sha256(b"\x01" + ab + c).digest()
    assert merkle.path([a, b, c], 2) == [ab]


def test_only_streams_named_public_stand_in_anchors_by_name() -> None:
    assert chain.leaf_name("case/26-0041-738", "f" * 64) == "case/26-0041-738"
    assert chain.leaf_name("policies", "f" * 64) == "policies"
    assert chain.leaf_name("person/7", "f" * 64) == "sealed/" + "f" * 64


@pytest.mark.parametrize(
    ("made_at", "last_made_at", "fits"),
    [
        ("2026-06-16T00:05:00+08:00", None, True),
        ("2026-06-15T23:59:59+08:00", None, False),
        ("2026-06-15T16:00:00+00:00", None, True),  # midnight in Beijing
        ("2026-06-18T09:00:00+08:00", "2026-06-16T00:05:00+08:00", True),  # made up late
        ("2026-06-18T09:00:00+08:00", "2026-06-18T09:00:00+08:00", True),  # two days made up at once
        ("2026-06-16T00:05:00+08:00", "2026-06-16T00:05:01+08:00", False),
    ],
)
def test_an_anchor_is_made_on_its_day_or_later_and_after_the_one_before(
    made_at: str, last_made_at: str | None, fits: bool
) -> None:
    last = datetime.fromisoformat(last_made_at) if last_made_at else None
    assert chain.made_at_fits(date(2026, 6, 16), datetime.fromisoformat(made_at), last_made_at=last) == fits


def test_the_checker_gives_the_same_grace_as_the_site() -> None:
    assert CHECKER.TOLERANCE == chain.GRACE


def test_the_checker_hashes_as_the_site_does() -> None:
    site = a_site()
    event = site.events["case/26-0000-738"][1]
    document = {name: event[name] for name in chain.EVENT_FIELDS}
    assert CHECKER.event_hash(document) == chain.event_hash(document) == event["hash"]
    assert CHECKER.secret_digest("actor", "person:7", "00") == chain.secret_digest("actor", "person:7", "00")
    assert CHECKER.short_code(event["hash"]) == chain.short_code(event["hash"])
    assert CHECKER.EVENT_FIELDS == chain.EVENT_FIELDS
    assert CHECKER.ANCHOR_FIELDS == chain.ANCHOR_FIELDS


def test_the_checker_runs_on_old_pythons_and_needs_nothing_installed() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {node.names[0].name for node in ast.walk(tree) if isinstance(node, ast.Import)}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"__future__", "argparse", "datetime", "hashlib", "json", "re", "sys"}


def test_the_examples_in_the_explanation_are_true() -> None:
    text = EXPLANATION.read_text(encoding="utf-8")
    salt = "000102030405060708090a0b0c0d0e0f"
    digest = chain.secret_digest("text.reply", "灯已换好", salt)
    document = chain.event_document(
        stream="case/26-0041-738",
        number=1,
        kind="ledger.case_replied",
        actor="物业 云杉里项目部",
        occurred_at=datetime(2026, 6, 15, 8, 20, tzinfo=UTC),
        recorded_at=datetime(2026, 6, 15, 8, 20, 1, 500000, tzinfo=UTC),
        told_by_file=False,
        public={"evidence": 2},
        digests={"text.reply": digest},
        previous_hash=chain.GENESIS,
    )
    hash_ = chain.event_hash(document)
    anchor = chain.anchor_document(
        number=1,
        day="2026-06-16",
        made_at=datetime(2026, 6, 15, 16, 5, tzinfo=UTC),
        root=merkle.leaf("case/26-0041-738", 1, hash_).hex(),
        stream_count=1,
        event_count=1,
        previous_hash=chain.GENESIS,
    )
    for part in (
        canonical([salt, "text.reply", "灯已换好"]).decode(),
        digest,
        canonical(document).decode(),
        hash_,
        canonical(["case/26-0041-738", 1, hash_]).decode(),
        canonical(anchor).decode(),
        chain.anchor_hash(anchor),
        chain.short_code(chain.anchor_hash(anchor)),
    ):
        assert part in text, f"docs/explanation/verify.md should say {part}"
