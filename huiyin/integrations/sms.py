"""Sending short messages: one protocol, a signed HTTP client for a real gateway, an outbox for development."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class ShortMessage:
    """One message; `code` is set for sign-in codes only, `number` lets the gateway drop a repeated request."""

    phone: str
    text: str
    code: str = ""
    number: str = field(default_factory=lambda: uuid.uuid4().hex)


class SmsFailed(Exception):
    """The gateway did not take the message; `is_final` says that trying again is useless."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """How both sides sign: HMAC-SHA256 of "<timestamp>.<body>", as hex digits."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class DeliveryReport:
    """What the gateway says later of a message it took: `number` is ours, `reason` why it did not arrive."""

    number: str
    is_delivered: bool
    reason: str = ""


class ReportRefused(Exception):
    """Not from the gateway, too old, or not understood."""


LATEST_REPORT = 300
"""Seconds after which a signed report is refused, so that a copy of it cannot be played again later."""
LARGEST_REPORT = 4096


def read_report(body: bytes, *, timestamp: str, signature: str, secret: str, now: float) -> DeliveryReport:
    """Check and read {"number", "state": "delivered" | "failed", "reason"}; raises ReportRefused."""
    if not secret or len(body) > LARGEST_REPORT:
        raise ReportRefused("no secret is set, or the report is too long")
    if not hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode()):
        raise ReportRefused("the signature is not the gateway's")
    if not timestamp.isdecimal() or abs(now - int(timestamp)) > LATEST_REPORT:
        raise ReportRefused("the report is too old")
    try:
        told = json.loads(body)
        number, state = told["number"], told["state"]
    except (ValueError, TypeError, KeyError) as error:
        raise ReportRefused("the report is not understood") from error
    if not isinstance(number, str) or state not in ("delivered", "failed"):
        raise ReportRefused("the report is not understood")
    return DeliveryReport(number, state == "delivered", str(told.get("reason", ""))[:120])


class SmsGateway(Protocol):
    def send(self, message: ShortMessage) -> str:
        """Hand over a message and return the gateway's own number for it; raises SmsFailed."""


@dataclass(frozen=True)
class HttpGateway:
    """POSTs {"number", "sender", "phone", "text"} as JSON, signed as HMAC-SHA256 of "<timestamp>.<body>".

    Answers 2xx with {"id": …}; 4xx is final, 5xx and a broken connection are tried again with the same number.
    """

    url: str
    key: str
    secret: str
    sender: str = "回音"
    timeout_seconds: float = 4.0
    attempts: int = 2
    wait_seconds: float = 0.3

    def send(self, message: ShortMessage) -> str:
        body = json.dumps(
            {"number": message.number, "sender": self.sender, "phone": message.phone, "text": message.text},
            ensure_ascii=False,
        ).encode()
        for left in reversed(range(self.attempts)):
            try:
                return self._post(body)
            except SmsFailed as failure:
                if failure.is_final or not left:
                    raise
                time.sleep(self.wait_seconds)
        raise SmsFailed("no attempt was allowed", is_final=True)

    def signature(self, timestamp: str, body: bytes) -> str:
        return sign(self.secret, timestamp, body)

    def _post(self, body: bytes) -> str:
        timestamp = str(int(time.time()))
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's own setting
            self.url,
            data=body,
            method="POST",
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "X-Key": self.key,
                "X-Timestamp": timestamp,
                "X-Signature": self.signature(timestamp, body),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_seconds) as response:  # noqa: S310
                answer = json.loads(response.read(65536) or b"{}")
        except urllib.error.HTTPError as error:
            error.close()
            raise SmsFailed(f"gateway answered {error.code}", is_final=400 <= error.code < 500) from error
        except (OSError, ValueError) as error:
            raise SmsFailed(f"gateway not reached: {type(error).__name__}") from error
        return str(answer.get("id", "")) if isinstance(answer, dict) else ""


@dataclass(frozen=True)
class OutboxGateway:
    """The fake: hands each message to `write` instead of a network."""

    write: Callable[[ShortMessage], None]

    def send(self, message: ShortMessage) -> str:
        self.write(message)
        return f"outbox-{message.number}"
