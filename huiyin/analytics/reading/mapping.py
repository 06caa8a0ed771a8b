"""Which column of a file is what: found by its heading, told by a person, remembered per source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from huiyin.documents.cells import header_key
from huiyin.documents.moments import NoSuchMoment, read_moment
from huiyin.documents.refusals import FileRefused

FIELDS = (
    "number",
    "received_at",
    "channel",
    "title",
    "text",
    "area_code",
    "category_given",
    "urgency",
    "dispatched_to",
    "is_responded",
    "is_solved",
    "is_satisfied",
    "closed_at",
    "caller",
)
NEEDED = {"number": "工单编号", "text": "诉求内容"}
"""Fields without which a row is no complaint, as a person calls them."""
ANSWERS = ("is_responded", "is_solved", "is_satisfied")
TIMES = ("received_at", "closed_at")
_LONGEST_HEADING = 100
_MANY_DIGITS = re.compile(r"\d{7}")
_WORDS = Path(__file__).with_name("headings.toml")


@cache
def headings() -> Mapping[str, tuple[str, ...]]:
    """Field → the headings it is known by, likeliest first, as `header_key` writes them."""
    with _WORDS.open("rb") as file:
        lists = tomllib.load(file)["headings"]
    return {field: tuple(header_key(word) for word in (field, *lists[field])) for field in FIELDS}


@cache
def known_headings() -> frozenset[str]:
    """Every word by which a header is known among the rows of a file."""
    return frozenset(word for words in headings().values() for word in words)


@cache
def answers() -> Mapping[str, int]:
    """What a cell may say → 1 yes, 0 no, -1 not assessed."""
    with _WORDS.open("rb") as file:
        lists = tomllib.load(file)["answers"]
    values = {"yes": 1, "no": 0, "not_assessed": -1}
    return {word: values[answer] for answer, words in lists.items() for word in words}


def refuse_data(names: Sequence[str]) -> None:
    """Raises FileRefused where the row of headings is one of data: it would be kept and shown as what it is not.

    A number of a person, a day, a long text, or words that masking changes are no heading.
    """
    for place, name in enumerate(names, 1):
        if _is_data(" ".join(name.split())):
            raise FileRefused(
                "表头像是数据，不像列名：第 %(place)s 列写的是%(shape)s。请在表的最上面加一行列名"
                "（例如工单编号、受理时间、诉求内容），再重新导入。",
                code="no_header",
                place=place,
                shape=f" {shape_of(name.strip())}",
            )


def _is_data(name: str) -> bool:
    from huiyin.language.masking import mask  # its patterns take a while to load

    if len(name) > _LONGEST_HEADING or _MANY_DIGITS.search(name) or mask(name) != name:
        return True
    try:
        return read_moment(name) is not None
    except NoSuchMoment:
        return True


def shape_of(said: str) -> str:
    """What a cell looks like, where what it says may be a telephone or a name."""
    return f"{len(said)} 位数字" if said.isdecimal() else f"{len(said)} 个字"


def find_mapping(names: Sequence[str], told: Mapping[str, str] | None = None) -> dict[str, int]:
    """The mapping of a header; `told` (field → heading of the file) goes before what is found by heading.

    An empty heading says that the field is not taken from this file. Raises FileRefused if a needed column is not
    there, with the headings the file has, or if they are data.
    """
    refuse_data(names)
    columns = likely_places(names, told)
    missing = [field for field in NEEDED if field not in columns]
    if missing:
        taken = set(columns.values())
        raise FileRefused(
            "文件里找不到%(what)s这一列。文件的列有：%(names)s。请指明是哪一列，"
            "例如 --column %(item)s=%(example)s。",
            code="missing_columns",
            what="、".join(NEEDED[field] for field in missing),
            names="、".join(str(name) for name in names if str(name).strip()) or "（无）",
            item=missing[0],
            example=next(
                (str(name) for at, name in enumerate(names) if str(name).strip() and at not in taken), "列名"
            ),
        )
    return columns


def likely_places(names: Sequence[str], told: Mapping[str, str] | None = None) -> dict[str, int]:
    """Field → place of its column in the file (from 0); fields the file does not have are absent, needed ones too."""
    keys = [header_key(name) for name in names]
    parts = [header_key(name.rpartition("-")[2]) for name in names]  # of a heading that stands under another
    columns: dict[str, int] = {}
    for field, name in (told or {}).items():
        if field not in FIELDS:
            raise FileRefused(
                "没有“%(item)s”这一项。可以指定的有：%(known)s。",
                code="no_such_field",
                item=field,
                known="、".join(FIELDS),
            )
        if not name:
            continue
        if name not in names and header_key(name) not in keys:
            raise FileRefused("文件里没有“%(name)s”这一列。", code="no_such_column", name=name)
        columns[field] = list(names).index(name) if name in names else keys.index(header_key(name))
    for field, known in headings().items():
        if field not in columns and (told or {}).get(field) != "":
            places = [each.index(word) for each in (keys, parts) for word in known if word in each]
            free = [place for place in places if place not in columns.values()]
            if free:
                columns[field] = free[0]
    if "text" not in columns and "title" in columns:
        columns["text"] = columns.pop("title")
    return columns
