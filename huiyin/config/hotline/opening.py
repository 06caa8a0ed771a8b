"""What commands open: the store of a folder, and the key that callers are hashed with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from huiyin.analytics.store import Store
from huiyin.config.environment import CALLER_KEY, caller_key_file, caller_secret


class BadUse(Exception):
    """What the person has to change about the command; one sentence."""


def opened(folder: Path) -> Store:
    if not (folder / "_store.json").exists():
        raise BadUse(f"{folder} 里没有用 huiyin hotline enrich 存入的诉求。")
    return Store(folder)


def caller_key_to_use() -> str:
    """Says where a key was made, for it has to be kept: without it nobody is known again."""
    is_new = not os.environ.get(CALLER_KEY, "").strip() and not caller_key_file().exists()
    secret = caller_secret()
    if is_new:
        print(
            f"已生成换算来电人的密钥：{caller_key_file()}。请单独备份：以后换了它，就认不出同一个人。",
            file=sys.stderr,
        )
    return secret
