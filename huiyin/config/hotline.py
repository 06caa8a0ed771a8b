"""`huiyin hotline …`: complaints in bulk from the command line, without the website and its database."""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from huiyin.analytics.asking import Asker, keep_estates, kept_estates
from huiyin.analytics.estates import Estate, read_estates
from huiyin.analytics.measures.places import BY
from huiyin.analytics.schema import NO_MONTH
from huiyin.analytics.store import Store
from huiyin.config.environment import CALLER_KEY, caller_key_file, caller_secret
from huiyin.documents.cells import guard
from huiyin.domain.complaint_measures import MEASURES, per_thousand_households
from huiyin.domain.complaint_periods import ComplaintPeriod, Earlier, StoredMonths, read_period
from huiyin.domain.errors import RuleBroken
from huiyin.domain.policy_hotline import HotlinePolicy
from huiyin.domain.policy_schema import read_policy_file

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from huiyin.analytics.correction_files import Read
    from huiyin.analytics.pipeline import Progress, Summary

BEIJING = ZoneInfo("Asia/Shanghai")
RANKED_BY = ("estate", "company", "community", "street", "district")
FORMATS = ("table", "csv", "json")
Row = Mapping[str, object]


class BadUse(Exception):
    """What the person has to change about the command; one sentence."""


def add_commands(hotline: argparse.ArgumentParser) -> None:
    """The commands under `huiyin hotline`."""
    commands = hotline.add_subparsers(required=True, metavar="command")

    enriching = _command(
        commands, "enrich", _enrich, "read, mask, attribute, classify 读入、脱敏、归属、分类"
    )
    enriching.add_argument(
        "files", nargs="+", type=Path, metavar="IN", help="CSV, XLSX, XLS or Parquet 诉求文件"
    )
    enriching.add_argument(
        "--estates", type=Path, required=True, help="CSV or XLSX: code, name, aliases 小区名单"
    )
    enriching.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder of the store 存放文件夹"
    )
    enriching.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=HEADING",
        help="which column is what, where headings do not say 指明某一项是哪一列",
    )
    enriching.add_argument("--quiet", action="store_true", help="no progress 不显示进度")

    ranking = _command(commands, "rank", _rank, "who has most, with movement 排名")
    ranking.add_argument("folder", type=Path, metavar="DIR")
    ranking.add_argument("--by", choices=RANKED_BY, default="estate", help="rank what 按什么排")
    ranking.add_argument("--period", required=True, help="2025, 2025-Q3 or 2025-07 时期")
    ranking.add_argument(
        "--measure", choices=sorted(MEASURES), default="property_complaints", help="by which 指标"
    )
    ranking.add_argument("--per-households", action="store_true", help="for each 1,000 households 每千户")
    ranking.add_argument("--top", type=int, default=100, metavar="N", help="the first N 前 N 名")

    topics = _command(commands, "topics", _topics, "what is told of again and again 热点")
    topics.add_argument("folder", type=Path, metavar="DIR")
    topics.add_argument("--estate", metavar="CODE", help="one estate only 只看一个小区")
    topics.add_argument("--top", type=int, default=50, metavar="N", help="the hottest N 最热的 N 个")

    rating = _command(commands, "rates", _rates, "the three rates and all counts 三率和各项计数")
    rating.add_argument("folder", type=Path, metavar="DIR")
    rating.add_argument("--by", choices=BY, help="one row each; without it one for all 分组")
    rating.add_argument("--period", help="2025, 2025-Q3 or 2025-07; without it everything 时期")

    history = _command(commands, "imports", _imports, "what was imported 导入记录")
    history.add_argument("folder", type=Path, metavar="DIR")

    undoing = _command(commands, "undo", _undo, "take an import back 撤销一次导入")
    undoing.add_argument("folder", type=Path, metavar="DIR")
    undoing.add_argument("import_id", metavar="IMPORT")

    correcting = _command(
        commands, "correct", _correct, "what a person read instead of the machine 更正归属和分类"
    )
    correcting.add_argument("folder", type=Path, metavar="DIR")
    correcting.add_argument("number", nargs="?", metavar="NUMBER", help="one complaint 工单编号")
    correcting.add_argument("--estate", metavar="CODE", help="its code; none: no estate; -: as read 小区编码")
    correcting.add_argument("--property", metavar="yes|no|-", help="of property management 是否物业类")
    correcting.add_argument("--category", metavar="CATEGORY", help="name or code; -: as read 类别")
    correcting.add_argument(
        "--corrections", type=Path, metavar="FILE", help="CSV or XLSX with many instead 更正表"
    )

    teaching = _command(
        commands,
        "labels",
        _labels,
        "corrected complaints as rows for the next training 更正过的诉求，用来训练",
    )
    teaching.add_argument("folder", type=Path, metavar="DIR")
    teaching.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON lines 训练用的文件")

    erasing = _command(
        commands, "erase", _erase, "remove the words of complaints, keep the count 删除内容，保留计数"
    )
    erasing.add_argument("folder", type=Path, metavar="DIR")
    erasing.add_argument("numbers", nargs="+", metavar="NUMBER", help="complaint numbers 工单编号")

    rekeying = _command(commands, "new-key", _new_key, "go on with another key of callers 换用新的来电人密钥")
    rekeying.add_argument("folder", type=Path, metavar="DIR")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], Sequence[Row]],
    text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text)
    parser.add_argument("--format", choices=FORMATS, default="table", help="输出格式")
    parser.set_defaults(run=run_one, command=run)
    return parser


def run_one(options: argparse.Namespace) -> int:
    """0 done, 2 bad use or a problem a person can solve, told in a sentence."""
    try:
        rows = options.command(options)
    except (RuleBroken, BadUse) as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as problem:
        if not problem.filename:
            raise
        print(f"打不开 {problem.filename}：{problem.strerror}", file=sys.stderr)
        return 2
    if rows or options.format != "table":
        print(as_text(rows, options.format))
    else:
        print("没有可列的。", file=sys.stderr)
    return 0


def as_text(rows: Sequence[Row], form: str) -> str:
    """Rows of the same columns as a table for people, CSV or JSON."""
    if form == "json":
        return json.dumps(list(rows), ensure_ascii=False, indent=2, default=str)
    names = list(rows[0]) if rows else []
    if form == "csv":
        out = _Lines()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_guarded(row[name]) for name in names] for row in rows)
        return "".join(out.lines).rstrip("\n")
    cells = [names, *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in cells
    )


class _Lines:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        self.lines.append(line)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


def _guarded(value: object) -> str:
    """For a spreadsheet: no words of a caller are run as a formula."""
    return guard(value) if isinstance(value, str) else _cell(value)


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


# A command loads what it needs: the language and its kernels take longer than most questions.


def _enrich(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.callers import check_of
    from huiyin.analytics.pipeline import enrich
    from huiyin.analytics.reading.files import size_of
    from huiyin.analytics.text_step import text_step_of

    missing = [str(path) for path in (*options.files, options.estates) if not path.is_file()]
    if missing:
        raise BadUse(f"找不到文件：{'、'.join(missing)}")
    told = dict(_told(each) for each in options.column)
    estates = read_estates(options.estates)
    secret = _caller_secret()
    step = text_step_of(estates, secret.encode(), size=size_of(options.files))
    tell = _silent if options.quiet else _Telling()
    with Store.open(options.out) as store:
        store.agree_on_caller_key(check_of(secret))
        keep_estates(store, estates)
        summary = enrich(
            options.files, store, step, now=datetime.now(BEIJING), basis=_basis(estates), told=told, tell=tell
        )
    for refused in summary.refused:
        print(f"{refused.file}：{refused.reason}", file=sys.stderr)
    _explain(summary)
    if not summary.stored and summary.refused:
        raise BadUse("没有写入任何诉求。")
    return [_as_row(summary)]


def _caller_secret() -> str:
    """Says where a key was made, for it has to be kept: without it nobody is known again."""
    is_new = not os.environ.get(CALLER_KEY, "").strip() and not caller_key_file().exists()
    secret = caller_secret()
    if is_new:
        print(
            f"已生成换算来电人的密钥：{caller_key_file()}。请单独备份：以后换了它，就认不出同一个人。",
            file=sys.stderr,
        )
    return secret


def _told(word: str) -> tuple[str, str]:
    field, sign, heading = word.partition("=")
    if not sign or not heading:
        raise BadUse(f"--column 的写法是 项=列名，例如 --column text=诉求内容；“{word}”不是。")
    return field.strip(), heading.strip()


def _basis(estates: Sequence[Estate]) -> str:
    return hashlib.sha256(repr(estates).encode()).hexdigest()


def _silent(_: Progress) -> None:
    return


class _Telling:
    """One line on the terminal that is written over; one a file where there is no terminal."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, progress: Progress) -> None:
        words = {"reading": "正在读", "writing": "正在写"}[progress.step]
        line = f"{words} {progress.of}" + (f"，已读 {progress.rows:,} 行" if progress.rows else "")
        if sys.stderr.isatty():
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
        elif (about := f"{words} {progress.of}") != self._last:
            self._last = about
            print(about, file=sys.stderr, flush=True)


def _explain(summary: Summary) -> None:
    """The balance, and why rows were rejected."""
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    print(
        f"读入 {summary.read:,} = 存入 {summary.stored:,} + 退回 {summary.rejected:,}"
        + (f"（其中替换原有 {summary.replaced:,}）" if summary.replaced else ""),
        file=sys.stderr,
    )
    for reason, count in summary.reasons.most_common():
        print(f"  退回：{reason} {count:,}", file=sys.stderr)
    for remark, count in summary.remarks.most_common():
        print(f"  略去：{remark} {count:,}", file=sys.stderr)
    if summary.errors:
        print(f"退回的行和原因：{summary.errors}", file=sys.stderr)


def _as_row(summary: Summary) -> Row:
    return {
        "import": summary.import_id,
        "read": summary.read,
        "stored": summary.stored,
        "rejected": summary.rejected,
        "replaced": summary.replaced,
        "attributed": summary.attributed,
        "unattributed": summary.stored - summary.attributed,
        "property_related": summary.property_related,
    }


def _opened(folder: Path) -> Store:
    if not (folder / "_store.json").exists():
        raise BadUse(f"{folder} 里没有用 huiyin hotline enrich 存入的诉求。")
    return Store(folder)


def _check_has(store: Store, period: ComplaintPeriod) -> None:
    """Raise BadUse unless there are complaints of the period."""
    months = store.months()
    if not set(period.months) & set(months):
        dated = [month for month in months if month != NO_MONTH]
        held = f"有的是 {dated[0]} 至 {dated[-1]} 的" if dated else "一件有时间的诉求也没有"
        raise BadUse(f"{store.folder} 里没有这个时期的诉求，{held}。")


def _rates(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.measures.rates import measured

    period = read_period(options.period) if options.period else None
    store = _opened(options.folder)
    if period:
        _check_has(store, period)
    asker = Asker(store, period.months if period else None)
    by = [options.by] if options.by else []
    rows: list[Row] = []
    for measure in MEASURES.values():
        for found in asker.rows(measured(asker.cube, measure, by)):
            group = {name: found[name] if found[name] is not None else "（未归属）" for name in by}
            numbers = {name: found[name] for name in ("numerator", "denominator", "excluded", "value")}
            rows.append(
                {**group, "measure": measure.code, "name": measure.name, **numbers}
                | {"formula": measure.formula, "version": measure.version, "as_of": asker.as_of}
            )
    return sorted(rows, key=lambda row: [str(row[name]) for name in by])


def _policy() -> HotlinePolicy:
    """As shipped and in force today: what a district has adopted instead is known to its website only."""
    today = datetime.now(BEIJING).date()
    files = (Path(__file__).parents[1] / "policies").glob("hotline*.toml")
    shipped = [read_policy_file(path.read_text(encoding="utf-8"), is_followed=True) for path in files]
    newest = max(
        (each for each in shipped if each.effective_from <= today), key=lambda each: each.effective_from
    )
    return cast("HotlinePolicy", newest.values)


def _topics(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.topics import topics_of
    from huiyin.language.complaints.grouping import group_topics
    from huiyin.language.complaints.titles import title_of

    store = _opened(options.folder)
    names = {row["code"]: row["name"] for row in kept_estates(store).select(["code", "name"]).to_pylist()}
    if options.estate:
        if options.estate not in names:
            raise BadUse(f"小区名单里没有 {options.estate}。")
        names = {options.estate: names[options.estate]}
    found = topics_of(
        store,
        names,
        today=datetime.now(BEIJING).date(),
        weights=_policy().heat.weights,
        group=group_topics,
        title=lambda texts, estate: title_of(texts, estate=estate),
    )
    return [
        {
            "estate": each.estate,
            "name": names[each.estate],
            "title": each.title,
            "heat": each.heat,
            "complaints": each.complaints,
            "callers": each.callers,
            "first_on": each.first_on,
            "last_on": each.last_on,
            "recent": each.recent,
            "before": each.before,
            "category": each.category,
            "example": each.example,
        }
        for each in sorted(found, key=lambda topic: -topic.heat)[: options.top]
    ]


def _rank(options: argparse.Namespace) -> Sequence[Row]:
    import ibis

    from huiyin.analytics.measures.rankings import ranking, with_movement

    period = read_period(options.period)
    measure = MEASURES[options.measure]
    if options.per_households and measure.is_share:
        raise BadUse("占比类指标不能按每千户计算。")
    if options.top < 1:
        raise BadUse("--top 至少是 1。")
    store = _opened(options.folder)
    _check_has(store, period)
    asker = Asker(store, (*period.months, *period.before.months))
    by = options.by
    samples = _policy().small_samples

    def ranked(of: ComplaintPeriod) -> ir.Table:
        return ranking(
            asker.cube.filter(asker.cube.month.isin(of.months)),
            asker.estates,
            measure,
            by,
            per_households=options.per_households,
            share=samples.of_shares,
            per_thousand=samples.per_thousand,
        )

    earlier = _stored_months(store).earlier(period, datetime.now(BEIJING).date())
    if earlier is Earlier.WHOLE:
        found = with_movement(ranked(period), ranked(period.before), by)
    else:
        print(
            {Earlier.NOTHING: "上期没有诉求，不列升降。"}.get(earlier, "上期不完整，不列升降。"),
            file=sys.stderr,
        )
        found = ranked(period).mutate(moved=ibis.null("int64"))
    told = per_thousand_households(measure) if options.per_households else measure
    names = {row["code"]: row["name"] for row in asker.rows(asker.estates.select("code", "name"))}
    return [
        {"place": row["place"], "moved": row["moved"], by: row[by]}
        | ({"name": names.get(row[by], "")} if by == "estate" else {})
        | {name: row[name] for name in ("numerator", "denominator", "excluded", "value", "ranked_by")}
        | {"measure": told.code, "formula": told.formula, "version": told.version}
        | {"before": earlier.value, "as_of": asker.as_of}
        for row in asker.rows(found.filter(found.place <= options.top).order_by("place", by))
    ]


def _stored_months(store: Store) -> StoredMonths:
    days = {month: store.days_of(month) for month in store.months()}
    return StoredMonths.of((its[0], *its) for its in days.values() if its)


def _imports(options: argparse.Namespace) -> Sequence[Row]:
    return [
        {
            "import": each.id,
            "at": each.at,
            "files": "、".join(each.files),
            "read": each.read,
            "stored": each.stored,
            "rejected": each.rejected,
            "replaced": each.replaced,
            "undone_at": each.undone_at,
        }
        for each in _opened(options.folder).imports
    ]


def _undo(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.changing import undo_import

    _opened(options.folder)
    with Store.open(options.folder) as store:
        record = undo_import(store, options.import_id, at=datetime.now(BEIJING).isoformat(timespec="seconds"))
    return [{"import": record.id, "undone_at": record.undone_at, "stored": record.stored}]


def _correct(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.changing import correct
    from huiyin.analytics.correction_files import Read, decision_of, read_corrections
    from huiyin.analytics.corrections import Corrections

    if (options.number is None) == (options.corrections is None):
        raise BadUse("请写一个工单编号，或用 --corrections 指明更正表。")
    if options.corrections and not options.corrections.is_file():
        raise BadUse(f"找不到文件：{options.corrections}")
    estates = set(kept_estates(_opened(options.folder))["code"].to_pylist())
    now = datetime.now(BEIJING)
    with Store.open(options.folder) as store:
        before = Corrections.of(store)
        if options.corrections:
            read = read_corrections(options.corrections, before, estates)
        else:
            read = Read(1, {0: decision_of(_cells(options), before, estates)})
        missing = frozenset(
            correct(store, list(read.decisions.values()), at=now.isoformat(timespec="seconds"))
        )
        read.rejected += [
            (row, decision.number, "库里没有这件诉求，或内容已删除")
            for row, decision in read.decisions.items()
            if decision.number in missing
        ]
        errors = _corrections_rejected(store, read, now)
    print(
        f"读入 {read.count:,} = 更正 {read.count - len(read.rejected):,} + 退回 {len(read.rejected):,}",
        file=sys.stderr,
    )
    if errors:
        print(f"退回的行和原因：{errors}", file=sys.stderr)
    if read.count == len(read.rejected):
        raise BadUse("没有更正任何诉求。")
    return [
        {"read": read.count, "corrected": read.count - len(read.rejected), "rejected": len(read.rejected)}
    ]


def _cells(options: argparse.Namespace) -> Mapping[str, str]:
    told = {"estate_code": options.estate, "property_related": options.property, "category": options.category}
    return {"number": options.number, **{name: (word or "").strip() for name, word in told.items()}}


def _corrections_rejected(store: Store, read: Read, now: datetime) -> Path | None:
    """Rejected rows with their reasons, in a file for the person; none if none was rejected."""
    from huiyin.language.masking import mask

    if not read.rejected:
        return None
    path = store.folder / "_errors" / f"corrections-{now:%Y%m%d-%H%M%S}.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["行", "工单编号", "原因"])
        out.writerows(
            (row or "", guard(mask(number)), guard(reason)) for row, number, reason in sorted(read.rejected)
        )
    return path


def _labels(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.teaching import labelled_complaints

    rows = labelled_complaints(_opened(options.folder))
    with options.out.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return [{"file": str(options.out), "rows": len(rows)}]


def _erase(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.changing import erase

    _opened(options.folder)
    wanted = set(options.numbers)
    with Store.open(options.folder) as store:
        count = erase(store, sorted(wanted))
    if count < len(wanted):
        print(
            f"有 {len(wanted) - count} 个编号库里没有；以后的文件里有它们，也不会再存入内容。",
            file=sys.stderr,
        )
    return [{"erased": count}]


def _new_key(options: argparse.Namespace) -> Sequence[Row]:
    """Only where the key of before is lost: callers of before are not known again."""
    from huiyin.analytics.callers import check_of

    _opened(options.folder)
    check = check_of(_caller_secret())
    with Store.open(options.folder) as store:
        store.change_caller_key(check)
        store.commit(store.change(), store.imports)
    return [{"folder": str(options.folder), "key": check}]
