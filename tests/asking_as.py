"""Every role of the cast in turn at one address: its session, its status, nothing left of what it changed."""

from __future__ import annotations

from http.cookies import SimpleCookie

from django.db import transaction
from django.test import Client

from tests.access_table import ROLES, Row
from tests.people import Cast, sign_in


def cookies_of_everybody(cast: Cast) -> dict[str, SimpleCookie]:
    """Everybody's session, opened once; what a page does to it is undone with the rest."""
    return {
        role: sign_in(Client(), getattr(cast, role)).cookies if role != "anonymous" else SimpleCookie()
        for role in ROLES
    }


def status_for(role: str, cookies: SimpleCookie, url: str, row: Row) -> int:
    """Ask as that role and undo whatever it changed."""
    client = Client()
    client.cookies = SimpleCookie(cookies)
    with transaction.atomic():
        answer = client.get(url) if row.data is None else client.post(url, row.data)
        if answer.streaming:
            answer.getvalue()  # a file is closed once it is read
        transaction.set_rollback(True)
    if role == "anonymous" and url.startswith("/desk"):
        assert answer.headers["Location"].startswith("/sign-in?next=/desk")
    return int(answer.status_code)
