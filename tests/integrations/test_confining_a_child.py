"""What a hostile file could do in the process that reads it: nothing but use the time and memory it was given."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import huiyin
from huiyin.integrations import confined

ROOT = str(Path(huiyin.__file__).parents[1])


def trying(what: str, *, may_start_threads: bool = False) -> str:
    """The name of the error that `what` meets in a confined process; empty when it succeeds."""
    code = f"""
        import os, socket, subprocess, sys, threading
        from huiyin.integrations.confined import confine
        confine(seconds=1, megabytes=300, may_start_threads={may_start_threads})
        try:
            {what}
        except BaseException as error:
            print(type(error).__name__)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={"PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return done.stdout.strip() or (f"signal {-done.returncode}" if done.returncode else "")


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("open('/etc/passwd')", "OSError"),
        ("open('/proc/self/environ')", "OSError"),
        ("socket.socket()", "OSError"),
        ("os.pipe()", "OSError"),
        ("subprocess.run(['true'])", "OSError"),
        ("bytearray(400 * 1024 * 1024)", "MemoryError"),
        ("threading.Thread(target=print).start()", "RuntimeError"),
        ("while True: pass", "signal 9"),
        ("len(b'x' * 1000)", ""),
    ],
)
def test_a_confined_process_can_open_start_and_take_nothing(what, error):
    assert trying(what) == error


def test_threads_are_given_where_a_decoder_needs_them():
    assert trying("threading.Thread(target=int).start()", may_start_threads=True) == ""


def test_the_child_knows_nothing_of_the_site(monkeypatch):
    monkeypatch.setenv("HUIYIN_SECRET_KEY", "hush")
    monkeypatch.setenv("DATABASE_URL", "postgres://hush")
    answer = confined.run("tests.integrations.confined_children", b"environment", seconds=5, megabytes=300)
    assert b"hush" not in answer
    assert b"PYTHONPATH" in answer


def test_an_answer_comes_back_as_it_was_given():
    answer = confined.run(
        "tests.integrations.confined_children", b"echo\x00\xff", "a", seconds=5, megabytes=300
    )
    assert answer == b"echo\x00\xff" + b"a"


def test_a_reason_is_told_apart_from_a_broken_file():
    with pytest.raises(confined.NotTaken, match="too_large"):
        confined.run("tests.integrations.confined_children", b"refuse", seconds=5, megabytes=300)
    with pytest.raises(confined.NotReadable):
        confined.run("tests.integrations.confined_children", b"raise", seconds=5, megabytes=300)
    with pytest.raises(confined.NotReadable):
        confined.run("tests.integrations.confined_children", b"crash", seconds=5, megabytes=300)


def test_a_child_that_sleeps_is_ended():
    started = time.monotonic()
    with pytest.raises(confined.NotReadable, match="timeout"):
        confined.run("tests.integrations.confined_children", b"sleep", seconds=1, megabytes=300)
    assert time.monotonic() - started < 10
