"""One file that holds everything of a site, and a site made from such a file.

That is the database, the media, the complaints of the hotline, the secret key and the key of the hotline's callers.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from huiyin.config.environment import (
    Environment,
    EnvironmentProblem,
    bucket_setting,
    hotline_folder,
    var_folder,
)
from huiyin.integrations.database_rights import grant_web_rights, role_of
from huiyin.integrations.postgres_install import find_installation

DUMP = "database.dump"
MEDIA = "media"
SECRET = "secret_key"  # noqa: S105 - the name of a file
CALLERS = "caller.key"
HOTLINE = "hotline"
_NOT_KEPT = ("_work", "_incoming", "_lock")
"""What lies beside the complaints for a while only; uploads are among the media."""
_PATIENCE, _LOOK_AGAIN = 1_800, 2.0
"""Seconds to wait for whoever writes complaints, and between two looks."""


def back_up(target: Path) -> None:
    """Write `target` (tar): a consistent dump of the database, then media and complaints. Never overwrites a file.

    Files kept in a bucket are not in it, which is said at the end. The site may run meanwhile: a photo or an import of
    complaints that came in between is in the files but not yet in the dump, never the other way round, because the
    dump is made first. While complaints are copied nobody writes them; whoever does is waited for. The file holds
    personal data and keys: keep it encrypted.
    """
    if target.exists():
        raise EnvironmentProblem(
            f"文件已存在，不会覆盖：{target}\nThe file exists and is not overwritten: {target}"
        )
    part = target.with_name(target.name + ".part")
    var = var_folder()
    with tempfile.TemporaryDirectory(prefix="huiyin-backup-") as folder:
        dump = Path(folder) / DUMP
        _run(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", url=_owner_url()
        )
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
        with tarfile.open(part, "w") as archive:
            archive.add(dump, DUMP)
            for name in (SECRET, CALLERS, MEDIA):
                if (var / name).exists():
                    archive.add(var / name, name)
            if hotline_folder().exists():
                with _unwritten(hotline_folder()) as complaints:
                    archive.add(complaints, HOTLINE, filter=_is_kept)
    part.rename(target)
    print(f"已备份到 {target}（{target.stat().st_size / 1e6:.1f} MB）。Backed up to {target}.")
    if bucket_setting(Environment()):
        print(
            "照片和文件在对象存储里，不在这个备份中：请另行备份存储桶（docs/how-to/keep-files-in-s3.md）。\n"
            "Photos and files are in the object storage and not in this backup: back up the bucket as well."
        )


def restore(source: Path) -> None:
    """Fill an empty database and empty folders from `source`; refuses to mix with what is there."""
    owner_url, var = _owner_url(), var_folder()
    with psycopg.connect(owner_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
    if (row is not None and row[0]) or (var / MEDIA).exists() or hotline_folder().exists():
        raise EnvironmentProblem(
            "数据库、媒体目录或热线诉求的目录不是空的，没有恢复。请用新的数据库和新的 HUIYIN_VAR（HUIYIN_HOTLINE）。\n"
            "The database, the media folder or that of the complaints is not empty; nothing was restored. Use a new "
            "database and HUIYIN_VAR (HUIYIN_HOTLINE)."
        )
    with tempfile.TemporaryDirectory(prefix="huiyin-restore-") as folder, tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
        _run(
            "pg_restore",
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            str(Path(folder) / DUMP),
            url=owner_url,
        )
        var.mkdir(parents=True, exist_ok=True)
        hotline_folder().parent.mkdir(parents=True, exist_ok=True)
        places = {name: var / name for name in (SECRET, CALLERS, MEDIA)} | {HOTLINE: hotline_folder()}
        for name, place in places.items():
            if (Path(folder) / name).exists():
                shutil.move(Path(folder) / name, place)
    web_role = role_of(os.environ["DATABASE_URL"])
    if web_role != role_of(owner_url):
        grant_web_rights(owner_url, web_role)
    print("已恢复。接着运行 huiyin verify 核验历史。Restored; now run `huiyin verify`.")


@contextmanager
def _unwritten(complaints: Path) -> Iterator[Path]:
    """The folder while nobody writes it, every commit put in place; one that is damaged as it lies."""
    from huiyin.analytics.manifest import StoreProblem
    from huiyin.analytics.store import Store

    until = time.monotonic() + _PATIENCE
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(Store.open(complaints))
                break
            except StoreProblem as problem:
                if problem.code != "store_is_locked":
                    print(
                        f"热线诉求照原样备份：{problem}\n{complaints} is backed up as it lies.",
                        file=sys.stderr,
                    )
                    break
                if time.monotonic() > until:
                    raise EnvironmentProblem(f"{problem}\n{complaints} is being written.") from problem
                time.sleep(_LOOK_AGAIN)
        try:
            yield complaints
        except OSError as error:  # not the store's, whose disk need not be the full one
            raise EnvironmentProblem(f"备份没有写成：{error}\nThe backup could not be written.") from error


def _is_kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    inside = PurePosixPath(member.name).parts[1:]
    return None if inside and inside[0] in _NOT_KEPT else member


def _owner_url() -> str:
    return os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]


def without_password(url: str) -> tuple[str, dict[str, str]]:
    """The address in libpq's words and, apart from it, what it must not show to everybody who lists processes."""
    told = conninfo_to_dict(url)
    password = told.pop("password", None)
    return make_conninfo("", **told), {"PGPASSWORD": str(password)} if password else {}


def _run(program: str, *arguments: str, url: str) -> None:
    """The client programs come with the embedded PostgreSQL, so none need be installed."""
    address, secret = without_password(url)
    command = [find_installation(None).program(program), f"--dbname={address}", *arguments]
    done = subprocess.run(command, env={**os.environ, **secret}, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise EnvironmentProblem(f"{program} 没有成功。\n{program} failed.")
