"""The stored key by which Chinese names stand in a familiar order."""

from __future__ import annotations


def sort_key(name: str) -> str:
    """GB18030 puts the common characters in the order of their pinyin; C.UTF-8 alone would sort by code point."""
    return name.encode("gb18030", "replace").hex()[:240]
