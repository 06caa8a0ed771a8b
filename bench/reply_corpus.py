"""The labelled replies that `check_reply` is learned from and measured on; nothing of them is kept in this project.

Three sets. `dev`: the labelled rows of the shared data, by its reader. `read`: further replies, drawn at random from
those without labels and labelled here by the rules of the shared data's README; learned from. `sealed`: two hundred
more, labelled the same way after the rules were written, and not looked at since. Of the last two only a digest and
the labels are kept (reply_labels.tsv); the reply is found again in the shared data.

Of sixty dev rows labelled blind first, 95 % of `answers_matter`, 92 % of `has_action`, 97 % of the dates, 98 % of the
names and every empty reply came out as the reader of the dev rows has them.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineWorkbook

SHARED = Path(os.environ.get("HUIYIN_SHARED", Path(__file__).resolve().parents[2] / "shared" / "data"))
DEV = SHARED / "corpus" / "replies_dev.jsonl"
REPLIES = SHARED / "real" / "messages_with_replies.xlsx"
READ_LABELS = Path(__file__).with_name("reply_labels.tsv")


class Row(NamedTuple):
    """A message, its reply, and what the reply was found to be."""

    number: int
    subject: str
    question: str
    reply: str
    answers_matter: str
    has_action: bool
    has_date_or_deadline: bool
    has_responsible: bool
    empty_reply: bool


def missing() -> str:
    """What is not here, as a sentence; empty if everything is."""
    for path in (DEV, REPLIES):
        if not path.exists():
            return f"{path} is not here: set HUIYIN_SHARED to the folder with the shared data"
    return ""


def dev_rows() -> list[Row]:
    """The labelled rows of the shared data, by number."""
    rows = []
    for line in DEV.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        flags = (bool(row[name]) for name in Row._fields[5:])
        rows.append(Row(row["id"], row["subject"], row["text"], row["reply"], row["answers_matter"], *flags))
    return sorted(rows)


@cache
def read_rows(half: str) -> list[Row]:
    """`read` or `sealed`."""
    labels = {}
    for line in READ_LABELS.read_text(encoding="utf-8").splitlines():
        digest, of_half, matter, flags = line.split("\t")
        if of_half == half:
            labels[digest] = matter, [flag != "-" for flag in flags]
    head, *rows = CalamineWorkbook.from_path(REPLIES).get_sheet_by_index(0).to_python()
    columns = [head.index(name) for name in ("留言编号", "留言主题", "留言详情", "答复意见")]
    found = []
    for row in rows:
        number = int(str(row[columns[0]]).partition(".")[0])
        subject, question, reply = (str(row[at]).strip() for at in columns[1:])
        if told := labels.get(_digest(number, reply)):
            matter, its_flags = told
            found.append(Row(number, subject, question, reply, matter, *its_flags))
    return sorted(found)


def _digest(number: int, reply: str) -> str:
    return hashlib.sha256(f"{number}\n{reply}".encode()).hexdigest()[:16]
