"""How one complaint is named in an address: sealed, for in the hotline's system its number leads to a caller."""

from __future__ import annotations

from huiyin.web.sealing import opened, sealed

_PURPOSE = "hotline.complaint"


def token_of(month: str, number: str) -> str:
    """`month` as the store names it: where the complaint lies now."""
    return sealed(f"{month} {number}", purpose=_PURPOSE)


def told_by(token: str) -> tuple[str, str]:
    """Month and number; both empty where nobody was named."""
    month, _, number = (opened(token, purpose=_PURPOSE) or "").partition(" ")
    return month, number
