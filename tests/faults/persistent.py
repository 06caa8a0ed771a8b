"""Somebody who sends again until told: over one connection, the same words with the same key."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from urllib.parse import urlencode

PATIENCE = 60.0
"""Nobody should have to wait so many seconds for one answer."""
TOKEN = "a" * 32


class NoAnswer(Exception):
    """Nobody answered in all that time."""


@dataclass
class Line:
    port: int
    broken: int = 0
    """Attempts that ended without an answer, so that nobody knows whether they arrived."""
    _open: http.client.HTTPConnection | None = None

    def send(self, path: str, form: dict[str, str], session: str) -> tuple[int, str]:
        """The status and where it leads, from the first attempt that was answered by the site itself."""
        give_up_at = time.monotonic() + PATIENCE
        while time.monotonic() < give_up_at:
            try:
                status, location = self._attempt(path, form, session)
            except (OSError, http.client.HTTPException):
                self.hang_up()
                self.broken += 1
            else:
                if status < 500:
                    return status, location
            time.sleep(0.05)
        raise NoAnswer(f"{path}: no answer in {PATIENCE:.0f} s")

    def _attempt(self, path: str, form: dict[str, str], session: str) -> tuple[int, str]:
        if self._open is None:
            self._open = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._open.request("POST", path, urlencode(form), headers)
        answer = self._open.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")

    def hang_up(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
