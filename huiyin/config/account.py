"""As root: the site's processes run as the ordinary account of the embedded database, so that a fault is not root's."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from huiyin.config.environment import CALLER_KEY, EnvironmentProblem, kept_secret, var_folder
from huiyin.integrations.postgres_install import PostgresProblem, ServerUser, open_folder, server_user

AS_ROOT = (
    "提示：正以 root 身份运行，普通账户读不到程序或数据目录，各进程只好也用 root。正式使用请换普通账户启动。\n"
    "Note: running as root, and no ordinary account can reach the program or the data folder, so all processes run as\n"
    "root too. In service start Huiyin as an ordinary account."
)
NOT_OURS = (
    "{path} 是链接，或属于别的账户，不能交给网站的账户。请换成真正的文件或文件夹再启动。\n"
    "{path} is a link or belongs to another account, so it is not handed over to the account of the site.\n"
    "Put the real file or folder in its place and start again."
)
NOT_AS_ROOT = (
    "没有启动：现在是 root，而普通账户读不到程序或数据目录。请把两者放到普通账户读得到的地方，或换普通账户启动；\n"
    "只是试一试，可以加 --allow-root，各进程就都用 root。\n"
    "Not started: this is root, and no ordinary account can reach the program or the data folder. Put both where one\n"
    "can, or start Huiyin as one; to try it all the same with every process as root, add --allow-root."
)


def account_of_site(*, root_is_fine: bool) -> ServerUser | None:
    """The account to change to; None for one's own. EnvironmentProblem if only root would be left and is not fine."""
    try:
        user = server_user()
    except PostgresProblem:
        user = None
    if os.geteuid() != 0:
        return None
    if user is not None and _can_run(user) and all(user.may_pass(each) for each in _places()):
        return user
    if not root_is_fine:
        raise EnvironmentProblem(NOT_AS_ROOT)
    print(AS_ROOT, file=sys.stderr)
    return None


def hand_over(user: ServerUser) -> None:
    """Give the account what the site reads and writes; what root brought meanwhile (a backup, a demo) too.

    By what is open, never by paths: the account could put a link to somebody else's files in the way.
    """
    var, static = _places()
    for folder in (var / "media", var / "hotline", static):
        open_folder(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        with _opened(folder, user) as root:
            os.fchown(root, user.uid, user.gid)
            for _inside, folders, names, inside in os.fwalk(".", dir_fd=root):
                for name in (*folders, *names):
                    _own(name, inside, user)
    for variable, name in (("HUIYIN_SECRET_KEY", "secret_key"), (CALLER_KEY, "caller.key")):
        if os.environ.get(variable, "").strip():
            continue
        key = var / name
        if not key.is_symlink():  # nothing is read or made through a link; it is refused below
            kept_secret(key)
        with _opened(key, user) as file:
            os.fchown(file, user.uid, user.gid)


def started_as(user: ServerUser | None, without: Sequence[str] = ()) -> dict[str, Any]:
    """Popen's arguments for a process of that account, without some variables."""
    environment = {name: value for name, value in os.environ.items() if name not in without}
    if user is None:
        return {"env": environment}
    # Libraries look for settings at home; root's is closed to the account, which they take for an error.
    home = {"HOME": str(var_folder())}
    return {"env": environment | home, "user": user.uid, "group": user.gid, "extra_groups": []}


def _places() -> tuple[Path, Path]:
    var = var_folder()
    return var, Path(os.environ.get("HUIYIN_STATIC_ROOT", "").strip() or var / "static")


def _can_run(user: ServerUser) -> bool:
    """Tried, not computed: an interpreter may lie in root's home, and links lead anywhere."""
    try:
        tried = subprocess.run(
            [sys.executable, "-c", "import django, psycopg, huiyin.config.cli"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            user=user.uid,
            group=user.gid,
            extra_groups=[],
        )
    except OSError:
        return False
    return tried.returncode == 0


@contextmanager
def _opened(path: Path, user: ServerUser) -> Iterator[int]:
    """The file or folder itself, open; EnvironmentProblem if it is a link, or neither root's nor the account's."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        raise EnvironmentProblem(NOT_OURS.format(path=path)) from None
    try:
        told = os.fstat(descriptor)
        if told.st_uid not in (0, user.uid) or not _is_one_of_ours(told):
            raise EnvironmentProblem(NOT_OURS.format(path=path))
        yield descriptor
    finally:
        os.close(descriptor)


def _is_one_of_ours(told: os.stat_result) -> bool:
    """A folder, or a file that has no second name outside."""
    return stat.S_ISDIR(told.st_mode) or (stat.S_ISREG(told.st_mode) and told.st_nlink == 1)


def _own(name: str, folder: int, user: ServerUser) -> None:
    told = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if told.st_uid != user.uid and _is_one_of_ours(told):
        os.chown(name, user.uid, user.gid, dir_fd=folder, follow_symlinks=False)
