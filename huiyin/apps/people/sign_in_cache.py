"""The default cache: memory of the process, except what sign-in must know in every process (ADR 0005)."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache

SHARED_TABLE = "people_shared_cache"
SHARED_PREFIX = "allauth"


class SignInCache(BaseCache):
    """allauth counts attempts and remembers used TOTP codes in Django's default cache and in no other.

    Those keys go to a table (people/0002), so that two web processes cannot be played off against each other;
    everything else stays in memory, because a page must not pay a query for a cached value.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._local = LocMemCache(location, params)
        self._shared = DatabaseCache(SHARED_TABLE, params)

    def _home(self, key: str) -> BaseCache:
        return self._shared if str(key).startswith(SHARED_PREFIX) else self._local

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        return self._home(key).add(key, value, *args, **kwargs)

    def get(self, key: str, *args: Any, **kwargs: Any) -> Any:
        return self._home(key).get(key, *args, **kwargs)

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        self._home(key).set(key, value, *args, **kwargs)

    def touch(self, key: str, *args: Any, **kwargs: Any) -> bool:
        return self._home(key).touch(key, *args, **kwargs)

    def delete(self, key: str, *args: Any, **kwargs: Any) -> bool:
        return self._home(key).delete(key, *args, **kwargs)

    def has_key(self, key: str, *args: Any, **kwargs: Any) -> bool:
        return self._home(key).has_key(key, *args, **kwargs)

    def clear(self) -> None:
        self._local.clear()
        self._shared.clear()
