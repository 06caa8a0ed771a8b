"""The messages and the groups that `group_topics` is learned and measured on; nothing of them is kept in this project.

Three sets of groups. `dev`: the gold groups and negative pairs of the shared data, by its reader. `open` and `sealed`:
further messages, read and grouped here by the same rule (same estate, same thing complained of, whatever
the date); a message that could be put into two groups is left out. An estate is in `sealed` if the digest of its name
is odd and no estate of `dev` is named like it; the threshold was chosen without that half. Only a digest of the estate,
a number of the matter and the number of the message are kept (complaint_pairs.tsv); two messages of one estate are a
pair of one matter or of two.
"""

from __future__ import annotations

import json
import os
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineWorkbook

SHARED = Path(os.environ.get("HUIYIN_SHARED", Path(__file__).resolve().parents[2] / "shared" / "data"))
DEV = SHARED / "corpus" / "topics_dev.jsonl"
BOOKS = (SHARED / "real" / "messages.xlsx", SHARED / "real" / "messages_with_replies.xlsx")
READ_GROUPS = Path(__file__).with_name("complaint_pairs.tsv")


class Message(NamedTuple):
    number: int
    subject: str
    body: str

    @property
    def text(self) -> str:
        return f"{self.subject}\n{self.body}"


class Estate(NamedTuple):
    """`groups` hold the numbers of the messages of one matter each; `apart` are pairs of two matters."""

    name: str
    groups: list[list[int]]
    apart: list[tuple[int, int]]

    @property
    def numbers(self) -> list[int]:
        return sorted(
            {*(each for group in self.groups for each in group), *(e for pair in self.apart for e in pair)}
        )


def missing() -> str:
    """What is not here, as a sentence; empty if everything is."""
    for path in (DEV, *BOOKS):
        if not path.exists():
            return f"{path} is not here: set HUIYIN_SHARED to the folder with the shared data"
    return ""


@cache
def messages() -> list[Message]:
    """Of both files, each number once, in their order."""
    found: dict[int, Message] = {}
    for path in BOOKS:
        head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        number, subject, body = (head.index(name) for name in ("留言编号", "留言主题", "留言详情"))
        for row in rows:
            message = Message(int(row[number]), str(row[subject]).strip(), str(row[body]).strip())
            found.setdefault(message.number, message)
    return list(found.values())


@cache
def by_number() -> dict[int, Message]:
    return {each.number: each for each in messages()}


def dev_estates() -> list[Estate]:
    """The shared data, by the name of the estate; the matter of no estate stands under an empty name."""
    found: dict[str, Estate] = {}
    for line in DEV.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        estate = found.setdefault(row["estate"] or "", Estate(row["estate"] or "", [], []))
        if row["kind"] == "group":
            estate.groups.append(row["message_ids"])
        else:
            estate.apart.append((row["a"], row["b"]))
    return list(found.values())


def read_estates(part: str) -> list[Estate]:
    """`open` or `sealed`; the name is a digest."""
    matters: dict[str, dict[str, list[int]]] = {}
    for line in READ_GROUPS.read_text(encoding="utf-8").splitlines():
        where, estate, matter, number = line.split("\t")
        if where == part:
            matters.setdefault(estate, {}).setdefault(matter, []).append(int(number))
    return [
        Estate(
            estate,
            list(groups.values()),
            [(a, b) for one, other in combinations(groups.values(), 2) for a in one for b in other if a != b],
        )
        for estate, groups in matters.items()
    ]
