"""`huiyin serve` as real processes on a free port, to be used, hurt and watched by tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from huiyin.integrations import postgres

ROOT = Path(__file__).parent.parent
# What the test process itself was told must not leak into the site's own settings.
OWN = ("DATABASE_", "HUIYIN_", "DJANGO_", "PYTEST_", "COV_")


class ServedSite:
    """A running site with its private embedded cluster below `folder`."""

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "serve.log"
        clean = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
        self.environment = {
            **clean,
            "HUIYIN_VAR": str(folder / "var"),
            "HUIYIN_TESTING": "1",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, timeout: float = 90) -> None:
        """Start it and wait until a page answers."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "huiyin.config.cli",
                    "serve",
                    "--allow-root",
                    "--port",
                    str(self.port),
                    *self.options,
                ],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.wait_until_it_answers(timeout)

    def stop(self) -> int:
        """Ask it to stop as an operator would; its exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                for pid in [*self.descendants(), self.process.pid]:
                    kill(pid)
                self.process.wait(10)
        code = self.process.returncode
        self.process = None
        return code

    def wait_until_it_answers(self, timeout: float = 60) -> None:
        until(lambda: self.status("/verify") == 200, timeout, self.told)

    def status(self, path: str) -> int:
        """The status of a page; 0 if nobody answers."""
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"huiyin serve ended:\n{self.told()}")
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def run(self, *arguments: str) -> str:
        """Another command beside the running site; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "huiyin.config.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def database_url(self, role: str = "huiyin_web") -> str:
        """The private cluster's address for a role; `postgres` is its superuser."""
        return postgres.embedded_url(self.folder / "var", role)

    def told(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def web_processes(self) -> list[int]:
        """gunicorn's workers, without their master."""
        return [child for master in self.web_masters() for child in children_of(master)]

    def web_masters(self) -> list[int]:
        return self._children_with("gunicorn")

    def task_processes(self) -> list[int]:
        return self._children_with("procrastinate")

    def postgres_processes(self) -> list[int]:
        """The server's main process, which is our child; its own children are not listed."""
        return self._children_with("postgres")

    def descendants(self) -> list[int]:
        found: list[int] = []
        waiting = [self.process.pid] if self.process else []
        while waiting:
            below = children_of(waiting.pop())
            found += below
            waiting += below
        return found

    def _children_with(self, word: str) -> list[int]:
        if self.process is None:
            return []
        return [pid for pid in children_of(self.process.pid) if word in command_of(pid)]


def children_of(pid: int) -> list[int]:
    """Those of every thread of it."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for each in threads for child in (each / "children").read_text().split()]
    except OSError:
        return []


def command_of(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    # "-m gunicorn", "-m huiyin.config.cli manage procrastinate worker", ".../bin/postgres -D ..."
    return " ".join(Path(word.decode()).name for word in words if not word.startswith(b"huiyin."))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(pid: int) -> None:
    """SIGKILL: no warning, no clean-up, as at a power cut or out of memory."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def until(condition: Callable[[], bool], timeout: float, explain: Callable[[], str] = lambda: "") -> float:
    """Seconds until the condition held; an AssertionError after `timeout`."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < timeout, f"not within {timeout} s\n{explain()}"
        time.sleep(0.1)
    return time.monotonic() - began


def free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])
