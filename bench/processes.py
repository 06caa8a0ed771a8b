"""Servers as process trees, and how much processor time a tree has used (Linux, /proc)."""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from huiyin.config import supervisor

TICK = 1 / os.sysconf("SC_CLK_TCK")
WEB_PROCESSES, THREADS = 2, 4


class Server:
    """gunicorn as `huiyin serve` starts it, two processes with four threads, for any WSGI application."""

    def __init__(self, application: str, environment: Mapping[str, str], log: Path) -> None:
        self.port = supervisor.free_port("127.0.0.1", 0)
        options = argparse.Namespace(host="127.0.0.1", web_workers=WEB_PROCESSES, threads=THREADS)
        command = supervisor.web(options, self.port).command
        command[command.index("huiyin.config.wsgi:application")] = application
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log.open("ab"),
            stderr=subprocess.STDOUT,
        )

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def tree(root: int) -> Iterator[int]:
    """A process and all below it."""
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        except OSError:
            continue  # ended just now
        yield pid
        waiting += [int(child) for child in children.split()]


def cpu_seconds(root: int) -> float:
    """User and system time of a process and all below it, those included that have ended meanwhile."""
    total = 0.0
    for pid in tree(root):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # ended just now; its parent counts it
        total += sum(int(value) for value in fields[11:15]) * TICK
    return total


def pin(root: int, cores: Collection[int]) -> None:
    """Keep a tree to these cores; what it starts later stays there too."""
    for pid in tree(root):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), set(cores) & os.sched_getaffinity(0))


def wait_for_quiet(roots: list[int], *, timeout: float = 20) -> None:
    """Until the trees use next to nothing by themselves: checkpoints and vacuums of the filling are over."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        before = sum(map(cpu_seconds, roots))
        time.sleep(1)
        if sum(map(cpu_seconds, roots)) - before <= 2 * TICK:
            return
