"""The gateway's client against a real little server: signature, repeats, refusals, silence."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from huiyin.integrations.sms import (
    DeliveryReport,
    HttpGateway,
    OutboxGateway,
    ReportRefused,
    ShortMessage,
    SmsFailed,
    read_report,
    sign,
)

SECRET = "a secret of the test"


class Gateway(HTTPServer):
    """Answers with the given statuses one after the other and keeps what it was sent."""

    def __init__(self, statuses: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.statuses = statuses
        self.heard: list[tuple[dict[str, str], bytes]] = []


class Answer(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0))
        self.end_headers()
        self.wfile.write(b'{"id": "sms-1"}')

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def gateway(request: pytest.FixtureRequest) -> Iterator[Gateway]:
    server = Gateway(list(request.param))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def client_of(server: Gateway) -> HttpGateway:
    return HttpGateway(f"http://127.0.0.1:{server.server_port}/send", "huiyin", SECRET, wait_seconds=0)


@pytest.mark.parametrize("gateway", [[200]], indirect=True)
def test_a_message_is_signed(gateway: Gateway) -> None:
    assert client_of(gateway).send(ShortMessage("19900000001", "您好")) == "sms-1"
    headers, body = gateway.heard[0]
    expected = hmac.new(SECRET.encode(), headers["X-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["X-Signature"] == expected.hexdigest()
    assert json.loads(body)["phone"] == "19900000001"


@pytest.mark.parametrize("gateway", [[503, 200]], indirect=True)
def test_a_repeat_carries_the_same_number_so_that_nobody_gets_two(gateway: Gateway) -> None:
    client_of(gateway).send(ShortMessage("19900000001", "您好"))
    numbers = [json.loads(body)["number"] for _headers, body in gateway.heard]
    assert len(numbers) == 2
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("gateway", [[400, 200]], indirect=True)
def test_a_refusal_is_final(gateway: Gateway) -> None:
    with pytest.raises(SmsFailed) as failure:
        client_of(gateway).send(ShortMessage("19900000001", "您好"))
    assert failure.value.is_final
    assert len(gateway.heard) == 1


def test_nobody_there_may_be_tried_again_later() -> None:
    with pytest.raises(SmsFailed) as failure:
        HttpGateway("http://127.0.0.1:9/", "k", SECRET, wait_seconds=0).send(
            ShortMessage("19900000001", "您好")
        )
    assert not failure.value.is_final


def test_the_outbox_keeps_what_would_have_been_sent() -> None:
    kept: list[ShortMessage] = []
    OutboxGateway(kept.append).send(ShortMessage("19900000001", "您好", code="123456"))
    assert [message.code for message in kept] == ["123456"]


NOW = 1780279200
DELIVERED = b'{"number": "huiyin-7", "state": "delivered"}'


def read(body: bytes, *, at: int = NOW, secret: str = SECRET, signature: str = "") -> DeliveryReport:
    signature = signature or sign(SECRET, str(at), body)
    return read_report(body, timestamp=str(at), signature=signature, secret=secret, now=NOW)


def test_a_signed_report_is_read() -> None:
    assert read(DELIVERED) == DeliveryReport("huiyin-7", True)
    failed = '{"number": "huiyin-7", "state": "failed", "reason": "空号"}'.encode()
    assert read(failed) == DeliveryReport("huiyin-7", False, "空号")


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        (DELIVERED, {"signature": "0" * 64}),
        (DELIVERED, {"signature": "é"}),
        (DELIVERED, {"secret": ""}),
        (DELIVERED, {"at": NOW - 301}),
        (DELIVERED, {"at": NOW + 301}),
        (b"no JSON", {}),
        (b"[1]", {}),
        (b'{"number": "huiyin-7", "state": "read"}', {}),
        (b'{"number": 7, "state": "delivered"}', {}),
        (b'{"number": "' + b"7" * 5000 + b'", "state": "delivered"}', {}),
    ],
)
def test_what_the_gateway_did_not_sign_just_now_is_refused(body: bytes, changes: dict[str, object]) -> None:
    with pytest.raises(ReportRefused):
        read(body, **changes)
