"""What one revision changed against another, in words: texts by paragraph, everything else by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from django.utils.translation import gettext

from huiyin.apps.reports.report_page import ReportPage, due_words, value_words
from huiyin.web.charts.scales import say

Kind = Literal["same", "added", "removed"]
# A number or a Latin word is compared whole: 96 → 88 is one change, not two.
_UNITS = re.compile(r"[0-9][0-9.,:%]*|[A-Za-z]+|.", re.DOTALL)
ALIKE = 0.35
"""From here on two paragraphs are one that was changed; below it one went and another came."""


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """One paragraph or row; `label` says which row."""

    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Part:
    title: str
    changes: list[Change]


def differences(old: ReportPage, new: ReportPage) -> list[Part]:
    """Only what changed, in the order of the new revision."""
    earlier = {section.rule.code: section for section in old.sections}
    parts = []
    for section in new.sections:
        before = earlier.get(section.rule.code)
        texts = [shown.block.text for shown in before.blocks] if before else []
        changes = list(in_paragraphs(texts, [shown.block.text for shown in section.blocks]))
        parts.append(Part(f"{section.numeral}　{section.rule.label}", changes))
    for title, rows in _rows(new).items():
        parts.append(Part(title, list(in_rows(_rows(old)[title], rows))))
    return [part for part in parts if part.changes]


def in_paragraphs(old: list[str], new: list[str]) -> Iterator[Change]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            for before, after in _pairs(old[i:j], new[k:m]):
                yield Change("", in_words(before, after))


def in_rows(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for label in [*new, *(label for label in old if label not in new)]:
        before, after = old.get(label, ""), new.get(label, "")
        if before != after:
            yield Change(label, in_words(before, after))


def in_words(old: str, new: str) -> list[Piece]:
    """The text with what went and what came; read without the removed pieces it is the new one."""
    before, after = _UNITS.findall(old), _UNITS.findall(new)
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(after[k:m])))
            continue
        if i < j:
            pieces.append(Piece("removed", "".join(before[i:j])))
        if k < m:
            pieces.append(Piece("added", "".join(after[k:m])))
    return pieces


def _pairs(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Paragraphs that were changed side by side; what is not alike went and came on its own."""
    for at in range(max(len(old), len(new))):
        before = old[at] if at < len(old) else ""
        after = new[at] if at < len(new) else ""
        if before and after and SequenceMatcher(None, before, after, autojunk=False).ratio() < ALIKE:
            yield before, ""
            yield "", after
        else:
            yield before, after


def _rows(page: ReportPage) -> dict[str, dict[str, str]]:
    """Every row of a page in one line of words, by what it is called."""
    return {
        gettext("数据"): {
            f"{claim.number}　{claim.name}": _joined(
                value_words(claim),
                due_words(claim) if claim.due_count is not None else "",
                gettext("%(n)s 件佐证") % {"n": len(claim.evidence.all())},
                claim.explanation,
            )
            for claim in page.claims
        },
        gettext("收支"): {
            f"{book.account.get_kind_display()}　{label}": amount
            for book in page.books
            for label, amount in (
                (gettext("期初结余"), say(book.account.opening)),
                *(
                    (f"{line.get_side_display()}：{line.label}", say(line.amount))
                    for line in (*book.income, *book.expense)
                ),
                (gettext("期末结余"), say(book.account.closing)),
            )
        },
        gettext("诉求的回应"): {answer.demand.title: answer.words for answer in page.answers},
        gettext("上期承诺"): {
            told.commitment.title: _joined(told.get_became_display(), told.words)
            for told in page.accounts_of_last
        },
        gettext("承诺"): {
            f"{each.number}　{each.title}": _joined(each.target, each.measure, each.owner, each.funding)
            for each in page.commitments
        },
        gettext("照片"): {
            gettext("图 %(n)s") % {"n": photo.number}: _joined(photo.caption, photo.place)
            for photo in page.photos
        },
        gettext("没有写的，公开说明"): dict(page.excuse_rows),
    }


def _joined(*words: str) -> str:
    return "，".join(_filled(words))


def _filled(words: Iterable[str]) -> Iterator[str]:
    return (word for word in words if word)
