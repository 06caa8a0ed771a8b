"""`huiyin hotline enrich`: files in, with what is told on the way."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from huiyin.analytics.asking import keep_estates
from huiyin.analytics.estates import read_estates
from huiyin.analytics.store import Store
from huiyin.config.hotline.opening import BadUse, caller_key_to_use
from huiyin.config.hotline.printing import Row
from huiyin.domain.clocks import BEIJING

if TYPE_CHECKING:
    from huiyin.analytics.pipeline import Progress, Summary


def enrich_files(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.callers import check_of
    from huiyin.analytics.pipeline import enrich
    from huiyin.analytics.reading.files import size_of
    from huiyin.analytics.text_step import text_step_of

    missing = [str(path) for path in (*options.files, options.estates) if not path.is_file()]
    if missing:
        raise BadUse(f"找不到文件：{'、'.join(missing)}")
    told = dict(_told(each) for each in options.column)
    estates = read_estates(options.estates)
    secret = caller_key_to_use()
    size = size_of(options.files)
    if not options.quiet:
        say_that_it_compiles(size)
    step = text_step_of(estates, secret.encode(), size=size)
    tell = _silent if options.quiet else Telling()
    check = check_of(secret)
    with Store.open(options.out) as store:
        store.agree_on_caller_key(check)
        basis = hashlib.sha256(repr((estates, check)).encode()).hexdigest()
        summary = enrich(
            options.files, store, step, now=datetime.now(BEIJING), basis=basis, told=told, tell=tell
        )
        if summary.stored or not summary.refused:
            keep_estates(store, estates)
    for refused in summary.refused:
        print(f"{refused.file}：{refused.reason}", file=sys.stderr)
    _explain(summary)
    if not summary.stored and summary.refused:
        raise BadUse("没有写入任何诉求。")
    return [_as_row(summary)]


def _told(word: str) -> tuple[str, str]:
    field, sign, heading = word.partition("=")
    if not sign or not heading:
        raise BadUse(f"--column 的写法是 项=列名，例如 --column text=诉求内容；“{word}”不是。")
    return field.strip(), heading.strip()


def _silent(_: Progress) -> None:
    return


def say_that_it_compiles(size: int) -> None:
    from huiyin.language.kernels.choosing import compiles_first

    if compiles_first(size):
        print("本机第一次处理这么大的文件，先编译识别程序，约半分钟；以后不再需要。", file=sys.stderr)


class Telling:
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

    @staticmethod
    def end() -> None:
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)


def _explain(summary: Summary) -> None:
    """The balance, and why rows were rejected."""
    Telling.end()
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
