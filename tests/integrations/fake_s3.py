"""A bucket on loopback that speaks as much S3 as the store needs, and refuses requests without a signature."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

PAGE = 3
"""Keys in one answer to a listing: few, so that a test sees the next page asked for."""


class FakeS3(ThreadingHTTPServer):
    """`objects` are what is kept: name in the bucket → bytes; `failing` answers are 503 first.

    Each answer ends its connection, and closing the server waits for all of them: no socket is left to be found by the
    garbage collection of a later test.
    """

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.written_at = datetime(2026, 6, 18, 1, 30, tzinfo=UTC)
        self.failing = 0
        self.requests: list[str] = []

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: FakeS3
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        self.server.requests.append(f"{self.command} {unquote(self.path)}")

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self._may_answer():
            self.server.objects[self._name()] = data
            self._answer(200, etag=hashlib.md5(data).hexdigest())

    def do_GET(self) -> None:
        if not self._may_answer():
            return
        if "list-type" in self._query():
            self._answer(200, self._listing().encode())
        elif (data := self.server.objects.get(self._name())) is None:
            self._error(404, "NoSuchKey")
        else:
            self._answer(200, data, etag=hashlib.md5(data).hexdigest())

    def do_DELETE(self) -> None:
        if self._may_answer():
            self.server.objects.pop(self._name(), None)
            self._answer(204)

    def _may_answer(self) -> bool:
        if self.server.failing:
            self.server.failing -= 1
            self._error(503, "SlowDown")
            return False
        told = self.headers.get("Authorization", "")
        is_signed = told.startswith("AWS4-HMAC-SHA256 Credential=key/") and "Signature=" in told
        if not is_signed:
            self._error(403, "AccessDenied")
        return is_signed

    def _name(self) -> str:
        """The object's name: the path without the bucket's."""
        return unquote(urlsplit(self.path).path).split("/", 2)[2]

    def _query(self) -> dict[str, str]:
        return {
            name: values[-1]
            for name, values in parse_qs(urlsplit(self.path).query, keep_blank_values=True).items()
        }

    def _listing(self) -> str:
        query = self._query()
        names = sorted(name for name in self.server.objects if name.startswith(query.get("prefix", "")))
        begin = int(query.get("continuation-token") or 0)
        page, more = names[begin : begin + PAGE], begin + PAGE < len(names)
        contents = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>{self.server.written_at:%Y-%m-%dT%H:%M:%S.000Z}"
            f"</LastModified><ETag>x</ETag><Size>{len(self.server.objects[name])}</Size></Contents>"
            for name in page
        )
        token = f"<NextContinuationToken>{begin + PAGE}</NextContinuationToken>" if more else ""
        return (
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name>'
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}{contents}</ListBucketResult>"
        )

    def _error(self, status: int, code: str) -> None:
        said = f"<Error><Code>{code}</Code><Message>{code}</Message><Resource>/</Resource></Error>"
        self._answer(status, said.encode())

    def _answer(self, status: int, body: bytes = b"", *, etag: str = "") -> None:
        self.send_response(status)
        if etag:
            self.send_header("ETag", f'"{etag}"')
        if body:
            self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def a_bucket() -> Iterator[FakeS3]:
    """A running server, ended with the block."""
    server = FakeS3()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
