"""Started by root, the site is not root's: its processes change to an ordinary account and own what they write."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from huiyin.config.account import account_of_site, hand_over, started_as
from huiyin.config.environment import EnvironmentProblem
from huiyin.integrations.postgres_install import ServerUser, server_user
from huiyin.integrations.storage import Folder

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change to another account")


@pytest.fixture
def var(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="huiyin-account-"))
    folder.chmod(0o755)
    monkeypatch.setenv("HUIYIN_VAR", str(folder))
    for name in ("HUIYIN_STATIC_ROOT", "HUIYIN_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def account() -> ServerUser:
    user = server_user()
    assert user is not None
    return user


def owner(path: Path) -> int:
    return path.lstat().st_uid


def test_what_root_brought_before_belongs_to_the_account(var: Path, account: ServerUser) -> None:
    Folder(var / "media").put("private/a/photo", b"a photo")
    hand_over(account)
    for each in ("media", "media/private/a", "media/private/a/photo", "static", "secret_key"):
        assert owner(var / each) == account.uid, each
    assert (var / "secret_key").stat().st_mode & 0o077 == 0


def test_what_root_writes_beside_the_running_site_does_too(var: Path, account: ServerUser) -> None:
    hand_over(account)
    Folder(var / "media").put("imports/7/ledger", b"a ledger")
    for each in ("media/imports", "media/imports/7", "media/imports/7/ledger"):
        assert owner(var / each) == account.uid, each


def test_no_link_hands_over_what_lies_elsewhere(var: Path, account: ServerUser) -> None:
    (var / "media").mkdir()
    for name in ("symbolic", "hard"):
        (var / name).write_text("root's own")
    (var / "media" / "symbolic").symlink_to(var / "symbolic")
    (var / "media" / "hard").hardlink_to(var / "hard")
    (var / "media" / "folder").symlink_to("/etc")
    hand_over(account)
    assert owner(var / "symbolic") == owner(var / "hard") == owner(Path("/etc/passwd")) == 0


@pytest.mark.parametrize("name", ["media", "static", "secret_key"])
@pytest.mark.parametrize("dangles", [False, True])
def test_no_link_in_the_place_of_what_is_handed_over_is_followed(
    var: Path, account: ServerUser, tmp_path: Path, name: str, dangles: bool
) -> None:
    roots_own = tmp_path / "own"
    if not dangles:
        roots_own.touch(0o600) if name == "secret_key" else roots_own.mkdir()
    (var / name).symlink_to(roots_own)
    with pytest.raises(EnvironmentProblem, match=f"{name} 是链接"):
        hand_over(account)
    assert roots_own.exists() is not dangles
    assert dangles or owner(roots_own) == 0


def test_what_belongs_to_somebody_else_or_has_a_second_name_is_not_handed_over(
    var: Path, account: ServerUser, tmp_path: Path
) -> None:
    (var / "media").mkdir()
    os.chown(var / "media", account.uid + 1, 0)
    with pytest.raises(EnvironmentProblem, match="media"):
        hand_over(account)
    (var / "media").rmdir()
    (var / "own").write_text("root's own")
    (var / "secret_key").hardlink_to(var / "own")
    with pytest.raises(EnvironmentProblem, match="secret_key"):
        hand_over(account)
    assert owner(var / "own") == 0


def test_root_writes_through_no_link_that_lies_in_the_store(
    var: Path, account: ServerUser, tmp_path: Path
) -> None:
    hand_over(account)
    (var / "media" / "imports").symlink_to(tmp_path)
    with pytest.raises(NotADirectoryError):
        Folder(var / "media").put("imports/7/ledger", b"a ledger")
    assert list(tmp_path.iterdir()) == []


def test_where_the_account_cannot_get_root_has_to_be_wanted(
    var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    var.chmod(0o700)
    with pytest.raises(EnvironmentProblem, match=r"(?s)没有启动.*--allow-root") as refusal:
        account_of_site(root_is_fine=False)
    assert "只好也用 root" not in str(refusal.value), "what does not start runs as nobody"
    assert account_of_site(root_is_fine=True) is None
    assert "正以 root 身份运行" in capsys.readouterr().err


def test_the_account_gets_a_home_it_may_read(
    var: Path, account: ServerUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgres://owner@/huiyin")
    told = started_as(account, without=["DATABASE_OWNER_URL"])
    assert (told["user"], told["group"], told["extra_groups"]) == (account.uid, account.gid, [])
    assert told["env"]["HOME"] == str(var)
    assert "DATABASE_OWNER_URL" not in told["env"]
    assert "user" not in started_as(None)
