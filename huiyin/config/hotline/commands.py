"""The commands under `huiyin hotline`, with their arguments, and how one is run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from huiyin.analytics.measures.places import BY
from huiyin.config.hotline.asking import list_rates, list_topics, rank_places
from huiyin.config.hotline.correcting import correct_complaints, write_labels
from huiyin.config.hotline.enriching import enrich_files
from huiyin.config.hotline.keeping import change_key, erase_words, list_imports, remask_store, undo
from huiyin.config.hotline.opening import BadUse
from huiyin.config.hotline.printing import FORMATS, Row, as_text
from huiyin.domain.complaint_measures import MEASURES
from huiyin.domain.errors import RuleBroken

RANKED_BY = ("estate", "company", "community", "street", "district")


def add_commands(hotline: argparse.ArgumentParser) -> None:
    """The commands under `huiyin hotline`."""
    commands = hotline.add_subparsers(required=True, metavar="command")

    enriching = _command(
        commands, "enrich", enrich_files, "read, mask, attribute, classify 读入、脱敏、归属、分类"
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

    ranking = _command(
        commands,
        "rank",
        rank_places,
        "who has most, with movement 排名",
        nothing="没有可列的：这段时期没有诉求归到这一级。按企业、社区、街镇排，小区清单里要有这一列。",
    )
    ranking.add_argument("folder", type=Path, metavar="DIR")
    ranking.add_argument("--by", choices=RANKED_BY, default="estate", help="rank what 按什么排")
    ranking.add_argument("--period", required=True, help="2025, 2025-Q3 or 2025-07 时期")
    ranking.add_argument(
        "--measure", choices=sorted(MEASURES), default="property_complaints", help="by which 指标"
    )
    ranking.add_argument("--per-households", action="store_true", help="for each 1,000 households 每千户")
    ranking.add_argument("--top", type=int, default=100, metavar="N", help="the first N 前 N 名")

    topics = _command(
        commands,
        "topics",
        list_topics,
        "what is told of again and again 热点",
        nothing="没有热点：最近 6 个月里，同一小区至少 3 件相近的物业诉求才算一个。",
    )
    topics.add_argument("folder", type=Path, metavar="DIR")
    topics.add_argument("--estate", metavar="CODE", help="one estate only 只看一个小区")
    topics.add_argument("--top", type=int, default=50, metavar="N", help="the hottest N 最热的 N 个")

    rating = _command(commands, "rates", list_rates, "the three rates and all counts 三率和各项计数")
    rating.add_argument("folder", type=Path, metavar="DIR")
    rating.add_argument("--by", choices=BY, help="one row each; without it one for all 分组")
    rating.add_argument("--period", help="2025, 2025-Q3 or 2025-07; without it everything 时期")

    history = _command(commands, "imports", list_imports, "what was imported 导入记录")
    history.add_argument("folder", type=Path, metavar="DIR")

    undoing = _command(commands, "undo", undo, "take an import back 撤销一次导入")
    undoing.add_argument("folder", type=Path, metavar="DIR")
    undoing.add_argument("import_id", metavar="IMPORT")

    correcting = _command(
        commands,
        "correct",
        correct_complaints,
        "what a person read instead of the machine 更正归属和分类",
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
        write_labels,
        "corrected complaints as rows for the next training 更正过的诉求，用来训练",
    )
    teaching.add_argument("folder", type=Path, metavar="DIR")
    teaching.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON lines 训练用的文件")

    erasing = _command(
        commands,
        "erase",
        erase_words,
        "remove the words of complaints, keep the count 删除内容，保留计数",
    )
    erasing.add_argument("folder", type=Path, metavar="DIR")
    erasing.add_argument("numbers", nargs="+", metavar="NUMBER", help="complaint numbers 工单编号")

    remasking = _command(
        commands, "remask", remask_store, "cover what later rules of masking find 按新的规则重新遮盖"
    )
    remasking.add_argument("folder", type=Path, metavar="DIR")

    rekeying = _command(
        commands, "new-key", change_key, "go on with another key of callers 换用新的来电人密钥"
    )
    rekeying.add_argument("folder", type=Path, metavar="DIR")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], Sequence[Row]],
    text: str,
    *,
    nothing: str = "没有可列的。",
) -> argparse.ArgumentParser:
    """`nothing`: what is said where there is nothing to list."""
    parser = commands.add_parser(name, help=text)
    parser.add_argument("--format", choices=FORMATS, default="table", help="输出格式")
    parser.set_defaults(run=run_one, command=run, nothing=nothing)
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
        _print_for_a_reader(as_text(rows, options.format))
    else:
        print(options.nothing, file=sys.stderr)
    return 0


def _print_for_a_reader(text: str) -> None:
    """Who reads may go when he has seen enough (`| head`)."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # or Python complains once more at its end
