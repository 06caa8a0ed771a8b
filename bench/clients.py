"""Eight browsers, each with one lasting connection, that ask for the same kind of thing in turn."""

from __future__ import annotations

import http.client
import itertools
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

CONNECTIONS = 8
TOKEN = "a" * 32


@dataclass(frozen=True)
class Ask:
    """One request and the status it must have."""

    path: str
    expected: int = 200
    form: dict[str, str] | None = None
    session: str = ""
    asks_again: bool = False
    """With the ETag of the last answer, as a browser that shows the page already; then 304 is expected too."""

    def send(self, line: http.client.HTTPConnection, etag: str = "") -> http.client.HTTPResponse:
        headers = {"If-None-Match": etag} if self.asks_again and etag else {}
        if self.session or self.form is not None:
            headers["Cookie"] = f"sessionid={self.session}; csrftoken={TOKEN}"
        if self.form is None:
            line.request("GET", self.path, headers=headers)
        else:
            headers |= {"X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
            # A fresh key each time: the same one would be answered from what is there.
            line.request(
                "POST", self.path, urlencode({**self.form, "idempotency_key": uuid.uuid4().hex}), headers
            )
        answer = line.getresponse()
        answer.read()
        return answer

    def is_answered_by(self, status: int) -> bool:
        return status == self.expected or (self.asks_again and status == 304)


def run(port: int, asks: Callable[[], Iterator[Ask]], count: int) -> None:
    """Send `count` requests over the connections; AssertionError if one is answered otherwise than expected."""
    numbers, wrong, stream = itertools.count(), [], asks()

    def browse() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        etag = ""
        while next(numbers) < count:
            ask = next(stream)
            answer = ask.send(line, etag)
            etag = answer.headers.get("ETag", "")
            if not ask.is_answered_by(answer.status):
                wrong.append(f"{ask.path}: {answer.status} instead of {ask.expected}")
                break
        line.close()

    threads = [threading.Thread(target=browse) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong


def once(port: int, ask: Ask) -> http.client.HTTPResponse:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        return ask.send(line)
    finally:
        line.close()
