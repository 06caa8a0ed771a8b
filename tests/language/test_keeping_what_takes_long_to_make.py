"""What was made for a version that nobody uses any more goes when the next one is made."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from huiyin.language.kernels import caches


def of_days_ago(path: Path, days: int) -> Path:
    at = time.time() - days * 86_400
    os.utime(path, (at, at))
    return path


def test_only_old_versions_of_the_same_go(tmp_path: Path) -> None:
    old, other = tmp_path / "masking-0ld", tmp_path / "places-0ld"
    young = tmp_path / "masking-y0ung"
    for path in (old, other, young):
        path.write_bytes(b"made")
    for path in (old, other):
        of_days_ago(path, caches.DAYS_KEPT + 1)
    of_days_ago(young, caches.DAYS_KEPT - 1)
    caches.keep(tmp_path / "masking-new", lambda file: file.write(b"made"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["masking-new", "masking-y0ung", "places-0ld"]


def test_what_is_old_but_in_use_stays(tmp_path: Path) -> None:
    used = tmp_path / "masking-0ld"
    used.write_bytes(b"made")
    caches.mark_used(of_days_ago(used, caches.DAYS_KEPT + 1))
    caches.keep(tmp_path / "masking-new", lambda file: file.write(b"made"))
    assert used.exists()


def test_old_compiled_code_goes_once_the_new_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert caches.keeps_compiled()
    old = caches.compiled_folder().with_name("kernels-of-last-year")
    old.mkdir()
    (old / "scan.nbi").write_bytes(b"compiled")
    of_days_ago(old, caches.DAYS_KEPT + 1)
    caches.remember_all_compiled()
    assert caches.is_all_compiled()
    assert not old.exists()
