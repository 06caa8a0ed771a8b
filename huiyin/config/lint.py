"""`huiyin lint FILE…`: the report check on files, without the site and its database.

A finding is let stand by a mark in the text with the rule and a reason: <!-- huiyin: allow R-VAGUE-01 原因 -->
or, where comments show, 〔huiyin: allow R-VAGUE-01 原因〕. The mark holds for its own line; alone on a line, for the
next one. A mark that names no rule, or lets nothing stand, is told.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True)
class Mark:
    """What somebody wrote to let one rule stand on one line; `at` is the line of the mark itself."""

    at: int
    line: int
    rule: str
    reason: str


@dataclass(frozen=True)
class Linted:
    """What came of one file: its findings, those let stand among them, and what is amiss about itself.

    `remarks` are told, too; they leave the exit code alone.
    """

    reported: tuple[Reported, ...] = ()
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class _Help(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, prefix or "用法：")


ABOUT = "检查报告的文字和数字：空话、夸大、不具体的打算、没有单位或期间的数字。不需要网站和数据库。"
MORE = """\
退出码：
  0  没有发现问题，或者都写了放行的原因
  1  有要改或要核对的地方
  2  用法不对：有文件读不了，或者放行的写法不对；其余文件照样检查

放行一处，在那一行写明规则编号和原因；单独成行时管下一行：
  <!-- huiyin: allow R-VAGUE-01 引用合同原文 -->
  〔huiyin: 允许 R-VAGUE-01 引用合同原文〕"""


def add_command(commands: Any, *, about: str) -> None:
    """`commands` are the subparsers of the program."""
    parser = commands.add_parser(
        "lint", help=about, description=ABOUT, epilog=MORE, formatter_class=_Help, add_help=False
    )
    files = parser.add_argument_group("文件")
    files.add_argument("files", nargs="+", type=Path, metavar="FILE", help="报告文件：txt、md 或 docx")
    options = parser.add_argument_group("选项")
    formats = "输出格式：text 给人看（默认），json 和 sarif 给程序读"
    options.add_argument("--format", choices=("text", "json", "sarif"), default="text", help=formats)
    options.add_argument("-h", "--help", action="help", help="显示这段说明")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 clean, 1 findings, 2 bad use; what is amiss with one file hides nothing of the others."""
    linted = [lint(file) for file in options.files]
    reported = [each for one in linted for each in one.reported]
    problems = [each for one in linted for each in one.problems]
    for line in (*problems, *(each for one in linted for each in one.remarks)):
        print(line, file=sys.stderr)
    if reported or not problems:
        writers = {"text": as_text, "json": as_json, "sarif": as_sarif}
        _print(writers[options.format](reported))
    if problems:
        return 2
    return 1 if any(not each.reason for each in reported) else 0


def _print(text: str) -> None:
    """To a reader that may leave before the end, like `head`."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Else Python complains once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def lint(file: Path) -> Linted:
    try:
        text = text_of(file)
    except BadUse as problem:
        return Linted(problems=(str(problem),))
    marks, bare, problems = _marks(text, file)
    allowed = {(mark.line, mark.rule): mark for mark in marks}
    starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(at: int) -> Place:
        line = bisect_right(starts, at)
        return Place(line, at - starts[line - 1] + 1)

    reported, used = [], set()
    for finding in check(bare):
        start, end = place(finding.start), place(finding.end)
        mark = allowed.get((start.line, finding.rule_id))
        used.add(mark)
        reason = mark.reason if mark else ""
        reported.append(Reported(str(file), finding, text[finding.start : finding.end], start, end, reason))
    remarks = [
        f"{file}:{mark.at}: 放行 {mark.rule} 没有用处：第 {mark.line} 行没有这条规则的问题，可以删去。"
        for mark in marks
        if mark not in used
    ]
    return Linted(tuple(reported), tuple(problems), tuple(remarks))


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


def _marks(text: str, file: Path) -> tuple[list[Mark], str, list[str]]:
    """The marks, the text with them blanked, every other character in its place, and what is amiss with some."""
    marks: list[Mark] = []
    problems: list[str] = []
    bare = text
    lines = text.split("\n")
    known = {rule.id for rule in shipped_rules()}
    for match in _ALLOW.finditer(text):
        bare = bare[: match.start()] + " " * len(match.group()) + bare[match.end() :]
        line = text.count("\n", 0, match.start()) + 1
        told = _ALLOWED.fullmatch(match["rest"].strip())
        if told is None or not told["reason"].strip():
            example = "<!-- huiyin: allow R-VAGUE-01 引用合同 -->"
            problems.append(f"{file}:{line}: 放行要写明规则编号和原因，例如 {example}")
            continue
        holds_for = _line_of(line, lines)
        for rule in re.findall(r"R-[A-Z]+-\d+", told["rules"]):
            if rule in known:
                marks.append(Mark(line, holds_for, rule, told["reason"].strip()))
            else:
                problems.append(f"{file}:{line}: 没有 {rule} 这条规则，放行没有用处。")
    return marks, bare, problems


def _line_of(line: int, lines: Sequence[str]) -> int:
    """For which line a mark on `line` holds: its own, or, alone on it, the next one with words."""
    if _ALLOW.sub("", lines[line - 1]).strip():
        return line
    later = (at for at in range(line, len(lines)) if _ALLOW.sub("", lines[at]).strip())
    return next(later, line - 1) + 1


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
