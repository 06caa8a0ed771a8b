"""The labelled sentences that the labelling is trained and measured on; nothing of them is kept in this project.

Besides the labelled rows of the shared data, sentences of its unlabelled replies were read and labelled by the rules
of its README. Only a digest of each sentence and the label are kept (text_labels.tsv); the sentence is found again in
the replies. No sentence of a reply that gave a labelled row is among them, so cross-validation stays honest.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook

from huiyin.language.lexicons import DATA

SHARED = Path(os.environ.get("HUIYIN_SHARED", Path(__file__).resolve().parents[1].parent / "shared" / "data"))
ROWS = SHARED / "corpus" / "reports_dev.jsonl"
REPLIES = SHARED / "real" / "messages_with_replies.xlsx"
READ_LABELS = Path(__file__).with_name("text_labels.tsv")
ON_HOUSING = re.compile("物业|小区|业主|业委会|电梯")
"""A reply that says one of these speaks of what reports speak of; a sentence of another one counts half."""
_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")


@dataclass(frozen=True)
class Sentence:
    """`source`: dev (labelled rows), read (of the replies), own (invented); `sample` as in the shared data.

    A sentence that was read has the sample "housing" or "other".
    """

    text: str
    label: str
    document: str
    source: str
    sample: str = ""
    start: int | None = None
    end: int | None = None


def missing() -> str:
    """What is not here, as a sentence; empty if everything is."""
    for path in (ROWS, REPLIES):
        if not path.exists():
            return f"{path} is not here: set HUIYIN_SHARED to the folder with the shared data"
    return ""


def digest(sentence: str) -> str:
    return hashlib.sha256(sentence.encode()).hexdigest()[:16]


def dev_rows() -> list[Sentence]:
    found = []
    for line in ROWS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        sample = row["sample"] if row["origin"] == "verbatim" else "restated"
        found.append(Sentence(row["text"], row["label"], row["doc"], "dev", sample, row["start"], row["end"]))
    return found


def read_sentences() -> list[Sentence]:
    labels = dict(line.split("\t") for line in READ_LABELS.read_text(encoding="utf-8").splitlines())
    head, *rows = CalamineWorkbook.from_path(REPLIES).get_sheet_by_index(0).to_python()
    number, reply = head.index("留言编号"), head.index("答复意见")
    found = {}
    for row in rows:
        written = str(row[reply]).strip()
        sample = "housing" if ON_HOUSING.search(written) else "other"
        for piece in _SENTENCE.findall(written):
            sentence = piece.strip()
            label = labels.get(digest(sentence))
            if label:
                found.setdefault(sentence, Sentence(sentence, label, f"r{int(row[number])}", "read", sample))
    return list(found.values())


def own_sentences() -> list[Sentence]:
    """The invented examples, and what the rules call bad."""
    with (DATA / "examples.toml").open("rb") as file:
        labelled = [(label, text) for label, texts in tomllib.load(file).items() for text in texts]
    with (DATA / "rules.toml").open("rb") as file:
        rules = tomllib.load(file)["rules"]
    labelled += [(rule["label"], rule["bad"]) for rule in rules if not rule["label"].startswith("number")]
    return [Sentence(text, label, f"own{at}", "own") for at, (label, text) in enumerate(labelled)]
