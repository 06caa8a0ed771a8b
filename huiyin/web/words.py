"""Short words printed many times a page, looked up once per language: gettext costs more than the row around it."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language, gettext


def language() -> str:
    """The language of the page; not asked for (3 µs each time) while the site has only one."""
    if len(settings.LANGUAGES) == 1:
        return str(settings.LANGUAGE_CODE)
    return get_language() or str(settings.LANGUAGE_CODE)


@lru_cache(maxsize=1024)
def _looked_up(msgid: str, language: str) -> str:
    return gettext(msgid)


def word(msgid: str) -> str:
    """gettext for fixed words of the machinery; never for sentences with values in them."""
    return _looked_up(msgid, language())
