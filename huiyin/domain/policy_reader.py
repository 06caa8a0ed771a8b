"""Reads plain values (from TOML or JSON) into frozen dataclasses; every fault names the key it lies at.

What is new is read strictly. What was adopted may be older than a key, or know one that has gone (ADR 0018).
"""

from __future__ import annotations

import re
import types
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import EnumMeta, StrEnum
from functools import lru_cache
from typing import Annotated, Any, Generic, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from huiyin.domain.errors import RuleBroken

T = TypeVar("T")


class PolicyInvalid(RuleBroken):
    """A policy file or value does not fit its schema; `key` is the dotted path, e.g. "lists[0].limit.amount"."""

    def __init__(self, key: str, message: str, **params: object) -> None:
        super().__init__("%(key)s：" + message, code="policy.invalid", field=key, key=key, **params)
        self.key = key
        self.sentence = message
        self.values = params


@dataclass(frozen=True)
class Between:
    """A whole number from `low` to `high`, both included."""

    low: int
    high: int

    def check(self, value: object, key: str) -> None:
        if not self.low <= cast("int", value) <= self.high:
            raise PolicyInvalid(
                key,
                "应在 %(low)s 到 %(high)s 之间，现在是 %(value)s。",
                low=self.low,
                high=self.high,
                value=value,
            )


@dataclass(frozen=True)
class Matches:
    """A text of a given shape; `wanted` says it in words."""

    pattern: str
    wanted: str

    def check(self, value: object, key: str) -> None:
        if not re.fullmatch(self.pattern, cast("str", value)):
            raise PolicyInvalid(key, "应是%(wanted)s，现在是“%(value)s”。", wanted=self.wanted, value=value)


@dataclass(frozen=True)
class UniqueBy:
    """A list with at least one entry in which no two have the same value of `field`."""

    field: str

    def check(self, value: object, key: str) -> None:
        entries = cast("Sequence[object]", value)
        if not entries:
            raise PolicyInvalid(key, "至少要有一项。")
        seen: set[object] = set()
        for number, entry in enumerate(entries):
            mark = getattr(entry, self.field)
            if mark in seen:
                raise PolicyInvalid(f"{key}[{number}].{self.field}", "“%(value)s”出现了两次。", value=mark)
            seen.add(mark)


@dataclass(frozen=True)
class Added:
    """A key that a later release brought: versions adopted before it are read with the field's default.

    The default is part of what was promised since and never changes. `label` is the row of the policy's page.
    """

    on: date
    label: str


@dataclass(frozen=True)
class AddedEntry:
    """The same for an entry of a list that the software asks for by its `code`."""

    on: date
    entry: Any

    @property
    def label(self) -> str:
        return str(self.entry.label)

    def is_in(self, entries: tuple[Any, ...]) -> bool:
        return any(each.code == self.entry.code for each in entries)


@dataclass(frozen=True)
class Gaps:
    """Where a version and the release that reads it differ: dotted paths of keys."""

    unwritten: dict[str, Added | AddedEntry] = field(default_factory=dict)
    """Keys the version does not have; their defaults hold."""
    unused: list[str] = field(default_factory=list)
    """Keys nothing asks for any more."""


@dataclass(frozen=True)
class Kept(Generic[T]):
    """An adopted version as this release understands it."""

    values: T
    gaps: Gaps


@dataclass(frozen=True)
class Key:
    """A key of a schema; `added` is None for those of its first day, `default` is MISSING where one must be written."""

    path: str
    default: object
    added: Added | AddedEntry | None = None

    @property
    def is_asked(self) -> bool:
        """Whether every version ever adopted must have it."""
        return self.added is None and self.default is MISSING


Days = Annotated[int, Between(1, 3660)]
Count = Annotated[int, Between(0, 1000)]
Code = Annotated[str, Matches(r"[a-z][a-z0-9_]*", "小写英文、数字和下划线组成的代码")]
Sentence = Annotated[str, Matches(r"(?s).*\S.*", "一句话，不能空着")]

_TYPE_WORDS: dict[type, str] = {
    bool: "true 或 false",
    int: "整数",
    str: "文字",
    date: "日期，如 2026-01-01",
    Decimal: "数字",
}


def read(shape: type[T], raw: object, key: str = "") -> T:
    """`raw` as an instance of the dataclass `shape`; PolicyInvalid at the first unknown, missing or unfit key."""
    return _read(shape, raw, key, None)


def read_kept(shape: type[T], raw: object, key: str = "") -> Kept[T]:
    """What was adopted once: keys added since have their defaults, keys that have gone are passed over."""
    gaps = Gaps()
    return Kept(_read(shape, raw, key, gaps), gaps)


def keys_of(shape: Any, key: str = "") -> Iterator[Key]:
    """Every key of a schema, lists as "lists[].limit"."""
    hints = _hints(shape)
    for each in fields(shape):
        path, hint = _join(key, each.name), hints[each.name]
        yield Key(path, each.default if each.default_factory is MISSING else None, _added(hint))
        for mark in getattr(hint, "__metadata__", ()):
            if isinstance(mark, AddedEntry):
                yield Key(f"{path}[{mark.entry.code}]", mark.entry, mark)
        yield from _keys_inside(hint, path)


def _keys_inside(hint: Any, path: str) -> Iterator[Key]:
    if get_origin(hint) is Annotated:
        yield from _keys_inside(get_args(hint)[0], path)
    elif get_origin(hint) is tuple:
        yield from _keys_inside(get_args(hint)[0], f"{path}[]")
    elif is_dataclass(hint):
        yield from keys_of(hint, path)


def _read(shape: type[T], raw: object, key: str, gaps: Gaps | None) -> T:
    """With `gaps` as what was adopted, told there; without as what is new."""
    if not isinstance(raw, Mapping):
        raise PolicyInvalid(key or shape.__name__, "应是一组键和值。")
    wanted = {each.name: each for each in fields(shape)}  # type: ignore[arg-type]
    for name in raw:
        if name not in wanted:
            if gaps is None:
                raise PolicyInvalid(_join(key, name), "没有这个键。")
            gaps.unused.append(_join(key, name))
    hints = _hints(cast("Hashable", shape))
    values: dict[str, object] = {}
    for name, each in wanted.items():
        added = _added(hints[name])
        if name in raw:
            values[name] = _read_value(hints[name], raw[name], _join(key, name), gaps)
        elif added and gaps is not None:
            gaps.unwritten[_join(key, name)] = added
        elif added or (each.default is MISSING and each.default_factory is MISSING):
            raise PolicyInvalid(_join(key, name), "缺少这个键。")
    try:
        return shape(**values)
    except PolicyInvalid as fault:  # a rule between several keys of `shape`, told with a key relative to it
        raise PolicyInvalid(_join(key, fault.key), fault.sentence, **fault.values) from None
    except ValueError as fault:
        raise PolicyInvalid(key, "%(fault)s", fault=fault) from None


@lru_cache(maxsize=64)
def _hints(shape: Any) -> dict[str, Any]:
    """Read once for each shape: a catalogue holds the same one many times."""
    return get_type_hints(shape, include_extras=True)


def _added(hint: Any) -> Added | None:
    return next((mark for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, Added)), None)


def _read_value(hint: Any, raw: object, key: str, gaps: Gaps | None) -> object:
    origin = get_origin(hint)
    if origin is Annotated:
        inner, *marks = get_args(hint)
        value = _read_value(inner, raw, key, gaps)
        for mark in marks:
            if isinstance(mark, AddedEntry):
                value = _with_entry(mark, cast("tuple[object, ...]", value), key, gaps)
            elif not isinstance(mark, Added):
                mark.check(value, key)
        return value
    if origin in (Union, types.UnionType):  # only "X | None" is used
        if raw is None:
            return None
        (inner,) = (each for each in get_args(hint) if each is not types.NoneType)
        return _read_value(inner, raw, key, gaps)
    if origin is tuple:
        return _read_list(get_args(hint)[0], raw, key, gaps)
    if isinstance(hint, EnumMeta):
        return _read_enum(cast("type[StrEnum]", hint), raw, key)
    if hint in _TYPE_WORDS:
        return _read_plain(hint, raw, key)
    return _read(hint, raw, key, gaps)


def _with_entry(
    added: AddedEntry, entries: tuple[object, ...], key: str, gaps: Gaps | None
) -> tuple[object, ...]:
    if added.is_in(entries):
        return entries
    if gaps is None:
        raise PolicyInvalid(key, "缺少“%(entry)s”。", entry=added.entry.code)
    gaps.unwritten[f"{key}[{added.entry.code}]"] = added
    return (*entries, added.entry)


def _read_list(inner: Any, raw: object, key: str, gaps: Gaps | None) -> tuple[object, ...]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise PolicyInvalid(key, "应是一个列表。")
    return tuple(_read_value(inner, each, f"{key}[{number}]", gaps) for number, each in enumerate(raw))


def _read_enum(shape: type[StrEnum], raw: object, key: str) -> StrEnum:
    try:
        return shape(cast("str", raw))
    except ValueError:
        choices = "、".join(shape)
        raise PolicyInvalid(
            key, "应是 %(choices)s 之一，现在是“%(value)s”。", choices=choices, value=raw
        ) from None


def _read_plain(shape: type, raw: object, key: str) -> object:
    # JSON has no dates: in stored versions they are ISO texts. bool is an int in Python, not in a policy.
    if shape is date and isinstance(raw, str):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    elif shape is Decimal and isinstance(raw, (int, str, Decimal)) and not isinstance(raw, bool):
        try:
            return Decimal(raw)
        except InvalidOperation:
            pass
    elif type(raw) is shape:
        return raw
    raise PolicyInvalid(key, "应是%(wanted)s，现在是“%(value)s”。", wanted=_TYPE_WORDS[shape], value=raw)


def _join(key: str, name: object) -> str:
    return f"{key}.{name}" if key else str(name)
