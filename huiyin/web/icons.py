"""Icons from the one sprite file (frontend/icons.txt lists them; `make assets` draws it)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

SPRITE = "img/icons.svg"
SPRITE_FILE = Path(__file__).resolve().parent.parent / "static" / SPRITE


class UnknownIcon(ValueError):
    """The sprite has no such icon: add its name to frontend/icons.txt and run `make assets`."""


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="i-([a-z0-9-]+)"', SPRITE_FILE.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _sprite_url() -> str:
    return staticfiles_storage.url(SPRITE)


@lru_cache(maxsize=512)
def icon_html(name: str, label: str = "") -> SafeString:
    """The icon; decoration unless `label` says what it means to someone who cannot see it."""
    if name not in names():
        raise UnknownIcon(f"{name}: not in {SPRITE}; add it to frontend/icons.txt and run `make assets`")
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(f'<svg class="hy-i" {said}><use href="{_sprite_url()}#i-{name}"/></svg>')  # noqa: S308
