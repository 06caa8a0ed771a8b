"""What a store keeps: `huiyin hotline imports`, `undo`, `erase`, `remask` and `new-key`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime

from huiyin.analytics.store import Store
from huiyin.config.hotline.enriching import Telling, say_that_it_compiles
from huiyin.config.hotline.opening import caller_key_to_use, opened
from huiyin.config.hotline.printing import Row
from huiyin.domain.clocks import BEIJING


def list_imports(options: argparse.Namespace) -> Sequence[Row]:
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
        for each in opened(options.folder).imports
    ]


def undo(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.changing import undo_import

    opened(options.folder)
    with Store.open(options.folder) as store:
        record = undo_import(store, options.import_id, at=datetime.now(BEIJING).isoformat(timespec="seconds"))
    return [
        {
            "import": record.id,
            "undone_at": record.undone_at,
            "stored": record.stored,
            "taken_out": record.taken_out,
            "restored": record.restored,
        }
    ]


def erase_words(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.changing import erase

    opened(options.folder)
    wanted = {number.strip() for number in options.numbers} - {""}
    with Store.open(options.folder) as store:
        count = erase(store, sorted(wanted))
    if count < len(wanted):
        print(
            f"有 {len(wanted) - count} 个编号库里没有；以后的文件里有它们，也不会再存入内容。",
            file=sys.stderr,
        )
    return [{"erased": count}]


def remask_store(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.remasking import remask
    from huiyin.analytics.text_step import masking_of

    opened(options.folder)
    with Store.open(options.folder) as store:
        say_that_it_compiles(store.size)
        telling = Telling()
        done = remask(store, masking_of(store.size), tell=telling)
    telling.end()
    for sentence in done.unread:
        print(sentence, file=sys.stderr)
    return [{"changed": done.complaints, "kept_to_undo": done.replaced, "rejected": done.rejected}]


def change_key(options: argparse.Namespace) -> Sequence[Row]:
    """Only where the key of before is lost: callers of before are not known again."""
    from huiyin.analytics.callers import check_of

    opened(options.folder)
    check = check_of(caller_key_to_use())
    with Store.open(options.folder) as store:
        store.change_caller_key(check)
        store.commit(store.change(), store.imports)
    return [{"folder": str(options.folder), "key": check}]
