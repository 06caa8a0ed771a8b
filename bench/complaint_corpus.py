"""The labelled complaints that the classes are trained and measured on; no word of them is kept in this project.

Besides the 600 labelled rows of the shared data, the other messages of its messages.xlsx and some of its
messages_with_replies.xlsx were read and labelled for this project (complaint_labels.tsv: number, P or - or ? for
property_related, category). How:
docs/explanation/how-complaints-were-labelled.md. Rare categories have invented examples too (complaint_examples.toml).
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook

from bench.text_corpus import REPLIES, SHARED
from huiyin.language.complaints.categories import CATEGORY_NAMES

ROWS = SHARED / "corpus" / "messages_dev.jsonl"
MESSAGES = SHARED / "real" / "messages.xlsx"
READ_LABELS = Path(__file__).with_name("complaint_labels.tsv")
EXAMPLES = Path(__file__).with_name("complaint_examples.toml")
SAME_SUBJECT, SAME_TEXT = 0.7, 0.35
"""Likeness (cosine) of pairs in subjects, of triples in whole messages, from which two messages are near-duplicates."""


@dataclass(frozen=True)
class Complaint:
    """`source`: dev (labelled in the shared data), read (labelled here), own (invented), rows or corrected (of a file).

    `sample` is random or keyword_supplement for dev rows, otherwise empty. `is_property_related` is None and `category`
    empty where the reader could not tell.
    """

    number: str
    subject: str
    text: str
    is_property_related: bool | None
    category: str
    source: str
    sample: str = ""
    group: str = ""

    @property
    def whole(self) -> str:
        """As a hotline's export has it: subject first."""
        return f"{self.subject}\n{self.text}" if self.subject else self.text

    @property
    def is_usual(self) -> bool:
        """Drawn like what is asked about: what share of such messages is property_related is learned from these."""
        return self.source in ("dev", "read", "rows")

    @property
    def is_put_aside(self) -> bool:
        """Half of the dev rows were not read by those who wrote guides and examples."""
        return self.source == "dev" and hashlib.sha256(self.number.encode()).digest()[0] % 2 == 1

    @property
    def is_scored(self) -> bool:
        """The rows figures are given for."""
        return self.sample == "random"


def missing() -> str:
    """What is not here, as a sentence; empty if everything is."""
    for path in (ROWS, MESSAGES, REPLIES):
        if not path.exists():
            return f"{path} is not here: set HUIYIN_SHARED to the folder with the shared data"
    return ""


def all_complaints() -> list[Complaint]:
    return [*dev_rows(), *read_messages(), *own_examples()]


def dev_rows() -> list[Complaint]:
    rows = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    return [
        Complaint(
            str(row["id"]),
            row["subject"].strip(),
            row["text"].strip(),
            row["property_related"],
            row["category"],
            "dev",
            row["sample"],
            str(row["gold_group"] or ""),
        )
        for row in rows
    ]


def read_messages() -> list[Complaint]:
    labels = {}
    for line in READ_LABELS.read_text(encoding="utf-8").splitlines():
        number, related, category = line.split("\t")
        labels[number] = ({"P": True, "-": False, "?": None}[related], category)
    found = []
    for path, source in ((MESSAGES, "read"), (REPLIES, "elsewhere")):
        head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        number_at, subject_at, text_at = (head.index(name) for name in ("留言编号", "留言主题", "留言详情"))
        for row in rows:
            number = str(int(row[number_at]))
            if number in labels:
                related, category = labels[number]
                subject, text = str(row[subject_at]).strip(), str(row[text_at]).strip()
                found.append(Complaint(number, subject, text, related, category, source))
    return found


def rows_of_file(path: Path, source: str) -> list[Complaint]:
    """JSON lines with text, property_related and category, as `huiyin hotline labels` writes them; ValueError."""
    found = []
    for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        if row["category"] is not None and row["category"] not in CATEGORY_NAMES:
            raise ValueError(f"{path}, line {at}: there is no category {row['category']}")
        if row["property_related"] not in (True, False, None):
            raise ValueError(f"{path}, line {at}: property_related is true, false or null")
        found.append(
            Complaint(
                f"{source}-{path.name}-{at}",
                "",
                row["text"].strip(),
                row["property_related"],
                row["category"] or "",
                source,
            )
        )
    return found


def own_examples() -> list[Complaint]:
    """The invented ones: by category, those of the company first."""
    with EXAMPLES.open("rb") as file:
        examples = tomllib.load(file)
    return [
        Complaint(f"own-{category}-{related}-{at}", "", text, related, category, "own")
        for category, texts in examples.items()
        for related, key in ((True, "related"), (False, "unrelated"))
        for at, text in enumerate(texts.get(key, ()))
    ]


def circles(complaints: Sequence[Complaint]) -> list[int]:
    """For each complaint the number of its circle: what tells of the same matter, or nearly in the same words."""
    from scipy.sparse import csr_matrix, diags

    first = list(range(len(complaints)))

    def root(at: int) -> int:
        while first[at] != at:
            first[at] = first[first[at]]
            at = first[at]
        return at

    def join_alike(texts: Iterable[str], cut: Callable[[str], set[str]], least: float) -> None:
        places: dict[str, int] = {}
        columns, starts = [], [0]
        for text in texts:
            columns += [places.setdefault(piece, len(places)) for piece in sorted(cut(text))]
            starts.append(len(columns))
        table = csr_matrix(([1.0] * len(columns), columns, starts), shape=(len(first), len(places)))
        lengths = table.sum(axis=1).A1.clip(min=1)
        table = diags(lengths**-0.5) @ table
        likeness = (table @ table.T).tocoo()
        for one, other, value in zip(likeness.row, likeness.col, likeness.data, strict=True):
            if one < other and value >= least:
                first[root(one)] = root(other)

    def pieces(size: int) -> Callable[[str], set[str]]:
        return lambda text: {text[at : at + size] for at in range(len(text) - size + 1)}

    join_alike((each.subject for each in complaints), pieces(2), SAME_SUBJECT)
    join_alike((each.whole for each in complaints), pieces(3), SAME_TEXT)
    by_group: dict[str, int] = {}
    for at, each in enumerate(complaints):
        if each.group:
            first[root(at)] = root(by_group.setdefault(each.group, at))
    return [root(at) for at in range(len(complaints))]
