"""The ground under the tests: one PostgreSQL a run, one migrated database cloned for each process."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import hypothesis
import psycopg
import pytest

from tests import prepared_cluster

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

    from huiyin.integrations.postgres import Cluster

TESTS = Path(__file__).parent
# These layers know neither Django nor a database: their tests run on nothing at all.
BARE_FOLDERS = ("domain", "language", "documents")
SHARED_OUT = ("test_access_table",)
LONGEST_NAME = 100

_cluster_key: pytest.StashKey[Cluster] = pytest.StashKey()
_folder_key: pytest.StashKey[Path] = pytest.StashKey()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Before xdist starts its processes: start the cluster and tell them by the environment."""
    # How long an example takes to make says how busy the machine is, nothing of what is tested.
    hypothesis.settings.register_profile(
        "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("suite")
    if is_bare(config):
        return
    if not hasattr(config, "workerinput"):
        # Half a second of each of the dozens of processes that follow, if each compiled for itself.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        folder = Path(tempfile.mkdtemp(prefix="huiyin-tests-", dir=prepared_cluster.memory()))
        folder.chmod(0o755)  # the server's own account has to reach the data folder
        config.stash[_folder_key] = folder
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "huiyin.config.settings",
            "HUIYIN_TESTING": "1",
            "HUIYIN_SECRET_KEY": "for tests only, never anywhere else",
            "HUIYIN_VAR": str(folder / "var"),
            "HUIYIN_PUBLIC_PAGE_SECONDS": "0",
        }
        try:
            config.stash[_cluster_key] = prepared_cluster.start(folder)
        except subprocess.CalledProcessError:
            pytest.exit("the test database could not be migrated; the reason is above", returncode=3)
    from django.conf import settings

    # What lies on the disk is no more shared by processes than their databases are.
    settings.MEDIA_ROOT = Path(os.environ["HUIYIN_VAR"]) / "media" / worker_name()
    settings.HOTLINE_FOLDER = Path(os.environ["HUIYIN_VAR"]) / "hotline" / worker_name()
    # Otherwise every test's client reads the whole folder of static files anew before its first request.
    settings.WHITENOISE_AUTOREFRESH = True


def pytest_unconfigure(config: pytest.Config) -> None:
    if cluster := config.stash.get(_cluster_key, None):
        cluster.stop(wait=5)
    if folder := config.stash.get(_folder_key, None):
        shutil.rmtree(folder, ignore_errors=True)


def is_bare(config: pytest.Config) -> bool:
    """Whether only tests of the plain layers were asked for."""
    asked = [Path(argument.split("::")[0]).absolute() for argument in config.args]
    return bool(asked) and all(
        any(path.is_relative_to(TESTS / folder) for folder in BARE_FOLDERS) for path in asked
    )


def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Instead of pytest-django's: names come from the clone below."""


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Instead of pytest-django's: this process gets its own clone, and works in it as the web role."""
    name = f"test_{worker_name()}_{os.getpid()}"
    prepared_cluster.clone(name)
    with django_db_blocker.unblock():
        _turn_to(name)
    yield
    with django_db_blocker.unblock():
        _turn_to(prepared_cluster.TEMPLATE)
    prepared_cluster.drop(name)


@pytest.fixture
def fresh_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A clone of its own with real commits, for tests of transactions, threads and processes; gives its name.

    pytest-django's transaction=True cannot serve: it empties tables by TRUNCATE, which the web role may not.
    """
    from django.db import connection

    usual = str(connection.settings_dict["NAME"])
    name = f"fresh_{uuid4().hex[:12]}"
    prepared_cluster.clone(name)
    with django_db_blocker.unblock():
        _turn_to(name)
        try:
            yield name
        finally:
            _turn_to(usual)
            prepared_cluster.drop(name)


@pytest.fixture
def owner_connection(request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    """The database of the test as its owner sees it, autocommit; with `db` it sees nothing uncommitted."""
    if "fresh_database" not in request.fixturenames:
        request.getfixturevalue("db")
    from django.db import connection

    with psycopg.connect(
        prepared_cluster.owner_url(str(connection.settings_dict["NAME"])), autocommit=True
    ) as owner:
        yield owner


@pytest.fixture(autouse=True)
def _nothing_remembered(request: pytest.FixtureRequest) -> None:
    """Kept public pages are of the process, the database is of the test."""
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        from huiyin.web import caching

        caching.clear()


def pytest_make_parametrize_id(val: object) -> str | None:
    """A name for what is too long to be one: a whole file would be sent to every process with each report."""
    if not isinstance(val, (bytes, str)) or len(val) <= LONGEST_NAME:
        return None
    data = val.encode(errors="surrogatepass") if isinstance(val, str) else val
    return f"{len(val)}-{zlib.crc32(data):08x}"


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The longest first: at the end no process has to wait for one that began late.
    items.sort(key=_place_in_the_run)
    for item in items:
        _run_with_its_file(item)
        marker = item.get_closest_marker("django_db")
        if marker is None:
            continue
        if "fresh_database" in getattr(item, "fixturenames", ()):
            raise pytest.UsageError(f"{item.nodeid}: fresh_database stands alone, without the django_db mark")
        if marker.kwargs.get("transaction"):
            raise pytest.UsageError(
                f"{item.nodeid}: use the fixture fresh_database instead of transaction=True"
            )


def _place_in_the_run(item: pytest.Item) -> int:
    """Whole sites, what is slow alone, what needs the database, the quick rest."""
    parts = set(item.path.parts)
    if {"journeys", "faults"} & parts:
        return 0
    if item.get_closest_marker("slow"):
        return 1
    return 2 if "apps" in parts else 3


def _run_with_its_file(item: pytest.Item) -> None:
    """One process runs a file: what its tests read and make for all of them is read and made once.

    A test that is slow alone, and files whose tests are many and share nothing, go to whoever is free. Journeys and
    fault tests say for themselves who runs with whom.
    """
    if {"journeys", "faults"} & set(item.path.parts) or item.path.stem in SHARED_OUT:
        return
    if not item.get_closest_marker("slow") and item.get_closest_marker("xdist_group") is None:
        item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(TESTS))))


def pytest_collection_finish() -> None:
    """What is loaded stays: no collection of garbage walks it again, and the next ones come after more new objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


def _turn_to(name: str) -> None:
    """Point Django at another database of the cluster; threads made later follow."""
    from django.db import connections

    connections.close_all()
    connections["default"].settings_dict["NAME"] = name
