"""How a policy file becomes checked values: the header, the schema of each policy, plain values for keeping."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from huiyin.domain.policy_deadlines import DeadlinesPolicy
from huiyin.domain.policy_holidays import HolidaysPolicy
from huiyin.domain.policy_hotline import HotlinePolicy
from huiyin.domain.policy_meetings import MeetingsPolicy
from huiyin.domain.policy_metrics import MetricsPolicy
from huiyin.domain.policy_reader import Code, Kept, Matches, PolicyInvalid, Sentence, read, read_kept
from huiyin.domain.policy_reports import ReportsPolicy
from huiyin.domain.policy_words import CategoriesPolicy, ReasonsPolicy, RetentionPolicy

Policy = (
    DeadlinesPolicy
    | ReasonsPolicy
    | CategoriesPolicy
    | RetentionPolicy
    | HolidaysPolicy
    | ReportsPolicy
    | MetricsPolicy
    | MeetingsPolicy
    | HotlinePolicy
)

SCHEMAS: dict[str, type[Policy]] = {
    "deadlines": DeadlinesPolicy,
    "reasons": ReasonsPolicy,
    "categories": CategoriesPolicy,
    "retention": RetentionPolicy,
    "holidays": HolidaysPolicy,
    "meetings": MeetingsPolicy,
    "reports": ReportsPolicy,
    "metrics": MetricsPolicy,
    "hotline": HotlinePolicy,
}


@dataclass(frozen=True)
class _Header:
    name: Code
    title: Sentence
    basis: Sentence
    version: Annotated[str, Matches(r"\d{4}-\d{2}-\d{2}(\.\d+)?", "版本号，如 2026-01-01 或 2026-01-01.2")]
    effective_from: date


@dataclass(frozen=True)
class PolicyFile:
    """One version of a policy as written in a file: checked values, and the same as plain JSON for keeping."""

    name: str
    title: str
    basis: str
    version: str
    effective_from: date
    values: Policy
    raw: dict[str, object]

    @property
    def sha256(self) -> str:
        return sha256_of(self.raw)


def read_policy_file(text: str, *, is_followed: bool = False) -> PolicyFile:
    """Parse and check a policy file (TOML); PolicyInvalid names the key that does not fit.

    Stricter than `read_kept_values`: what a version adopted long ago may say need not be adopted anew. Of a file that
    a later one follows (`is_followed`) no more is asked than of the version adopted from it: it is never edited.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise PolicyInvalid("TOML", "文件读不懂：%(fault)s", fault=fault) from None
    raw = content.pop("values", None)
    header = read(_Header, content)
    values = (
        read_kept_values(header.name, raw).values
        if is_followed
        else read(_schema(header.name), raw, "values")
    )
    if isinstance(values, (DeadlinesPolicy, HotlinePolicy, ReportsPolicy)):
        values.check_new()
    return PolicyFile(
        name=header.name,
        title=header.title,
        basis=header.basis,
        version=f"{header.name}@{header.version}",
        effective_from=header.effective_from,
        values=values,
        raw=plain_values(raw),
    )


def read_shipped_files(texts: Iterable[str]) -> list[PolicyFile]:
    """The files that come with Huiyin, by name and day; only the last of each name has to say everything."""
    headers = {text: tomllib.loads(text) for text in texts}
    last: dict[str, date] = {}
    for header in headers.values():
        last[header["name"]] = max(header["effective_from"], last.get(header["name"], date.min))
    files = [
        read_policy_file(text, is_followed=header["effective_from"] < last[header["name"]])
        for text, header in headers.items()
    ]
    return sorted(files, key=lambda file: (file.name, file.effective_from))


def read_kept_values(name: str, raw: object) -> Kept[Policy]:
    """The values of an adopted version of the policy `name`, as its row keeps them in JSON."""
    return read_kept(_schema(name), raw, "values")


def _schema(name: str) -> type[Policy]:
    if name not in SCHEMAS:
        choices = "、".join(SCHEMAS)
        raise PolicyInvalid("name", "没有“%(name)s”这种规则，只有 %(choices)s。", name=name, choices=choices)
    return SCHEMAS[name]


def sha256_of(raw: Mapping[str, object]) -> str:
    """Over the values in canonical JSON, so that a comment or a line break in the file is not a change."""
    text = json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain_values(raw: object) -> dict[str, object]:
    """The values as JSON holds them: dates become ISO texts."""
    plain = _plain(raw)
    return plain if isinstance(plain, dict) else {}


def _plain(raw: object) -> object:
    if isinstance(raw, Mapping):
        return {str(key): _plain(value) for key, value in raw.items()}
    if isinstance(raw, (list, tuple)):
        return [_plain(value) for value in raw]
    return raw.isoformat() if isinstance(raw, date) else raw
