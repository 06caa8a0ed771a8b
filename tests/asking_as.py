"""One row of the access table asked by everybody of the cast in turn; nothing is left of what an asker changed."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import SimpleCookie

from django.db import transaction
from django.test import Client
from django.urls import reverse

from huiyin.web.returning import page_at
from tests.access_table import ROLES, TABLE, Row
from tests.people import Cast, sign_in

STAFF = ROLES[3:]
"""Who has to give a second factor."""


@dataclass(frozen=True)
class Sessions:
    """Everybody's, opened once; what a page does to one is undone with the rest."""

    whole: dict[str, SimpleCookie]
    halfway: dict[str, SimpleCookie]
    """Of those at the desk who have not given the second factor yet."""

    @classmethod
    def of(cls, cast: Cast) -> Sessions:
        whole = {
            role: sign_in(Client(), getattr(cast, role)).cookies for role in ROLES if role != "anonymous"
        }
        halfway = {
            role: sign_in(Client(), getattr(cast, role), second_factor=False).cookies for role in STAFF
        }
        return cls({"anonymous": SimpleCookie(), **whole}, halfway)

    def check_row(self, name: str, cast: Cast) -> None:
        """Each role gets the status of the table; the desk asks for the second factor; nobody is led to a mere form."""
        row = TABLE[name]
        with transaction.atomic():
            url = reverse(name, kwargs=row.args(cast))
            got = {role: _status_for(role, self.whole[role], url + row.query, row) for role in ROLES}
            assert got == {role: row.status_of(role) for role in ROLES}
            if row.data is not None:
                _check_it_leads_to_a_page(self.whole["secretary"], url)
            elif ":desk_" in name:
                for role, cookies in self.halfway.items():
                    _check_the_second_factor_is_asked_for(role, cookies, url)
            transaction.set_rollback(True)


def _status_for(role: str, cookies: SimpleCookie, url: str, row: Row) -> int:
    """Ask as that role and undo whatever it changed."""
    client = _client(cookies)
    with transaction.atomic():
        answer = client.get(url) if row.data is None else client.post(url, row.data)
        if answer.streaming:
            answer.getvalue()  # a file is closed once it is read
        transaction.set_rollback(True)
    if role == "anonymous" and url.startswith("/desk"):
        assert answer.headers["Location"].startswith("/sign-in?next=/desk")
    return int(answer.status_code)


def _check_the_second_factor_is_asked_for(role: str, cookies: SimpleCookie, url: str) -> None:
    answer = _client(cookies).get(url)
    assert answer.status_code == 302, f"{role} without the second factor"
    assert answer.headers["Location"].startswith("/sign-in/second-factor/new?next=/desk"), role


def _check_it_leads_to_a_page(cookies: SimpleCookie, url: str) -> None:
    """Whoever opens an address that only takes forms, or has to sign in before sending, is brought to a page."""
    client, page = _client(cookies), page_at(url)
    answer = client.get(url)
    assert answer.status_code == 405
    assert "这一页不能直接打开" in answer.text
    assert page != url
    assert f'href="{page}">' in answer.text
    assert client.get(page).status_code in (200, 302, 303, 404), page


def _client(cookies: SimpleCookie) -> Client:
    client = Client()
    client.cookies = SimpleCookie(cookies)
    return client
