"""A hall full of phones: each keeps one connection, follows the meeting by polling, supports and asks (one process).

Run as `python -m bench.phones <plan.json>`; prints what was sent and acknowledged as JSON. Requests are written by
hand on asyncio's sockets: a client library would take more of the processor than the server under test.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
import resource
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlencode

TOKEN = "a" * 32
JITTER = 0.15
TEXTS = (
    "电梯三个月停了四次，到底是修还是换？",
    "充电桩去年就说装，什么时候能用上？",
    "公共收益花在哪儿了，能不能贴到楼门口？",
    "地库晚上太黑，剩下的灯哪天换完？",
    "楼顶渗水修了两回还漏，质保找谁？",
)


@dataclass(frozen=True)
class Plan:
    """What the hall does: `sessions` are the phones', every = seconds between two polls of one phone."""

    port: int
    meeting: int
    sessions: list[str]
    seconds: float
    every: float
    supports_a_second: float = 0.0
    questions_a_second: float = 0.0
    asks_with_etag: bool = True
    path: str = ""
    """What is polled; empty: the part of the phone."""

    @property
    def polled(self) -> str:
        return self.path or f"/meetings/{self.meeting}/live?part=ask"


@dataclass
class Seen:
    """What came of it. Times are milliseconds from the first byte sent to the last one read."""

    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    bytes_read: int = 0
    supported: list[tuple[int, int]] = field(default_factory=list)
    """(phone, question) for each acknowledged 同问."""
    asked: list[str] = field(default_factory=list)
    """Idempotency keys of acknowledged questions."""
    cpu_seconds: float = 0.0

    def note(self, kind: str, status: int, took: float, size: int) -> None:
        self.milliseconds.setdefault(kind, []).append(took * 1000)
        name = f"{kind} {status}"
        self.statuses[name] = self.statuses.get(name, 0) + 1
        self.bytes_read += size


class Phone:
    """One browser with a lasting connection; its polls and its posts take turns on it, as a browser's may."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.session = port, session
        self.etag = ""
        self.turn = asyncio.Lock()
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def send(
        self, method: str, path: str, *, headers: str = "", body: bytes = b""
    ) -> tuple[int, str, bytes]:
        """Status, ETag and body; a connection the server closed while idle is opened anew, once."""
        async with self.turn:
            for is_last in (False, True):
                if self.writer is None:
                    self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    return await self._send(method, path, headers, body)
                except (ConnectionError, asyncio.IncompleteReadError):
                    await self.close()
                    if is_last or method == "POST":
                        raise
        raise AssertionError("unreachable")

    async def _send(self, method: str, path: str, headers: str, body: bytes) -> tuple[int, str, bytes]:
        assert self.reader is not None
        assert self.writer is not None
        cookie = f"sessionid={self.session}; csrftoken={TOKEN}"
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookie}\r\n{headers}"
        if body:
            head += f"Content-Length: {len(body)}\r\n"
        self.writer.write(head.encode() + b"\r\n" + body)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(answer[9:12])
        fields = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in answer.split("\r\n")[1:] if line)
        }
        length = int(fields.get("content-length", 0))
        content = await self.reader.readexactly(length) if length else b""
        if fields.get("connection", "").lower() == "close":
            await self.close()
        return status, fields.get("etag", ""), content

    async def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


class Hall:
    def __init__(self, plan: Plan) -> None:
        self.plan, self.seen = plan, Seen()
        self.rng = random.Random("hall")
        self.phones = [Phone(plan.port, session) for session in plan.sessions]
        self.questions: list[int] = []
        self.pairs: set[tuple[int, int]] = set()
        # Nobody supports what is their own: one half of the hall asks, the other supports.
        self.half = len(self.phones) // 2
        self.asker = itertools.cycle(range(self.half))
        self.ends = 0.0

    async def sit(self) -> Seen:
        self.ends = time.monotonic() + self.plan.seconds
        crowd = [self.follow(phone) for phone in self.phones]
        crowd.append(self.at_a_rate(self.plan.supports_a_second, self.support))
        crowd.append(self.at_a_rate(self.plan.questions_a_second, self.ask))
        await asyncio.gather(*crowd)
        for phone in self.phones:
            await phone.close()
        usage = resource.getrusage(resource.RUSAGE_SELF)
        self.seen.cpu_seconds = usage.ru_utime + usage.ru_stime
        return self.seen

    async def follow(self, phone: Phone) -> None:
        every = self.plan.every
        await asyncio.sleep(self.rng.random() * every)
        while time.monotonic() < self.ends:
            begun = time.monotonic()
            etag = f"If-None-Match: {phone.etag}\r\n" if phone.etag and self.plan.asks_with_etag else ""
            status, phone.etag, content = await phone.send("GET", self.plan.polled, headers=etag)
            self.seen.note("poll", status, time.monotonic() - begun, len(content))
            if content and not self.plan.path:
                self.questions = [int(pk) for pk in re.findall(rb'name="question" value="(\d+)"', content)]
            pause = every * (1 + JITTER * (2 * self.rng.random() - 1))
            await asyncio.sleep(max(0.0, begun + pause - time.monotonic()))

    async def at_a_rate(self, rate: float, act: Callable[[], Awaitable[None]]) -> None:
        """So many a second, each in its own time: a slow answer holds up none of the others."""
        if not rate:
            return
        running: set[asyncio.Future[None]] = set()
        number, begun = 0, time.monotonic()
        while time.monotonic() < self.ends:
            running.add(asyncio.ensure_future(act()))
            running = {each for each in running if not each.done()}
            number += 1
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
        await asyncio.gather(*running)

    async def support(self) -> None:
        at = self.rng.randrange(self.half, len(self.phones))
        fresh = [pk for pk in self.questions if (at, pk) not in self.pairs]
        if not fresh:
            return
        pk = self.rng.choice(fresh)
        self.pairs.add((at, pk))
        if await self.post("support", at, {"question": str(pk)}) < 400:
            self.seen.supported.append((at, pk))

    async def ask(self) -> None:
        key = uuid.uuid4().hex
        form = {"text": self.rng.choice(TEXTS), "building": "6", "idempotency_key": key}
        if await self.post("ask", next(self.asker), form) < 400:  # in turn: the policy limits each person
            self.seen.asked.append(key)

    async def post(self, kind: str, at: int, form: dict[str, str]) -> int:
        headers = (
            f"X-CSRFToken: {TOKEN}\r\nHX-Request: true\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        )
        begun = time.monotonic()
        path = f"/meetings/{self.plan.meeting}/{kind}"
        status, _etag, content = await self.phones[at].send(
            "POST", path, headers=headers, body=urlencode(form).encode()
        )
        self.seen.note(kind, status, time.monotonic() - begun, len(content))
        return status


def main(path: str) -> None:
    plan = Plan(**json.loads(Path(path).read_text()))
    print(json.dumps(asdict(asyncio.run(Hall(plan).sit()))))


if __name__ == "__main__":
    main(sys.argv[1])
