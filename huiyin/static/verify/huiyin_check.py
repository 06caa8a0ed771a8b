#!/usr/bin/env python3
"""核对“回音”公开记录的小程序：只用 Python 自带的库，不联网，不改动任何文件。

    python3 huiyin_check.py history.json anchors.json [heads.json ...] [--anchor 2026-11-23=3f9a07c2...]

Checks the public records of a Huiyin site: standard library only (Python 3.8 or later), no network, changes nothing.
How it works, and how to write a checker of your own: docs/explanation/verify.md in the source of Huiyin.
"""

# Python 3.8 has no strict zip, no pairwise, no datetime.UTC; one plain file needs no pathlib.
# ruff: noqa: B905, RUF007, PTH123, DTZ007, UP017

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from datetime import datetime, timedelta, timezone

ANCHORS, HISTORY, HEADS = "huiyin.anchors.v1", "huiyin.history.v1", "huiyin.heads.v1"
GENESIS = "0" * 64
EVENT_FIELDS = {
    "stream",
    "number",
    "kind",
    "actor",
    "occurred_at",
    "recorded_at",
    "told_by_file",
    "public",
    "digests",
    "previous_hash",
}
ANCHOR_FIELDS = {"number", "day", "made_at", "root", "stream_count", "event_count", "previous_hash"}
# A change may be recorded with the time its transaction began, a moment before it can be seen.
TOLERANCE = timedelta(hours=1)
# An anchor is made every day: a newer one must exist by then.
NEWEST_IS_AT_MOST = timedelta(days=2)
BEIJING = timedelta(hours=8)
STATUSES = {
    "registered": "已登记",
    "assigned": "已分派",
    "in_progress": "办理中",
    "awaiting_asker": "等提问人补充",
    "replied": "等提问人确认",
    "confirmed": "提问人确认：已解决",
    "reopened": "居民说没办好",
    "reopen_requested": "等社区决定",
    "unconfirmed": "没有反馈",
    "not_solvable": "解决不了",
    "rejected": "不予受理",
    "merged": "已并案",
    "withdrawn": "已撤回",
}


class Broken(Exception):
    """Something does not fit; the message says what, in Chinese and in English."""

    def __init__(self, chinese, english):
        super().__init__(visible(chinese) + "\n  " + visible(english))


def visible(text):
    """Nothing of a file may steer the screen: line ends, escapes and characters without a shape are written out."""
    text = str(text).replace("\r\n", "\n").replace("\n", "⏎")
    return "".join(c if c.isprintable() or c == "\u3000" else f"\\u{ord(c):04x}" for c in text)


class Unreadable(Broken):
    """It cannot be checked: neither unchanged nor changed. `lines` is what could be said nevertheless."""

    lines = ()


# --- hashing (docs/explanation/verify.md, "How to compute it yourself") ---


def canonical(value):
    """Sorted keys, no spaces, UTF-8, no floats."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8")


def hash_of(domain, value):
    return hashlib.sha256(domain.encode() + b"\n" + canonical(value)).hexdigest()


def event_hash(document):
    return hash_of("huiyin.event.v1", document)


def anchor_hash(document):
    return hash_of("huiyin.anchor.v1", document)


def secret_digest(name, value, salt):
    return hash_of("huiyin.secret.v1", [salt, name, value])


def short_code(hash_):
    return " ".join(hash_[start : start + 4] for start in range(0, 20, 4))


def leaf(name, number, hash_):
    return hashlib.sha256(b"\x00" + canonical([name, number, hash_])).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        above = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = [*above, level[-1]] if len(level) % 2 else above
    return level[0]


def root_from_path(leaf_, index, size, sisters):
    if not 0 <= index < size:
        return None
    last, result = size - 1, leaf_
    for sister in sisters:
        if last == 0:
            return None
        if index & 1 or index == last:
            result = node(sister, result)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            result = node(result, sister)
        index, last = index >> 1, last >> 1
    return result if last == 0 else None


# --- what is checked ---


def check_anchors(file):
    """Every daily anchor continues the one before; returns them in order."""
    only(file, {"format", "anchors"}, "anchors.json")
    previous_number, previous_hash, previous_day, previous_made_at = 0, GENESIS, "", ""
    for anchor in file["anchors"]:
        only(anchor, ANCHOR_FIELDS | {"hash", "code"}, "anchors.json")
        day = anchor["day"]
        if (
            anchor["number"] != previous_number + 1
            or anchor["previous_hash"] != previous_hash
            or day <= previous_day
        ):
            raise Broken(
                f"{day} 的存档没有接上前一次存档：有存档被删除、插入、调换或改动。",
                f"The anchor of {day} does not continue the one before: one was removed, inserted, swapped or changed.",
            )
        document = {name: anchor[name] for name in ANCHOR_FIELDS}
        if anchor_hash(document) != anchor["hash"] or short_code(anchor["hash"]) != anchor["code"]:
            raise Broken(
                f"{day} 的存档被改动：内容与校验值不符。",
                f"The anchor of {day} was changed: its content does not fit its hash.",
            )
        check_made_at(anchor, previous_made_at)
        previous_number, previous_hash, previous_day = anchor["number"], anchor["hash"], day
        previous_made_at = anchor["made_at"]
    return file["anchors"]


def check_made_at(anchor, previous_made_at):
    """Later than the anchor before, and not before its day began: else what came after could be dated before."""
    day, told = anchor["day"], anchor["made_at"]
    made_at = moment(told)
    if (made_at + BEIJING).strftime("%Y-%m-%d") < day:
        raise Broken(
            f"{day} 的存档自称做于 {told}，那时还没到这一天：时间是假的。",
            f"The anchor of {day} says it was made at {told}, before that day began.",
        )
    if previous_made_at and made_at < moment(previous_made_at):
        raise Broken(
            f"{day} 的存档自称做于 {told}，早于前一次存档（{previous_made_at}）：时间是假的。",
            f"The anchor of {day} says it was made at {told}, before the anchor that precedes it.",
        )


def check_is_current(anchors, now):
    """Why the newest anchor cannot stand for today; None if it can."""
    if not anchors:
        return Unreadable(
            "还没有任何存档：只能看出记录前后相连，不能证明没有被整串改写。",
            "There is no anchor yet: the events are linked, but all of them could have been rewritten.",
        )
    day, made_at = anchors[-1]["day"], anchors[-1]["made_at"]
    if now - moment(made_at) > NEWEST_IS_AT_MOST:
        return Unreadable(
            f"最近一次存档是 {day} 的，已经超过两天，以后的改动查不出。请重新下载；"
            "重新下载还是这样，就是网站没有再存档，或拿掉了后来的存档。"
            "查以前留下的文件，写上是哪天下载的，例如 --downloaded 2026-11-23。",
            f"The newest anchor, of {day}, is older than two days. Download again; if it stays, the site made none"
            " since, or removed them. For files kept from earlier say when: --downloaded 2026-11-23.",
        )
    if moment(made_at) - now > timedelta(days=1):
        return Unreadable(
            f"最近一次存档自称做于 {made_at}，比您电脑的时间晚。请核对电脑的时间。",
            f"The newest anchor says it was made at {made_at}, later than the clock of this computer.",
        )
    return None


def check_history(file, anchors):
    """Every event continues the one before, and the anchor of its proof holds them.

    Returns how many are anchored; None if nothing proves it.
    """
    only(file, {"format", "stream", "events", "open_texts", "proof"}, "history.json")
    stream, events = file["stream"], file["events"]
    if not re.fullmatch(r"[a-z][a-z_]*(/[A-Za-z0-9._-]+)?", stream):
        raise Broken(
            f"“{stream}”不是本站的写法：它看起来像另一串的名字。",
            f'"{stream}" is no name of a stream: it only looks like one.',
        )
    if not events:
        raise Broken(f"{stream} 没有任何记录。", f"{stream} has no events at all.")
    previous_hash = GENESIS
    for number, event in enumerate(events, start=1):
        check_event(event, stream, number, previous_hash)
        previous_hash = event["hash"]
    check_texts(stream, file["open_texts"], events)
    anchored = check_proof(stream, events, file["proof"], anchors)
    if anchored is not None:
        check_tail(stream, events, anchored, anchors[file["proof"]["anchor"] - 1])
    return anchored


def check_tail(stream, events, anchored, anchor):
    """All that an anchor does not hold was recorded after it."""
    day, made_at = anchor["day"], moment(anchor["made_at"])
    for event in events[anchored:]:
        number, recorded_at = event["number"], event["recorded_at"]
        if moment(recorded_at) < made_at - TOLERANCE:
            raise Broken(
                f"{stream} 第 {number} 条自称记录于 {recorded_at}，但 {day} 的存档里没有它：是后来补进去的。",
                f"{stream}, event {number} says it was recorded at {recorded_at}, but the anchor of {day}"
                " does not hold it: it was added later.",
            )


def check_event(event, stream, number, previous_hash):
    only(event, EVENT_FIELDS | {"hash"}, "history.json")
    day, kind = str(event["recorded_at"])[:10], event["kind"]
    chinese = f"{stream} 第 {number} 条（{day}，{kind}）"
    english = f"{stream}, event {number} ({day}, {kind})"
    if event["stream"] != stream or event["number"] != number:
        raise Broken(
            f"{chinese}序号或归属不对：这里有记录被删除、插入或调换。",
            f"{english} has another number or stream: an event was removed, inserted or swapped here.",
        )
    if event["previous_hash"] != previous_hash:
        raise Broken(
            f"{chinese}没有接上前一条：前一条被换过，或这一条是插进来的。",
            f"{english} does not continue the event before it, which was replaced, or this one was inserted.",
        )
    if event_hash({name: event[name] for name in EVENT_FIELDS}) != event["hash"]:
        raise Broken(
            f"{chinese}被改动：内容与校验值不符。",
            f"{english} was changed: its content does not fit its hash.",
        )


def check_texts(stream, open_texts, events):
    """Texts that are public in full come with their salt; each fits the digest in its event."""
    for number, texts in open_texts.items():
        digests = {str(event["number"]): event["digests"] for event in events}.get(number, {})
        for name, text in texts.items():
            only(text, {"salt", "text"}, "history.json")
            if digests.get("text." + name) != secret_digest("text." + name, text["text"], text["salt"]):
                raise Broken(
                    f"{stream} 第 {number} 条的文字（{name}）不是当时记录的文字。",
                    f"{stream}, event {number}: the text {name} is not the one that was recorded.",
                )


def check_proof(stream, events, proof, anchors):
    """How many events the anchor of the proof holds, 0 if it proves that it holds none; None if nothing is proven."""
    if proof is None or proof["anchor"] > len(anchors):
        return None
    anchor = anchors[proof["anchor"] - 1]
    if anchor["number"] != proof["anchor"]:
        raise ValueError("anchor")
    if "before" in proof:
        check_absence(stream, proof, anchor)
        return 0
    only(proof, {"anchor", "number", "hash", "index", "path"}, "history.json")
    day, number = anchor["day"], proof["number"]
    if number < 1 or len(events) < number:
        raise cut_tail(stream, day, number, len(events))
    if proof["hash"] != events[number - 1]["hash"] or not leads_to(anchor, stream, proof):
        raise rewritten(stream, day, number)
    return number


def check_absence(stream, proof, anchor):
    """The leaves are sorted by name: two neighbours, one before this name and one after it, leave no room for it."""
    only(proof, {"anchor", "before", "after"}, "history.json")
    before, after = proof["before"], proof["after"]
    for neighbour in (before, after):
        if neighbour is not None:
            only(neighbour, {"name", "number", "hash", "index", "path"}, "history.json")
    if (
        (after["index"] if after else anchor["stream_count"]) - (before["index"] if before else -1) != 1
        or not all(leads_to(anchor, n["name"], n) for n in (before, after) if n)
        or (before and before["name"] >= stream)
        or (after and after["name"] <= stream)
        or (not before and not after and anchor["root"] != root([]).hex())
    ):
        day = anchor["day"]
        raise Broken(
            f"{stream} 自称在 {day} 存档时还不存在，但给出的证明不成立：它已经存过档，被换成了别的记录。",
            f"{stream} is said to be younger than the anchor of {day}, but the proof fails: it was replaced.",
        )


def leads_to(anchor, name, head):
    """Whether the path of a head ends at the anchor's root."""
    sisters = [bytes.fromhex(sister) for sister in head["path"]]
    end = root_from_path(
        leaf(name, head["number"], head["hash"]), head["index"], anchor["stream_count"], sisters
    )
    return head["path"] == [sister.hex() for sister in sisters] and end == bytes.fromhex(anchor["root"])


def check_heads(file, anchors):
    """The list of all streams is exactly what its anchor holds; returns (anchor, {name: (number, hash)})."""
    only(file, {"format", "day", "anchor", "heads"}, "heads.json")
    day, heads = file["day"], file["heads"]
    if file["anchor"] > len(anchors):
        raise Unreadable(
            f"anchors.json 里还没有 {day} 的存档。请重新下载 anchors.json；重新下载还没有，就是存档被删除。",
            f"anchors.json holds no anchor of {day} yet. Download it again; if it stays so, the anchor was removed.",
        )
    anchor = next((a for a in anchors if a["number"] == file["anchor"] and a["day"] == day), None)
    if anchor is None:
        raise Broken(
            f"anchors.json 里没有 {day} 的存档：存档被删除或换过。",
            f"anchors.json holds no anchor of {day}: it was removed or replaced.",
        )
    names = [name for name, _, _ in heads]
    streams, events = len(heads), sum(number for _, number, _ in heads)
    told_streams, told_events = anchor["stream_count"], anchor["event_count"]
    if (
        (streams, events) != (told_streams, told_events)
        or any(a >= b for a, b in zip(names, names[1:]))
        or root([leaf(*head) for head in heads]).hex() != anchor["root"]
    ):
        raise Broken(
            f"{day} 的清单与当天存档不符：存档有 {told_streams} 串 {told_events} 条，清单有 {streams} 串 {events} 条；"
            "有串缺失、增加或被改写。",
            f"The list of {day} does not fit its anchor: anchored {told_streams} streams with {told_events} events,"
            f" listed {streams} with {events}; a stream is missing, added or rewritten.",
        )
    return anchor, {name: (number, hash_) for name, number, hash_ in heads}


def compare_heads(older, newer):
    """No stream of an older list is missing in a newer one, shorter, or rewritten at the same length."""
    (old_anchor, old_heads), (new_anchor, new_heads) = older, newer
    for name, (number, hash_) in old_heads.items():
        if name not in new_heads:
            raise missing(name, new_anchor["day"], "它在 {} 的存档里".format(old_anchor["day"]))
        now, now_hash = new_heads[name]
        if now < number:
            raise cut_tail(name, old_anchor["day"], number, now)
        if now == number and now_hash != hash_:
            raise rewritten(name, old_anchor["day"], number)


def compare_history_with_heads(stream, events, anchor, heads):
    """How many of its events the list names."""
    day = anchor["day"]
    if stream not in heads:
        if moment(events[0]["recorded_at"]) < moment(anchor["made_at"]) - TOLERANCE:
            raise missing(stream, day, "它当时已有记录")
        return 0
    number, hash_ = heads[stream]
    if len(events) < number:
        raise cut_tail(stream, day, number, len(events))
    if number < 1 or events[number - 1]["hash"] != hash_:
        raise rewritten(stream, day, number)
    return number


def compare_histories(older, newer):
    """Two downloads of the same stream: the older is the beginning of the newer."""
    for a, b in zip(older, newer):
        if a["hash"] != b["hash"]:
            stream, number = a["stream"], a["number"]
            raise Broken(
                f"两次下载的 {stream} 从第 {number} 条起不同：记录被改写。",
                f"Two downloads of {stream} differ from event {number} on: it was rewritten.",
            )
    if len(newer) < len(older):
        stream, number, found = older[0]["stream"], len(older), len(newer)
        raise Broken(
            f"{stream} 的末尾被删除：以前下载时有 {number} 条，现在只有 {found} 条。",
            f"{stream} lost its end: an older download has {number} events, the newer one {found}.",
        )


def compare_kept(kept, anchors):
    """`kept` is a code someone kept on paper or in a photo: DAY=CODE. Why it cannot be compared; None if it fits."""
    day, _, code = kept.partition("=")
    code = re.sub(r"[\s.·-]", "", code).lower()
    if not re.fullmatch(r"[0-9a-f]{16,64}", code):
        raise Unreadable(
            "--anchor 的写法是 日期=校验码，例如 --anchor 2026-11-23=3f9a07c211de9a20c21d（至少 16 位）。",
            "Write --anchor DAY=CODE with at least 16 hexadecimal digits.",
        )
    if not anchors or day > anchors[-1]["day"]:
        return Unreadable(
            f"anchors.json 比您留存的 {day} 的校验码旧。请重新下载；重新下载还没有这一天，就是存档被删除。",
            f"anchors.json is older than your code of {day}. Download it again; if that day stays missing, it was"
            " removed.",
        )
    anchor = next((a for a in anchors if a["day"] == day), None)
    if anchor is None:
        raise Broken(
            f"您留存了 {day} 的校验码，但下载的存档里没有这一天。",
            f"You kept a code of {day}, but the downloaded anchors do not have that day.",
        )
    if not anchor["hash"].startswith(code):
        found = anchor["code"]
        raise Broken(
            f"{day} 的校验码与您留存的不同：下载的是 {found}。存档被整体改写过。",
            f"The code of {day} differs from the one you kept: downloaded is {found}. The anchors were rewritten.",
        )
    return None


def not_together(stream):
    return Unreadable(
        f"{stream} 的记录和 anchors.json 不是同一次存档之后下载的。请把两个文件都重新下载一次。",
        f"The history of {stream} and anchors.json were not downloaded after the same anchor. Download both again.",
    )


def not_proven(stream):
    return Unreadable(
        f"{stream} 的记录没有附存档证明，可能被整串换过。请重新下载；重新下载还没有，就加上当天的清单（heads）一起查。",
        f"The history of {stream} comes without a proof and may be replaced. Download it again, or add the list of"
        " the newest anchor (heads).",
    )


def missing(stream, day, why):
    return Broken(
        f"整串缺失：{stream} 不在 {day} 的存档里（{why}）。",
        f"A stream is missing: {stream} is not in the anchor of {day}.",
    )


def cut_tail(stream, day, number, found):
    return Broken(
        f"{stream} 的末尾被删除：{day} 存档时有 {number} 条，现在只有 {found} 条。",
        f"{stream} lost its end: it had {number} events when anchored on {day} and has {found} now.",
    )


def rewritten(stream, day, number):
    return Broken(
        f"{stream} 与 {day} 的存档不符：第 {number} 条或它以前的记录在存档之后被整串改写。",
        f"{stream} does not fit the anchor of {day}: event {number} or one before it was rewritten afterwards.",
    )


# --- reading ---


def only(value, names, file):
    if not isinstance(value, dict) or set(value) != set(names):
        raise Broken(
            f"{file} 的格式不对：缺少或多出了内容。", f"{file} is malformed: something is missing or added."
        )


def moment(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")


def end_of_day(text):
    """The moment a day ends in Beijing."""
    return datetime.strptime(text, "%Y-%m-%d") + timedelta(days=1) - BEIJING


def read(text):
    def refuse(token):
        raise ValueError(token)

    def pairs(items):
        if len(dict(items)) != len(items):
            raise ValueError("duplicate key")
        return dict(items)

    return json.loads(text, parse_float=refuse, parse_constant=refuse, object_pairs_hook=pairs)


def load(name):
    try:
        with open(name, encoding="utf-8-sig") as file:
            value = read(file.read())
    except (OSError, ValueError, RecursionError) as error:
        raise Unreadable(f"读不了 {name}：{error}", f"Cannot read {name}.") from error
    kind = value.get("format") if isinstance(value, dict) else None
    if kind not in (ANCHORS, HISTORY, HEADS):
        raise Unreadable(
            f"{name} 不是本站的 history.json、anchors.json 或 heads.json。",
            f"{name} is not a history.json, anchors.json or heads.json of this site.",
        )
    return kind, value


def check(files, kept=(), streams=(), now=None):
    """Check parsed files (a list of (format, value)); returns the lines to print.

    Raises Broken at the first break. Where there is none but something could not be checked either, raises Unreadable.
    """
    now = now or datetime.now(timezone.utc).replace(tzinfo=None)
    doubts = []
    try:
        lines = [visible(line) for line in _check(files, kept, streams, now, doubts)]
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise Broken(
            f"文件内容不合格式，已被改动或不完整（{error!r}）。",
            "A file is malformed: changed or incomplete.",
        ) from error
    if doubts:
        doubt = doubts[0]
        doubt.args, doubt.lines = ("\n".join(str(each) for each in doubts),), lines
        raise doubt
    return lines


def _check(files, kept, streams, now, doubts):
    all_anchors = sorted((check_anchors(value) for kind, value in files if kind == ANCHORS), key=len)
    if not all_anchors:
        raise Unreadable(
            "还需要 anchors.json（在“核验”页下载）。", "anchors.json is needed too (from the page /verify)."
        )
    anchors = all_anchors[-1]
    if any(older != anchors[: len(older)] for older in all_anchors):
        raise Broken(
            "两份 anchors.json 不一致：存档被改写。", "Two anchors.json differ: the anchors were rewritten."
        )
    doubts += filter(None, [check_is_current(anchors, now), *(compare_kept(code, anchors) for code in kept)])

    lines = []
    if anchors:
        count, day, code = len(anchors), anchors[-1]["day"], anchors[-1]["code"]
        lines.append(f"存档 {count} 次，前后相连；最近一次 {day}，校验码 {code}")
        lines.append(f"  {count} anchors, unbroken; the newest is of {day}, code {code}")
    if kept and not doubts:
        lines.append("与您留存的校验码一致 / fits the code you kept")

    all_heads = check_all_heads(files, anchors, streams, doubts, lines)
    by_stream = {}
    for kind, value in files:
        if kind == HISTORY:
            anchored = check_history(value, anchors)
            anchor = value["proof"]["anchor"] if value["proof"] else 0
            by_stream.setdefault(value["stream"], []).append((anchor, len(value["events"]), anchored, value))
    for downloads in by_stream.values():
        downloads.sort(key=lambda download: download[:2])
        anchor_number, _, anchored, newest = downloads[-1]
        for download in downloads:
            compare_histories(download[3]["events"], newest["events"])
        for anchor, heads in all_heads:
            known = compare_history_with_heads(newest["stream"], newest["events"], anchor, heads)
            if anchor is anchors[-1]:
                anchor_number, anchored = anchor["number"], known
                check_tail(newest["stream"], newest["events"], known, anchor)
        if anchors and anchor_number == 0:
            doubts.append(not_proven(newest["stream"]))
        elif anchors and anchor_number != len(anchors):
            doubts.append(not_together(newest["stream"]))
        lines += what_is_recorded(newest, anchored or 0)
    return lines


def check_all_heads(files, anchors, streams, doubts, lines):
    """The lists in the order of their days: (anchor, {name: (number, hash)})."""
    all_heads = []
    for kind, value in files:
        if kind == HEADS:
            try:
                all_heads.append(check_heads(value, anchors))
            except Unreadable as doubt:
                doubts.append(doubt)
    all_heads.sort(key=lambda item: item[0]["number"])
    for older, newer in zip(all_heads, all_heads[1:]):
        compare_heads(older, newer)
    for anchor, heads in all_heads:
        for stream in streams:
            if stream not in heads:
                raise missing(stream, anchor["day"], "您要查的")
        count, day = len(heads), anchor["day"]
        lines.append(f"{day} 的清单与存档一致：{count} 串")
        lines.append(f"  the list of {day} fits its anchor: {count} streams")
    if streams and not all_heads:
        doubts.append(Unreadable("--stream 要和 heads.json 一起用。", "--stream needs a heads.json."))
    return all_heads


def what_is_recorded(history, anchored):
    """What the records say, for the eye: a page that shows something else than they do is found by nobody else."""
    stream, events, open_texts = history["stream"], history["events"], history["open_texts"]
    count = len(events)
    waiting = count - anchored
    yield f"{stream}：{count} 条记录前后相连，前 {anchored} 条已存档，{waiting} 条等下一次存档"
    yield f"  {count} events, unbroken; {anchored} anchored, {waiting} waiting for the next anchor"
    last = next((e["public"] for e in reversed(events) if "status" in e["public"]), None)
    if last:
        status, first, due = last["status"], last.get("first_due_at"), last.get("due_at")
        said = [STATUSES.get(status, status)]
        said += [f"最初期限 {first}"] if first else []
        said += [f"现在期限 {due}"] if due else []
        yield "  记录里写的是：" + "，".join(map(in_beijing, said)) + "。请与网页对照"
    for event in events:
        if (
            not event["told_by_file"]
            and moment(event["occurred_at"]) < moment(event["recorded_at"]) - TOLERANCE
        ):
            said = "第 {number} 条写的时间是 {occurred_at}，其实到 {recorded_at} 才记录".format(**event)
            yield "  " + in_beijing(said)
        number, names = event["number"], sorted(open_texts.get(str(event["number"]), {}))
        for name in names:
            yield "  第 {} 条的原文（{}）：{}".format(number, name, open_texts[str(number)][name]["text"])
        if event["kind"].endswith(".case_replied") and not names:
            yield f"  第 {number} 条答复没有公开原文（要隐去个人信息，或已按规定删除），文字查不了"


def in_beijing(said):
    def to_beijing(found):
        return (moment(found.group()) + BEIJING).strftime("%Y-%m-%d %H:%M")

    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", to_beijing, said)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description="核对“回音”公开记录，说出第一处改动。Checks public records and names the first break."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="history.json anchors.json heads.json …")
    parser.add_argument(
        "--anchor", action="append", default=[], metavar="DAY=CODE", help="您留存的校验码 / a code you kept"
    )
    parser.add_argument(
        "--stream",
        action="append",
        default=[],
        metavar="NAME",
        help="清单里必须有的一串 / must be in heads.json",
    )
    parser.add_argument(
        "--downloaded",
        type=end_of_day,
        metavar="DAY",
        help="文件是哪天下载的（默认今天） / the day the files were downloaded",
    )
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        files = [load(name) for name in options.files]
        for line in check(files, options.anchor, options.stream, options.downloaded):
            print(line)
    except Unreadable as problem:
        for line in problem.lines:
            print(line)
        print(f"无法核对 / CANNOT CHECK\n{problem}", file=sys.stderr)
        return 2
    except Broken as problem:
        print(f"发现改动 / BROKEN\n{problem}", file=sys.stderr)
        return 1
    print("没有发现改动 / NOTHING WAS CHANGED")
    return 0


if __name__ == "__main__":
    sys.exit(main())
