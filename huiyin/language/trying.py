"""A changed policy of the report check tried on a text: which statements it would judge otherwise."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from huiyin.language.checks import Finding, Severity
from huiyin.language.sentences import split_sentences

STRONGEST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.HINT)


@dataclass(frozen=True)
class Change:
    """The statement text[start:end] with its strongest finding under either policy, None where it is accepted."""

    start: int
    end: int
    before: Finding | None
    after: Finding | None

    @property
    def is_harder(self) -> bool:
        return _rank(self.after) < _rank(self.before)


@dataclass(frozen=True)
class Tried:
    """`before` and `after` count statements by severity; None counts the accepted ones."""

    statements: int
    before: Counter[Severity | None]
    after: Counter[Severity | None]
    changes: tuple[Change, ...]


def compare(text: str, before: Iterable[Finding], after: Iterable[Finding]) -> Tried:
    """Each statement with what two checks of the same text found; never raises, linear in the length of the text."""
    spans = [(part.start, part.end) for part in split_sentences(text)]
    starts = [start for start, _ in spans]
    was, will = _strongest(before, starts), _strongest(after, starts)
    changes = [
        Change(start, end, was.get(at), will.get(at))
        for at, (start, end) in enumerate(spans)
        if _rank(was.get(at)) != _rank(will.get(at))
    ]
    return Tried(len(spans), _counts(was, len(spans)), _counts(will, len(spans)), tuple(changes))


def _strongest(findings: Iterable[Finding], starts: list[int]) -> dict[int, Finding]:
    """By number of the statement."""
    found: dict[int, Finding] = {}
    for finding in findings:
        at = max(bisect_right(starts, finding.start) - 1, 0)
        if at not in found or _rank(finding) < _rank(found[at]):
            found[at] = finding
    return found


def _rank(finding: Finding | None) -> int:
    return len(STRONGEST_FIRST) if finding is None else STRONGEST_FIRST.index(finding.severity)


def _counts(found: dict[int, Finding], statements: int) -> Counter[Severity | None]:
    counts: Counter[Severity | None] = Counter(finding.severity for finding in found.values())
    counts[None] = statements - len(found)
    return counts
