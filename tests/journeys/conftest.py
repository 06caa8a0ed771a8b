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


# The walk over all pages takes as long as half of the others.
LANE_OF_PAGES = ("test_everybody_can_use_every_page", "test_a_streets_complaints")


# Before xdist reads the groups, also where this file was loaded before xdist began.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)
            # Two processes run them all: what one runs shares site and browser.
            lane = "pages" if item.path.stem in LANE_OF_PAGES else "people"
            item.add_marker(pytest.mark.xdist_group(f"journeys of {lane}"))


@pytest.fixture(scope="package")
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


@pytest.fixture(scope="package")
def living_site(
    browser: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[LivingSite]:
    from tests.journeys.living_site import a_living_site

    folder = Path(tempfile.mkdtemp(prefix="huiyin-journey-"))
    folder.chmod(0o755)
    try:
        with django_db_blocker.unblock(), a_living_site(folder) as living:
            yield living
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def site(living_site: LivingSite) -> LivingSite:
    """The site as if it had just been opened, for one file; its clock stands at A_MONDAY until a test moves it."""
    living_site.begin_again()
    return living_site
