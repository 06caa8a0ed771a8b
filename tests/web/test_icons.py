"""Every icon a template, the timeline or the categories name is in the sprite: a page never fails for a picture."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from huiyin.apps.ledger.timeline import TELLINGS
from huiyin.web.icons import icon_html

PACKAGE = Path(__file__).parents[2] / "huiyin"
NAMED = re.compile(r'(?:\{% icon |\bicon=)"([a-z0-9-]+)"')


def test_every_named_icon_is_in_the_sprite() -> None:
    named = {telling.icon for telling in TELLINGS.values()}
    for template in (PACKAGE / "templates").rglob("*.html"):
        named |= set(NAMED.findall(template.read_text(encoding="utf-8")))
    categories = tomllib.loads((PACKAGE / "policies" / "categories.toml").read_text(encoding="utf-8"))
    named |= {category["icon"] for category in categories["values"]["categories"]}
    assert len(named) > 40
    for name in named:
        icon_html(name)
