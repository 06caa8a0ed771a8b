"""Screenshots of the style sheets: `python -m tests.web.shoot FOLDER`, to be looked at by a person."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MODES = {
    "phone": {"width": 375},
    "desktop": {"width": 1280},
    "narrow": {"width": 320},
    "phone-elder": {"width": 375, "mode": "elder"},
    "desktop-elder": {"width": 1280, "mode": "elder"},
    "desktop-dark": {"width": 1280, "scheme": "dark"},
    "phone-dark": {"width": 375, "scheme": "dark"},
}


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "huiyin.config.settings"
    import django

    django.setup()
    from django.test.utils import override_settings
    from playwright.sync_api import sync_playwright

    from tests.web import styleguide
    from tests.web.browser import FLAGS, find_browser, open_page

    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:]
    with override_settings(
        ROOT_URLCONF="huiyin.web.urls",
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        sheets = {
            (s, m): styleguide.draw(s, m) for s in ("public", "desk", "paper") for m in ("standard", "elder")
        }
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=find_browser(), args=FLAGS)
            for surface in ("public", "desk", "paper"):
                for name, how in MODES.items():
                    if wanted and f"{surface}-{name}" not in wanted:
                        continue
                    page = open_page(
                        browser,
                        sheets[surface, how.get("mode", "standard")],
                        width=how["width"],
                        scheme=how.get("scheme", "light"),
                    )
                    page.screenshot(path=folder / f"{surface}-{name}.png", full_page=True)
                    page.context.close()


if __name__ == "__main__":
    main()
