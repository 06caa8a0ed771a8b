"""The checker finds any change, removal, swap, insertion before the last anchor, cut tail or missing stream."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.citizen import BEGAN as SITE_DAY_ONE
from tests.domain.citizen import (
    CHECKER,
    SCRIPT,
    SITE,
    Files,
    Site,
    a_site,
    an_event,
    check,
    is_found,
    moment_of,
    rechained,
)

STREAM = "case/26-0001-738"
ANCHORED = SITE.seen[-1][STREAM]
ALL = len(SITE.events[STREAM])


def history_with(events: list[Files]) -> Files:
    return {**SITE.history(STREAM), "events": events}


def found(events: list[Files]) -> str:
    return check(history_with(events), SITE.anchor_list())


def test_an_untouched_site_has_nothing_to_find() -> None:
    histories = [SITE.history(stream) for stream in SITE.events]
    heads = [SITE.heads(at) for at in range(3)]
    kept = tuple(f"{anchor['day']}={anchor['code']}" for anchor in SITE.anchors)
    assert check(*histories, *heads, SITE.anchor_list(), kept=kept, streams=tuple(SITE.seen[0])) == ""
    assert ANCHORED > 3
    assert ALL == ANCHORED + 2


def test_a_site_without_anchors_yet_proves_nothing_but_its_links() -> None:
    site = Site({}, [], [])
    site.add(STREAM, 3, 0)
    assert "?还没有任何存档" in check(site.history(STREAM), site.anchor_list())
    del site.events[STREAM][1]
    assert "序号或归属不对" in check(site.history(STREAM), site.anchor_list())


@given(st.sampled_from(["history", "anchors", "heads"]), st.data())
def test_one_byte(file: str, data: st.DataObject) -> None:
    """Whatever one byte becomes: the file says the same, cannot be read, or is found."""
    files = {"history": SITE.history(STREAM), "anchors": SITE.anchor_list(), "heads": SITE.heads()}
    whole = json.dumps(files[file], ensure_ascii=False).encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    try:
        changed = CHECKER.read((whole[:at] + bytes([byte]) + whole[at + 1 :]).decode())
    except ValueError:
        return
    if changed == files[file] or changed.get("format") != files[file]["format"]:
        return
    files[file] = changed
    assert check(*files.values())


@given(st.integers(0, ANCHORED - 1), st.sampled_from(["plain", "rehashed", "rechained"]), st.data())
def test_a_changed_event(at: int, forgery: str, data: st.DataObject) -> None:
    events = copy.deepcopy(SITE.events[STREAM])
    name = data.draw(
        st.sampled_from(["kind", "actor", "occurred_at", "recorded_at", "told_by_file", "public"])
    )
    new = {"told_by_file": True, "public": {"due_on": "2026-12-31"}}.get(name, "2026-06-01T01:01:00.000000Z!")
    events[at][name] = new
    if forgery == "rehashed":
        events[at] = {**events[at], "hash": rechained(events)[at]["hash"]}
    if forgery == "rechained":
        events = rechained(events)
    message = found(events)
    named = {"plain": at + 1, "rehashed": at + 2, "rechained": ANCHORED}[forgery]
    assert f"第 {named} 条" in message


@given(st.integers(0, ANCHORED - 1), st.booleans())
def test_a_removed_event(at: int, forged: bool) -> None:
    events = copy.deepcopy(SITE.events[STREAM])
    del events[at]
    assert is_found(found(rechained(events) if forged else events))


@given(st.integers(0, ANCHORED - 1), st.integers(0, ALL - 1), st.booleans())
def test_two_swapped_events(one: int, other: int, forged: bool) -> None:
    events = copy.deepcopy(SITE.events[STREAM])
    events[one], events[other] = events[other], events[one]
    message = found(rechained(events) if forged else events)
    assert is_found(message) == (one != other)


@given(st.integers(0, ANCHORED), st.booleans())
def test_an_inserted_event(at: int, forged: bool) -> None:
    events = copy.deepcopy(SITE.events[STREAM])
    before = events[at - 1]["hash"] if at else "0" * 64
    events.insert(at, an_event(STREAM, at + 1, before, SITE_DAY_ONE))
    assert is_found(found(rechained(events) if forged else events))


@given(st.integers(0, ANCHORED - 1))
def test_a_cut_tail(kept: int) -> None:
    message = found(copy.deepcopy(SITE.events[STREAM][:kept]))
    assert ("末尾被删除" in message) if kept else ("没有任何记录" in message)


def test_a_cut_tail_is_not_hidden_by_an_older_proof() -> None:
    """The proof of the day before fits the shorter stream, but the newest anchor is the one that counts."""
    assert "不是同一次存档" in check(SITE.as_of(2).history(STREAM), SITE.anchor_list())
    assert "末尾被删除" in check(SITE.as_of(2).history(STREAM), SITE.anchor_list(), SITE.heads())


def test_a_download_kept_from_before_is_compared() -> None:
    earlier = SITE.as_of(2).history(STREAM)
    assert check(earlier, SITE.history(STREAM), SITE.anchor_list()) == ""
    then = moment_of(SITE.anchors[1]["made_at"]) + timedelta(hours=1)
    assert check(earlier, SITE.as_of(2).anchor_list(), now=then) == ""
    earlier["events"] = rechained([{**event, "actor": "别人"} for event in earlier["events"]])
    assert "被整串改写" in check(earlier, SITE.history(STREAM), SITE.anchor_list())


def test_events_removed_since_an_older_download_are_found() -> None:
    """Not yet anchored, yet someone has them."""
    kept, later = SITE.history(STREAM), a_site()
    for events in later.events.values():
        del events[-2:]
    later.anchor(4)
    message = check(kept, later.history(STREAM), later.anchor_list())
    assert f"以前下载时有 {ALL} 条，现在只有 {ANCHORED} 条" in message


def test_without_a_proof_nothing_is_said_to_be_unchanged() -> None:
    unproven = {**SITE.history(STREAM), "proof": None}
    assert "?" in check(unproven, SITE.anchor_list())[:1]
    assert check(unproven, SITE.anchor_list(), SITE.heads()) == ""


@pytest.mark.parametrize("stream", sorted(SITE.events))
def test_a_missing_stream(stream: str) -> None:
    without = a_site()
    del without.events[stream]
    for seen in without.seen:
        seen.pop(stream, None)
    spoiled = {**SITE.heads(), "heads": [head for head in SITE.heads()["heads"] if head[0] != stream]}
    assert "清单与当天存档不符" in check(spoiled, SITE.anchor_list())

    forged = SITE.as_of(2)
    forged.events = {name: events for name, events in SITE.as_of(3).events.items() if name != stream}
    forged.anchor(2)
    message = check(SITE.heads(1), forged.heads(), forged.anchor_list())
    if stream in SITE.seen[1]:
        assert f"整串缺失：{stream}" in message
    assert f"整串缺失：{stream}" in check(forged.heads(), forged.anchor_list(), streams=(stream,))


@given(st.integers(0, 2), st.sampled_from(["day", "made_at", "root", "stream_count", "event_count", "code"]))
def test_a_changed_anchor(at: int, name: str) -> None:
    anchors = SITE.anchor_list()
    value = anchors["anchors"][at][name]
    anchors["anchors"][at][name] = value + 1 if isinstance(value, int) else value[:-1] + "~"
    assert is_found(check(SITE.history(STREAM), anchors))


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_removed_anchor(at: int) -> None:
    anchors = SITE.anchor_list()
    del anchors["anchors"][at]
    assert check(SITE.history(STREAM), SITE.heads(at), anchors)


def test_anchors_made_anew_are_found_by_the_code_someone_kept() -> None:
    """The forger rewrites one case and every anchor after it: all links fit, only the paper does not."""
    everything = a_site().events
    everything[STREAM][0]["public"] = {"due_on": "2026-12-31"}
    everything[STREAM] = rechained(everything[STREAM])
    forged = Site({}, [], [])
    for day, counts in enumerate(SITE.seen):
        forged.events = {name: everything[name][:count] for name, count in counts.items()}
        forged.anchor(day)
    downloads = ({**forged.history(STREAM), "open_texts": {}}, forged.anchor_list(), forged.heads())
    assert check(*downloads) == ""
    for anchor in SITE.anchors[1:]:
        assert "校验码与您留存的不同" in check(*downloads, kept=(f"{anchor['day']}={anchor['code']}",))
    assert "被整串改写" in check(*downloads, SITE.history(STREAM))
    assert "存档被改写" in check(*downloads, SITE.anchor_list())


def test_a_text_that_was_not_written_then_is_found() -> None:
    history = SITE.history(STREAM)
    history["open_texts"]["1"]["reply"]["text"] += "。"
    assert "不是当时记录的文字" in check(history, SITE.anchor_list())


def _append_backdated(history: Files, anchors: Files) -> None:
    history["events"] = history["events"][:ANCHORED]
    last = history["events"][-1]
    history["events"].append(an_event(STREAM, ANCHORED + 1, last["hash"], SITE_DAY_ONE))


def _nothing(history: Files, anchors: Files) -> None:
    pass


def _forget_anchors(history: Files, anchors: Files) -> None:
    anchors["format"] = "something else"


@pytest.mark.parametrize(
    ("spoil", "status", "said"),
    [
        (_nothing, 0, "没有发现改动 / NOTHING WAS CHANGED"),
        (_append_backdated, 1, f"第 {ANCHORED + 1} 条自称记录于"),
        (_forget_anchors, 2, "无法核对 / CANNOT CHECK"),
    ],
)
def test_what_a_citizen_runs(
    tmp_path: Path, spoil: Callable[[Files, Files], None], status: int, said: str
) -> None:
    history, anchors = SITE.history(STREAM), SITE.anchor_list()
    spoil(history, anchors)
    (tmp_path / "history.json").write_text(json.dumps(history), encoding="utf-8")
    (tmp_path / "anchors.json").write_text(json.dumps(anchors), encoding="utf-8-sig")
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), "history.json", "anchors.json", "--downloaded", "2026-06-04"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
    )
    assert done.returncode == status, done.stderr
    assert said in done.stdout + done.stderr
