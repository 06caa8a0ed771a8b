"""Only the owner migrates: a site without the owner's address looks, says what is missing and changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from huiyin.integrations.database_rights import may_migrate, role_of
from tests import prepared_cluster


def web_url(database: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))


@pytest.fixture
def static(tmp_path: Path) -> Path:
    return tmp_path / "static"


def huiyin(static: Path, *arguments: str, **addresses: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    return subprocess.run(
        [sys.executable, "-m", "huiyin.config.cli", *arguments],
        env={**kept, "HUIYIN_STATIC_ROOT": str(static), **addresses},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def forget_a_migration(owner: psycopg.Connection) -> None:
    owner.execute("DELETE FROM django_migrations WHERE app = 'people' AND name LIKE '0002%'")


def test_the_web_role_owns_nothing_and_the_database_says_so(fresh_database: str) -> None:
    assert (role_of(web_url(fresh_database)), may_migrate(web_url(fresh_database))) == ("huiyin_web", False)
    owner = prepared_cluster.owner_url(fresh_database)
    assert (role_of(owner), may_migrate(owner)) == ("huiyin_owner", True)


def test_without_the_owner_nothing_is_migrated(fresh_database: str, static: Path) -> None:
    done = huiyin(static, "migrate", DATABASE_URL=web_url(fresh_database))
    assert done.returncode == 2
    assert "请在设置了 DATABASE_OWNER_URL 的机器上运行 huiyin migrate" in done.stderr


def test_a_database_that_is_behind_keeps_the_site_from_starting(
    fresh_database: str, owner_connection: psycopg.Connection, static: Path
) -> None:
    forget_a_migration(owner_connection)
    done = huiyin(static, "prepare", DATABASE_URL=web_url(fresh_database))
    assert done.returncode == 2
    assert "还没有更新到这个版本" in done.stderr
    assert not static.exists()


def test_a_database_that_is_up_to_date_is_left_alone_and_static_files_are_gathered(
    fresh_database: str, static: Path
) -> None:
    done = huiyin(static, "prepare", DATABASE_URL=web_url(fresh_database))
    assert (done.returncode, done.stderr) == (0, "")
    assert list(static.glob("**/*.css"))


def test_one_role_for_everything_is_warned_of(fresh_database: str, static: Path) -> None:
    done = huiyin(static, "migrate", DATABASE_URL=prepared_cluster.owner_url(fresh_database))
    assert done.returncode == 0, done.stderr
    assert "网站账户拥有全部表" in done.stderr
