"""Reading hostile files in a child process that can do nothing but answer (ADR 0016). Standard library only.

The parent starts a module of ours with `run`; the module calls `serve`, which gives up the right to open files,
sockets and further processes, to write files and to use more time and memory than it was given, before it looks
at the first byte. What a hostile file does to a decoder then ends with the child.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import huiyin

MEGABYTE = 1024 * 1024
NOBODY = 65534
# A child may take hundreds of MB; those of one process take turns.
_one_at_a_time = threading.BoundedSemaphore(1)
REFUSED = 3
"""Exit code of a child that understood the file and says why it is not taken; anything else but 0 is a broken file."""


class NotReadable(Exception):
    """The child died, ran out of time or memory, or could not make sense of the file."""


class NotTaken(Exception):
    """The child read the file and gives its reason in one word."""


def run(module: str, data: bytes, *arguments: str, seconds: int, megabytes: int) -> bytes:
    """What `python -m module` answers to `data` on its standard input; NotTaken or NotReadable otherwise.

    The child sees no environment: neither the address of the database nor the secret key.
    """
    command = [sys.executable, "-s", "-P", "-m", module, str(seconds), str(megabytes), *arguments]
    source = str(Path(huiyin.__file__).parent.parent)
    try:
        with _one_at_a_time:
            done = subprocess.run(
                command,
                input=data,
                capture_output=True,
                check=False,
                timeout=3 * seconds,
                env={"PYTHONPATH": source, "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "1"},
                cwd="/",
            )
    except subprocess.TimeoutExpired as error:
        raise NotReadable("timeout") from error
    if done.returncode == REFUSED:
        raise NotTaken(done.stdout.decode("ascii", "replace"))
    if done.returncode:
        raise NotReadable(f"exit {done.returncode}")
    return done.stdout


def serve(answer: Callable[[bytes, list[str]], bytes], *, needs_threads: bool = False) -> None:
    """The main function of a child: confine this process, read everything, answer, end."""
    seconds, megabytes, *arguments = sys.argv[1:]
    confine(seconds=int(seconds), megabytes=int(megabytes), may_start_threads=needs_threads)
    try:
        said, code = answer(sys.stdin.buffer.read(), arguments), 0
    except NotTaken as refusal:
        said, code = str(refusal).encode(), REFUSED
    except BaseException:  # whatever it was, the file is to blame, and its words must not reach a log
        said, code = b"", 1
    sys.stdout.buffer.write(said)
    sys.stdout.buffer.flush()
    os._exit(code)  # no cleaning up: what a hostile file left in memory is not called again


def confine(*, seconds: int, megabytes: int, may_start_threads: bool = False) -> None:
    """Give up, for good, what reading a file does not need; everything to be imported must be imported before."""
    for limit, value in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, megabytes * MEGABYTE),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),  # the three that are open stay so; a file or a socket would be one more
    ):
        resource.setrlimit(limit, (value, value))
    if (
        os.geteuid() == 0
    ):  # limits of processes do not bind root, and a stranger's file is none of its business
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    if not may_start_threads:  # the system counts a thread as a process
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
