"""Journeys: a person's way through the served site in a real browser."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.plugin import DjangoDbBlocker

    from tests.journeys.living_site import LivingSite


# Before xdist reads the groups, also where this file was loaded before xdist began.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)
            # One process runs all of a file, so that they share site and browser; a long file names its own parts.
            if item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group(f"journey {item.path.stem}"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. In CI its absence is a failure, elsewhere the journeys are skipped."""
    from playwright.sync_api import sync_playwright

    from tests.web.browser import FLAGS, find_browser

    path = find_browser()
    if path is None:
        without = "no Chromium here: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("CI") == "true":
            pytest.fail(without)
        pytest.skip(without)
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def site(browser: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[LivingSite]:
    """One site for a file; its clock stands at Monday 2026-06-01 10:00 until a test moves it."""
    from tests.journeys.living_site import a_living_site

    folder = Path(tempfile.mkdtemp(prefix="huiyin-journey-"))
    folder.chmod(0o755)
    try:
        with django_db_blocker.unblock(), a_living_site(folder) as living:
            yield living
    finally:
        shutil.rmtree(folder, ignore_errors=True)
