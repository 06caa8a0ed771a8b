"""A backup holds the whole site: restored elsewhere it reads and verifies the same; nothing is ever mixed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from huiyin.config.backup import without_password


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


@pytest.mark.xdist_group("own cluster")
def test_a_site_comes_back_from_its_backup_and_is_never_mixed_with_another(tmp_path: Path) -> None:
    site, other, file = tmp_path / "site", tmp_path / "other", tmp_path / "site.tar"
    assert huiyin(site, "migrate").returncode == 0
    (site / "media").mkdir(exist_ok=True)
    (site / "media" / "photo").write_bytes(b"a photo")
    assert huiyin(site, "backup", str(file)).returncode == 0
    assert file.stat().st_mode & 0o077 == 0, "it holds personal data"
    assert "不会覆盖" in huiyin(site, "backup", str(file)).stderr
    done = huiyin(other, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert (other / "media" / "photo").read_bytes() == b"a photo"
    assert (other / "secret_key").read_text() == (site / "secret_key").read_text()
    verified = huiyin(other, "verify")
    assert (verified.returncode, "没有发现改动" in verified.stdout) == (0, True), verified.stderr
    assert "没有恢复" in huiyin(other, "restore", str(file)).stderr


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
