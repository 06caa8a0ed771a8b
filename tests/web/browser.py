"""A page of HTML in real Chromium under the site's own policy, with the built files and no server."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import axe_core_python

from huiyin.web.middleware import HEADERS
from tests.web import styleguide

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=SpareRendererForSitePerProcess,BackForwardCache,RenderDocument",
    "--process-per-site",
    # A page lives for a second: faster code and small heaps would cost more than they save.
    "--js-flags=--no-opt --no-maglev --single-threaded-gc --min-semi-space-size=32",
]
SITE = "http://localhost"  # browsers trust its headers without TLS
AXE = Path(axe_core_python.__file__).with_name("axe.min.js")
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def find_browser() -> str | None:
    """The shell without a desktop's frame costs half as much for the same pages; else whatever Chromium there is."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def open_page(
    browser: Browser, html: str, *, width: int = 1280, scheme: Any = "light", script: bool = True
) -> Page:
    """The page, loaded; what the policy blocked and what scripts threw stands in `page.faults`."""
    scale = 1 if width > 700 else 1.5
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        device_scale_factor=scale,
        java_script_enabled=script,
        locale="zh-CN",
    )
    page = context.new_page()
    faults: list[str] = []
    page.faults = faults  # type: ignore[attr-defined]
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/":
            route.fulfill(body=html, headers={**HEADERS, "Content-Type": "text/html; charset=utf-8"})
            return
        if not path.startswith(("/static/", "/pictures/")):
            route.fulfill(status=404)
            return
        kind = KINDS.get(path.rsplit(".", 1)[-1], "application/octet-stream")
        picture = styleguide.PICTURES / Path(path).name
        body = (
            picture.read_bytes()
            if path.startswith("/pictures/")
            else styleguide.static_file(path.removeprefix("/static/"))
        )
        route.fulfill(status=404) if body is None else route.fulfill(body=body, content_type=kind)

    context.route("**/*", answer)
    page.goto(SITE + "/")
    return page


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", AXE_TAGS)
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in result["violations"]
        for node in found["nodes"]
    ]
