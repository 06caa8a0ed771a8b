"""The test cluster: made and migrated once for each state of the migrations, then copied for each run."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from huiyin.integrations.postgres import (
    CARELESS_SETTINGS,
    DATABASE,
    OWNER_ROLE,
    SETTINGS,
    SUPERUSER,
    WEB_ROLE,
    Cluster,
    make_database,
)

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "huiyin"
TEMPLATE = DATABASE
FAST = {**SETTINGS, **CARELESS_SETTINGS, "autovacuum": "off", "max_connections": "200"}
# Made once, copied for each run; below /tmp because the server's account must reach it.
STORE = Path(tempfile.gettempdir()) / f"huiyin-test-store-{os.geteuid()}"
KEPT = 4
MEMORY, ENOUGH = Path("/dev/shm"), 4 << 30


def memory() -> Path | None:
    """Where data that nobody keeps costs no disk; None where there is too little: a run needs hundreds of MB."""
    fits = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH
    return MEMORY if fits else None


def start(folder: Path) -> Cluster:
    """A running cluster in `folder` whose database is migrated; its addresses are in the environment.

    Raises subprocess.CalledProcessError if a migration fails; its output was shown.
    """
    ready = stored()
    subprocess.run(["cp", "-a", ready / "postgres", folder / "postgres"], check=True)
    subprocess.run(["cp", "-a", ready / "static", folder / "static"], check=True)
    os.environ["HUIYIN_STATIC_ROOT"] = str(folder / "static")
    cluster = Cluster(folder / "postgres", settings=FAST)
    cluster.start()
    os.environ |= addresses(cluster)
    return cluster


def addresses(cluster: Cluster) -> dict[str, str]:
    return {
        "DATABASE_URL": cluster.url(WEB_ROLE),
        "DATABASE_OWNER_URL": cluster.url(OWNER_ROLE),
        "HUIYIN_EMBEDDED": "1",
    }


def clone(name: str) -> None:
    with psycopg.connect(_url(SUPERUSER, "postgres"), autocommit=True) as connection:
        make_database(connection, name, template=TEMPLATE)


def drop(name: str) -> None:
    with psycopg.connect(_url(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def owner_url(database: str) -> str:
    return _url(OWNER_ROLE, database)


def superuser_url(database: str) -> str:
    return _url(SUPERUSER, database)


def _url(role: str, database: str) -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(netloc=f"{role}@", path=f"/{database}"))


def stored() -> Path:
    """The folder of the store that fits the code as it is now; made if there is none yet."""
    STORE.mkdir(mode=0o755, exist_ok=True)
    target = STORE / _state_of_the_code()
    with (STORE / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.exists():
            target.touch()
            return target
        half = STORE / "half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o755)
        cluster = Cluster(half / "postgres", settings=FAST)
        cluster.start()
        try:
            environment = {
                **os.environ,
                **addresses(cluster),
                "HUIYIN_VAR": str(half / "var"),
                "HUIYIN_STATIC_ROOT": str(half / "static"),
            }
            subprocess.run(
                [sys.executable, "-m", "huiyin.config.cli", "prepare"], env=environment, check=True
            )
        finally:
            cluster.stop()
        half.rename(target)
        for old in sorted(STORE.glob("state-*"), key=lambda each: each.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    return target


def _state_of_the_code() -> str:
    """Changes whenever what `huiyin prepare` leaves behind could change."""
    digest = hashlib.sha256()
    files = [
        *PACKAGE.glob("apps/*/migrations/*.py"),
        *PACKAGE.glob("policies/**/*"),
        *PACKAGE.glob("static/**/*"),
        *PACKAGE.glob("config/migrating.py"),
        *PACKAGE.glob("integrations/postgres*.py"),
        *PACKAGE.glob("integrations/database_rights.py"),
        ROOT / "uv.lock",
    ]
    for file in sorted(file for file in files if file.is_file()):
        digest.update(f"{file.relative_to(ROOT)}\n".encode())
        digest.update(file.read_bytes())
    return f"state-{digest.hexdigest()[:16]}"
