"""Lists of words kept as data: what each finds, an example that it finds and one that it does not.

A file of lists (data/replies, data/answers, data/claims) holds tables. A table with `terms` is a list: `what` says in
Chinese what it is for, `found` and `not_found` are the examples, which are its tests and stand in the reference. A
table of lists is a group and finds what any of them finds. The terms are regular expressions on folded text; `…`
stands for up to eight characters of the same clause, `{name}` for a term of the table [parts]. A list of a matter
(data/answers/matters) also has `named`, the titles that are of it, and `never`, what only looks like it; `words` are
plain words, parted by spaces, each of which is of it, `signs` such that only some together are. It is `general` if any
object may have it, as noise.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
_ANYTHING = "[^,。;!?|\n]{0,8}?"
_PART = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class WordList:
    """`name` is the path of its table in the file: hollow.forwarded."""

    name: str
    what: str
    terms: tuple[str, ...]
    found: str
    not_found: str
    named: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    general: bool = False

    @property
    def source(self) -> str:
        return "|".join([*self.terms, *map(re.escape, self.words)])

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.source)


@cache
def word_lists(file: str) -> Mapping[str, WordList]:
    """The lists of a file of data, by name, in their order."""
    with (DATA / file).open("rb") as opened:
        tables = tomllib.load(opened)
    parts: dict[str, str] = {}
    for name, part in tables.pop("parts", {}).items():
        parts[name] = _filled(part, parts)
    return {each.name: each for each in _lists_of(tables, "", parts)}


@cache
def patterns(file: str) -> Mapping[str, re.Pattern[str]]:
    """Name of a list or of a group → one pattern of all its terms."""
    lists = word_lists(file)
    sources: dict[str, list[str]] = {}
    for name, each in lists.items():
        above = name.rpartition(".")[0]
        if above:
            sources.setdefault(above, []).append(each.source)
    return {name: each.pattern for name, each in lists.items()} | {
        above: re.compile("|".join(found)) for above, found in sources.items()
    }


@cache
def group(file: str, name: str) -> Mapping[str, re.Pattern[str]]:
    """The patterns of the lists of one group, by their own names."""
    lists = word_lists(file).items()
    return {
        each.removeprefix(f"{name}."): found.pattern for each, found in lists if each.startswith(f"{name}.")
    }


def _lists_of(tables: Mapping[str, Any], above: str, parts: Mapping[str, str]) -> Iterator[WordList]:
    for key, table in tables.items():
        name = f"{above}{key}"
        if "what" in table:
            terms, named, never = (
                tuple(_filled(term, parts) for term in table.get(kind, ()))
                for kind in ("terms", "named", "never")
            )
            words, signs = (tuple(table.get(kind, "").split()) for kind in ("words", "signs"))
            yield WordList(
                name,
                table["what"],
                terms,
                table["found"],
                table["not_found"],
                named,
                never,
                words,
                signs,
                table.get("general", False),
            )
        else:
            yield from _lists_of(table, f"{name}.", parts)


def _filled(term: str, parts: Mapping[str, str]) -> str:
    return _PART.sub(lambda match: f"(?:{parts[match.group(1)]})", term).replace("…", _ANYTHING)
