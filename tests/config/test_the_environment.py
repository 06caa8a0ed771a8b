"""Settings from the environment: what is missing is named, explained and shown by an example."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from huiyin.config.environment import Environment, EnvironmentProblem, database_settings, kept_secret

ROOT = Path(__file__).parents[2]


def huiyin(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "DATABASE_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "huiyin.config.cli", *arguments],
        cwd=ROOT,
        env={**clean, "HUIYIN_VAR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_variable_is_named_with_its_purpose_and_an_example_in_two_languages() -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        Environment({}).text(
            "HUIYIN_URL", "网站对外地址", "the public address", example="https://a.example.cn"
        )
    told = str(caught.value)
    assert "缺少环境变量 HUIYIN_URL" in told
    assert "网站对外地址" in told
    assert "the public address" in told
    assert "HUIYIN_URL=https://a.example.cn" in told


@pytest.mark.parametrize("value", ["maybe", "2"])
def test_a_flag_that_is_neither_yes_nor_no_is_refused(value: str) -> None:
    with pytest.raises(EnvironmentProblem, match="HUIYIN_DEBUG"):
        Environment({"HUIYIN_DEBUG": value}).flag("HUIYIN_DEBUG", "开发模式", "development")


@pytest.mark.parametrize("value", ["ten", "-1", "1.5"])
def test_a_number_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(EnvironmentProblem, match="HUIYIN_PROXIES"):
        Environment({"HUIYIN_PROXIES": value}).number("HUIYIN_PROXIES", "代理层数", "proxies", default=0)


@pytest.mark.parametrize("url", ["sqlite:///db.sqlite3", "mysql://a@b/c", "postgres://host", "huiyin"])
def test_only_postgresql_is_accepted(url: str) -> None:
    with pytest.raises(EnvironmentProblem, match="PostgreSQL"):
        database_settings(url)


def test_a_database_address_is_taken_apart() -> None:
    found = database_settings("postgres://huiyin_web:p%40ss@db.example.cn:6432/huiyin?sslmode=require")
    assert found["USER"] == "huiyin_web"
    assert found["PASSWORD"] == "p@ss"
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example.cn", "6432", "huiyin")
    assert found["OPTIONS"] == {"sslmode": "require"}
    socket = database_settings("postgres://huiyin_web@/huiyin?host=%2Ftmp%2Fa&port=5432")
    assert (socket["HOST"], socket["PORT"], socket["OPTIONS"]) == ("/tmp/a", "5432", {})


def test_the_kept_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    first = kept_secret(path)
    assert len(first) >= 50
    assert kept_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_that_make_a_secret_at_once_have_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, told = tmp_path / "caller.key", []
    real = os.link

    def link(made: Path, place: Path) -> None:
        monkeypatch.setattr(os, "link", real)
        told.append(kept_secret(path))  # the other one, just before the first is done
        real(made, place)

    monkeypatch.setattr(os, "link", link)
    assert [kept_secret(path)] == told
    assert [each.name for each in tmp_path.iterdir()] == ["caller.key"]


def test_an_empty_file_of_a_secret_is_told_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "caller.key"
    path.touch()
    with pytest.raises(EnvironmentProblem, match="密钥文件是空的"):
        kept_secret(path)


def test_with_an_outside_database_the_secret_key_must_be_given(tmp_path: Path) -> None:
    done = huiyin("manage", "check", folder=tmp_path, DATABASE_URL="postgres://a@127.0.0.1/b")
    assert done.returncode == 2
    assert "缺少环境变量 HUIYIN_SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_moved_clock_is_refused_outside_tests(tmp_path: Path) -> None:
    done = huiyin("manage", "check", folder=tmp_path, HUIYIN_NOW="2026-01-02T10:00")
    assert done.returncode == 2
    assert "HUIYIN_NOW 只能在测试中使用" in done.stderr


def test_help_needs_no_settings(tmp_path: Path) -> None:
    done = huiyin("--help", folder=tmp_path, DATABASE_URL="nonsense")
    assert done.returncode == 0
    for command in ("serve", "migrate", "verify", "import-cases"):
        assert command in done.stdout
