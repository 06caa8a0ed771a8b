"""(e) A citizen downloads a case and the anchors, runs the checker, and finds whatever somebody changed."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import given
from tests.journeys.visitors import DESKTOP, PHONE, Way, a_visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.living_site import LivingSite


@pytest.fixture(scope="module")
def number(site: LivingSite) -> str:
    """A confirmed case, and the anchor of the day it was answered."""
    site.at(given.A_MONDAY)
    morning = site.now - timedelta(hours=8)
    case = given.a_case(site.cast, status="confirmed", now=morning)
    given.a_case(site.cast, status="replied", now=morning, person=site.cast.neighbour)
    site.at((site.now + timedelta(days=1)).replace(hour=0, minute=6))
    site.work_off("audit.make_anchors")
    return str(case.number)


@pytest.fixture(scope="module", params=[PHONE, DESKTOP], ids=str)
def downloads(
    request: pytest.FixtureRequest,
    site: LivingSite,
    browser: Browser,
    number: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The folder with everything the page offers, and the code that was on the notice board."""
    folder = tmp_path_factory.mktemp("citizen")
    way: Way = request.param
    with a_visitor(site, browser, way) as citizen:
        citizen.open(f"/cases/{number}")
        citizen.press("怎么自己查")
        citizen.reads("最近一次存档校验", "6月2日")
        citizen.write("填事项编号", number.replace("-", ""))
        history = citizen.download("下载记录", folder)
        assert history.name == f"history-{number}.json"
        for name in ("anchors.json", "huiyin_check.py", "下载清单"):
            citizen.download(name, folder)
        code = citizen.page.locator("main .hy-code-large").inner_text().strip()
    (folder / "code-on-the-notice-board").write_text(code, encoding="utf-8")
    return folder


def check(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the downloaded checker as the page says; it gets nothing but Python's own library."""
    done = subprocess.run(
        [sys.executable, "-I", "huiyin_check.py", "--downloaded", "2026-06-02", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def a_copy(folder: Path, to: Path) -> Path:
    for file in folder.iterdir():
        (to / file.name).write_bytes(file.read_bytes())
    return to


def test_what_was_downloaded_fits_the_code_on_the_notice_board(downloads: Path, number: str) -> None:
    code = (downloads / "code-on-the-notice-board").read_text(encoding="utf-8")
    status, said = check(
        downloads,
        f"history-{number}.json",
        "anchors.json",
        "heads-2026-06-02.json",
        "--anchor",
        f"2026-06-02={code}",
        "--stream",
        f"case/{number}",
    )
    assert status == 0, said
    assert "没有发现改动" in said


def test_one_tampered_byte_is_found(downloads: Path, number: str, tmp_path: Path) -> None:
    folder = a_copy(downloads, tmp_path)
    file = folder / f"history-{number}.json"
    known = file.read_bytes()
    at = (
        known.index("槐花".encode())
        if "槐花".encode() in known
        else known.index(b'"recorded_at": "2026') + 17
    )
    file.write_bytes(known[:at] + bytes([known[at] ^ 1]) + known[at + 1 :])
    status, said = check(folder, file.name, "anchors.json")
    assert status == 1, said
    assert f"case/{number}" in said


def test_a_cut_tail_is_found(downloads: Path, number: str, tmp_path: Path) -> None:
    file = a_copy(downloads, tmp_path) / f"history-{number}.json"
    history = json.loads(file.read_text(encoding="utf-8"))
    del history["events"][-1]
    file.write_text(json.dumps(history), encoding="utf-8")
    status, said = check(tmp_path, file.name, "anchors.json")
    assert status == 1
    assert "末尾被删除" in said


def test_a_missing_stream_is_found(downloads: Path, number: str, tmp_path: Path) -> None:
    file = a_copy(downloads, tmp_path) / "heads-2026-06-02.json"
    lines = file.read_text(encoding="utf-8").splitlines()
    assert any(number in line for line in lines)
    without = "\n".join(line for line in lines if number not in line).replace("],\n]}", "]\n]}")
    file.write_text(without, encoding="utf-8")
    status, said = check(tmp_path, file.name, "anchors.json", "--stream", f"case/{number}")
    assert status == 1
    assert "清单与当天存档不符" in said
