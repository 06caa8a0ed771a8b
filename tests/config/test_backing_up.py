"""A backup holds the whole site: restored elsewhere it reads and verifies the same; nothing is ever mixed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Timer

import pytest

from huiyin.analytics.store import Store
from huiyin.config import backup
from huiyin.config.backup import without_password
from huiyin.config.environment import EnvironmentProblem
from tests import prepared_cluster
from tests.analytics.given_complaints import a_file, complaints, taken_in


def huiyin(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as an operator runs it, on the embedded database below `var`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HUIYIN_", "DATABASE_"))}
    return subprocess.run(
        [sys.executable, "-m", "huiyin.config.cli", *arguments],
        env={**kept, "HUIYIN_VAR": str(var)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the server's own account can reach."""
    with tempfile.TemporaryDirectory(prefix="huiyin-backup-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.slow
@pytest.mark.xdist_group("own cluster")
def test_a_site_comes_back_from_its_backup_and_is_never_mixed_with_another(folder: Path) -> None:
    site, other, file = folder / "site", folder / "other", folder / "site.tar"
    (site / "media").mkdir(parents=True)
    (site / "media" / "photo").write_bytes(b"a photo")
    (site / "secret_key").write_text(f"{'the key of this site':-^60}")
    (site / "caller.key").write_text("the key of its callers")
    taken_in(
        site / "hotline", a_file(folder / "a.csv", ("W1", "2025-01-05", "清河里的物业不修电梯", "否", ""))
    )
    (site / "hotline" / "_incoming").mkdir()
    (site / "hotline" / "_incoming" / "upload").write_bytes(b"words of a caller")
    subprocess.run(["cp", "-a", prepared_cluster.stored() / "postgres", site / "postgres"], check=True)
    assert huiyin(site, "backup", str(file)).returncode == 0
    assert file.stat().st_mode & 0o077 == 0, "it holds personal data"
    assert "不会覆盖" in huiyin(site, "backup", str(file)).stderr
    done = huiyin(other, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert (other / "media" / "photo").read_bytes() == b"a photo"
    for key in ("secret_key", "caller.key"):
        assert (other / key).read_text() == (site / key).read_text()
    assert complaints(other / "hotline") == complaints(site / "hotline")
    assert complaints(other / "hotline")["W1"]["estate_code"] == "E1"
    assert not (other / "hotline" / "_incoming").exists()
    verified = huiyin(other, "verify")
    assert (verified.returncode, "没有发现改动" in verified.stdout) == (0, True), verified.stderr
    assert "没有恢复" in huiyin(other, "restore", str(file)).stderr


def test_a_backup_waits_for_whoever_writes_complaints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_LOOK_AGAIN", 0.01)
    writing = ExitStack()
    writing.enter_context(Store.open(tmp_path / "hotline"))
    Timer(0.2, writing.close).start()
    with backup._unwritten(tmp_path / "hotline") as complaints:
        assert complaints == tmp_path / "hotline"
    monkeypatch.setattr(backup, "_PATIENCE", 0)
    with (
        Store.open(tmp_path / "hotline"),
        pytest.raises(EnvironmentProblem, match="另一个程序正在写"),
        backup._unwritten(tmp_path / "hotline"),
    ):
        pass


def test_the_password_stands_nowhere_in_the_command_line() -> None:
    address, secret = without_password("postgres://owner:s%40fe@db.example.cn:5433/huiyin?sslmode=require")
    assert set(address.split()) == {
        "user=owner",
        "host=db.example.cn",
        "port=5433",
        "dbname=huiyin",
        "sslmode=require",
    }
    assert secret == {"PGPASSWORD": "s@fe"}
    assert without_password("postgres:///huiyin?host=/run/db") == ("dbname=huiyin host=/run/db", {})
