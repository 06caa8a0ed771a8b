"""A browser for the looks of pages; without Chromium those tests say so and skip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.conf import LazySettings
    from playwright.sync_api import Browser


@pytest.fixture(autouse=True)
def own_pages(settings: LazySettings) -> Iterator[None]:
    """Only the machinery's own addresses and plain names of static files: these tests need no app."""
    from huiyin.web.offline import worker_text

    settings.ROOT_URLCONF = "tests.web.urls"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    worker_text.cache_clear()  # kept with the site's names, if another test of this process asked before
    yield
    worker_text.cache_clear()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    # Not above: pytest reads this file before the settings are known.
    from tests.web.browser import FLAGS, find_browser

    path = find_browser()
    if path is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()
