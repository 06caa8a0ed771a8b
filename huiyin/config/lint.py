"""`huiyin lint FILE…`: the report check on files, without the site and its database.

A finding is let stand by a mark in the text with the rule and a reason: <!-- huiyin: allow R-VAGUE-01 原因 -->
or, where comments show, 〔huiyin: allow R-VAGUE-01 原因〕. The mark holds for its own line; alone on a line, for the
next one.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from huiyin.documents.docx_reading import read_docx
from huiyin.documents.refusals import FileRefused
from huiyin.language import Finding, Severity, check
from huiyin.language.rules import shipped_rules

TEXT_SUFFIXES = (".txt", ".md", ".markdown")
_ALLOW = re.compile(r"(?:<!--|〔|\[)\s*huiyin[:：]\s*(?:allow|允许)\s*(?P<rest>[^\n>〕\]]*?)\s*(?:-->|〕|\])")
_ALLOWED = re.compile(r"(?P<rules>R-[A-Z]+-\d+(?:[,，、\s]+R-[A-Z]+-\d+)*)[\s:：,，]*(?P<reason>.*)")
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}
_SEVERITY_WORDS = {Severity.ERROR: "须改", Severity.WARNING: "请核对", Severity.HINT: "提示"}


class BadUse(Exception):
    """What the person has to change about the command or the file; one sentence."""


@dataclass(frozen=True)
class Place:
    line: int
    column: int


@dataclass(frozen=True)
class Reported:
    """One finding in one file; `reason` says why it is let stand."""

    file: str
    finding: Finding
    words: str
    start: Place
    end: Place
    reason: str = ""


def run(options: argparse.Namespace) -> int:
    """0 clean, 1 findings, 2 bad use."""
    try:
        reported = [each for file in options.files for each in lint(file)]
    except BadUse as problem:
        print(problem, file=sys.stderr)
        return 2
    writers = {"text": as_text, "json": as_json, "sarif": as_sarif}
    print(writers[options.format](reported))
    return 1 if any(not each.reason for each in reported) else 0


def lint(file: Path) -> list[Reported]:
    """Every finding of one file, those let stand among them."""
    text = text_of(file)
    allowed, bare = _allowances(text, file)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(at: int) -> Place:
        line = bisect_right(starts, at)
        return Place(line, at - starts[line - 1] + 1)

    reported = []
    for finding in check(bare):
        start, end = place(finding.start), place(finding.end)
        reason = allowed.get((start.line, finding.rule_id), "")
        reported.append(Reported(str(file), finding, text[finding.start : finding.end], start, end, reason))
    return reported


def text_of(file: Path) -> str:
    suffix = file.suffix.lower()
    if suffix not in (*TEXT_SUFFIXES, ".docx"):
        raise BadUse(f"{file}: 只读 txt、md 和 docx 文件。")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadUse(f"{file}: 打不开（{error.strerror}）。") from error
    if suffix == ".docx":
        try:
            return read_docx(data)
        except FileRefused as refused:
            raise BadUse(f"{file}: {refused}") from refused
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise BadUse(f"{file}: 不是文本，或者编码认不出来。请存为 UTF-8。")


def _allowances(text: str, file: Path) -> tuple[dict[tuple[int, str], str], str]:
    """(line, rule) → reason, and the text with the marks blanked, every other character in its place."""
    allowed: dict[tuple[int, str], str] = {}
    bare = text
    lines = text.split("\n")
    for match in _ALLOW.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        told = _ALLOWED.fullmatch(match["rest"].strip())
        if told is None or not told["reason"].strip():
            example = "<!-- huiyin: allow R-VAGUE-01 引用合同 -->"
            raise BadUse(f"{file}:{line}: 放行要写明规则编号和原因，例如 {example}")
        is_alone = not _ALLOW.sub("", lines[line - 1]).strip()
        holds_for = line
        if is_alone:
            later = (at for at in range(line, len(lines)) if _ALLOW.sub("", lines[at]).strip())
            holds_for = next(later, line - 1) + 1
        for rule in re.findall(r"R-[A-Z]+-\d+", told["rules"]):
            allowed[(holds_for, rule)] = told["reason"].strip()
        bare = bare[: match.start()] + " " * len(match.group()) + bare[match.end() :]
    return allowed, bare


def as_text(reported: Sequence[Reported]) -> str:
    """A finding in two lines, then a count."""
    lines = []
    for each in reported:
        finding = each.finding
        place = f"{each.file}:{each.start.line}:{each.start.column}"
        head = f"{place}: {_SEVERITY_WORDS[finding.severity]} {finding.rule_id}"
        if each.reason:
            lines.append(f"{head} 已放行：{each.reason}")
        else:
            lines += [f"{head} {finding.message}", f"    {finding.advice}"]
    errors, others = _counts(reported)
    lines.append(f"{errors} 处须改，{others} 处请核对。" if errors or others else "没有发现问题。")
    return "\n".join(lines)


def _counts(reported: Iterable[Reported]) -> tuple[int, int]:
    open_ = [each.finding.severity for each in reported if not each.reason]
    errors = sum(severity is Severity.ERROR for severity in open_)
    return errors, len(open_) - errors


def as_json(reported: Sequence[Reported]) -> str:
    rows = [
        {
            "file": each.file,
            **asdict(each.finding),
            "words": each.words,
            "line": each.start.line,
            "column": each.start.column,
            "end_line": each.end.line,
            "end_column": each.end.column,
            "suppressed": each.reason or None,
        }
        for each in reported
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def as_sarif(reported: Sequence[Reported]) -> str:
    """SARIF 2.1.0: what code hosts and editors read."""
    rules = [
        {
            "id": rule.id,
            "name": rule.title,
            "shortDescription": {"text": rule.title},
            "help": {"text": f"{rule.advice}\n不好：{rule.bad}\n好：{rule.good}"},
        }
        for rule in shipped_rules()
    ]
    driver = {"name": "huiyin lint", "version": version("huiyin"), "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(each) for each in reported],
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def _sarif_result(each: Reported) -> dict[str, object]:
    region = {
        "startLine": each.start.line,
        "startColumn": each.start.column,
        "endLine": each.end.line,
        "endColumn": each.end.column,
        "snippet": {"text": each.words},
    }
    result: dict[str, object] = {
        "ruleId": each.finding.rule_id,
        "level": _LEVELS[each.finding.severity],
        "message": {"text": f"{each.finding.message}{each.finding.advice}"},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": Path(each.file).as_posix()}, "region": region}}
        ],
    }
    if each.reason:
        result["suppressions"] = [{"kind": "inSource", "justification": each.reason}]
    return result
