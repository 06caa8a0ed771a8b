"""Documents stay true: generated pages are current, decisions are numbered, links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from huiyin.config.reference import outdated

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DECISIONS = sorted(DOCS.glob("decisions/*.md"))
PAGES = [*sorted(DOCS.rglob("*.md")), *sorted(ROOT.glob("*.md"))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_generated_pages_say_what_the_code_says():
    assert outdated() == [], "run: python -m huiyin.config.reference"


def test_the_list_of_reference_pages_is_complete():
    listed = set(
        re.findall(
            r"^\| \[[^]]+\]\(([^)]+)\)", (DOCS / "reference/README.md").read_text("utf-8"), re.MULTILINE
        )
    )
    there = {path.name for path in DOCS.glob("reference/*.md")} - {"README.md"}
    assert listed == there


def test_decisions_are_numbered_without_gap_or_double():
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=named)
def test_a_decision_has_number_date_and_status(path: Path):
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
    text = path.read_text("utf-8")
    head = "\n".join(text.splitlines()[:6])
    assert path.name[:4] in text.splitlines()[0]
    assert re.search(r"\b20\d\d-\d\d-\d\d\b", head)
    assert re.search(r"accepted|superseded by \d{4}", head, re.IGNORECASE)
    assert len(text.splitlines()) <= 90, "a decision is one page"


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_between_documents_lead_somewhere(path: Path):
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    inside = [link.split("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in inside if not (path.parent / link).exists()] == []


def test_the_pages_are_made_by_the_command_they_name_without_a_site_around() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-m", "huiyin.config.reference", "--check"],
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
