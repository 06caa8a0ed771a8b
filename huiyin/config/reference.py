"""The pages of docs/reference that are made from code: `python -m huiyin.config.reference` writes them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"


@dataclass(frozen=True)
class Page:
    """One generated page; `body` imports what it needs when it is called."""

    file: str
    title: str
    source: str
    body: Callable[[], str]

    def text(self) -> str:
        head = f"# {self.title}\n\nMade from `{self.source}` by `python -m huiyin.config.reference`; do not edit.\n"
        return f"{head}\n{self.body().strip()}\n"


def _case_states() -> str:
    from huiyin.domain import case_workflow

    states = "\n".join(
        f"| `{status}` | {case_workflow.LABELS[status]} | {'open' if status in case_workflow.OPEN else 'settled'} |"
        for status in case_workflow.Status
    )
    return (
        f"```mermaid\n{case_workflow.mermaid()}```\n\n"
        f"## States\n\n| State | 中文 | |\n|---|---|---|\n{states}\n\n"
        f"## Edges\n\n{case_workflow.table()}"
    )


def _meeting_phases() -> str:
    from huiyin.domain import meeting_phases, question_workflow

    phases = "\n".join(
        f"| `{phase}` | {meeting_phases.LABELS[phase]} | {'public' if phase in meeting_phases.PUBLIC else 'desk'} |"
        for phase in meeting_phases.Phase
    )
    return (
        f"```mermaid\n{meeting_phases.mermaid()}```\n\n"
        f"## Phases\n\n| Phase | 中文 | |\n|---|---|---|\n{phases}\n\n"
        f"## Edges\n\n{meeting_phases.table()}\n"
        f"## What is open in which phase\n\n{meeting_phases.activity_table()}\n"
        f"## A question\n\n```mermaid\n{question_workflow.mermaid()}```\n\n{question_workflow.table()}\n"
        "Whatever its status, closing gives a question exactly one outcome: `case`, or `merged` or `rejected` where a "
        "person decided so."
    )


def _report_states() -> str:
    from huiyin.domain import report_workflow, silence
    from huiyin.domain.report_conditions import CONDITIONS

    states = "\n".join(
        f"| `{status}` | {report_workflow.LABELS[status]} | {'yes' if status in report_workflow.PUBLIC else 'no'} |"
        for status in report_workflow.ReportStatus
    )
    conditions = "\n".join(f"| `{each.code}` | {each.label} |" for each in CONDITIONS)
    return (
        f"```mermaid\n{report_workflow.mermaid()}```\n\n"
        f"## States\n\n| State | 中文 | Public |\n|---|---|---|\n{states}\n\n"
        f"## Edges\n\n{report_workflow.table()}\n"
        f"## What submitting needs\n\n| Rule | 中文 |\n|---|---|\n{conditions}\n\n"
        "## Whether a topic is answered\n\nThe first rule that holds. The policy says which topics must be answered "
        f"(`topics_top_count`, `topics_household_count`) and where (`topics_sections`).\n\n{silence.table()}"
    )


def _verdicts() -> str:
    from huiyin.domain import claim_verdicts

    return (
        "The first rule that applies decides. A number is within the tolerance when |claim − fact| ÷ fact ≤ the "
        "policy's `verdict_tolerance_percent`; with a fact of 0 only 0 is.\n\n" + claim_verdicts.table()
    )


def _roles() -> str:
    from huiyin.apps.people.permissions import GRANTED_BY
    from huiyin.domain.access import ROLE_LABELS, SECOND_FACTOR_ROLES, Role

    def givers(role: Role) -> str:
        return ", ".join(f"`{giver}`" for giver in Role if giver in GRANTED_BY.get(role, ())) or "–"

    rows = "\n".join(
        f"| `{role}` | {ROLE_LABELS[role]} | {givers(role)} | {'yes' if role in SECOND_FACTOR_ROLES else 'no'} |"
        for role in Role
    )
    return f"| Role | 中文 | Given by | Second factor |\n|---|---|---|---|\n{rows}"


def _photos() -> str:
    from huiyin.apps.evidence import documents, fingerprints, heic, pictures
    from huiyin.domain import captures

    of_photos = (
        (
            "Formats",
            "JPEG, PNG, WebP, HEIC, told by their content; a file that is also something else is refused",
        ),
        ("Size of a file", f"up to {pictures.MAX_BYTES // 1024 // 1024} MB"),
        (
            "Pixels of JPEG and HEIC",
            f"up to {pictures.MAX_PIXELS:,}, no side longer than {pictures.MAX_SIDE:,}",
        ),
        (
            "Pixels of PNG, WebP and progressive JPEG",
            f"up to {pictures.MAX_PIXELS_WHOLE:,}: they are decoded whole",
        ),
        ("Photos with one reply or question", f"up to {pictures.MAX_PHOTOS}"),
        (
            "Widths of public copies",
            ", ".join(f"{width}" for width in pictures.WIDTHS) + " px, never enlarged",
        ),
        ("Formats of public copies", "WebP, JPEG; without any metadata"),
        ("Covered areas of one photo", f"up to {pictures.MAX_BOXES}, filled with one colour"),
        ("Decoding a HEIC", f"in a child process: {heic.MEGABYTES} MB, {heic.SECONDS} s of a core at most"),
    )
    of_documents = (
        ("Format", "PDF, told by its content"),
        ("Size of a file", f"up to {documents.MAX_BYTES // 1024 // 1024} MB"),
        ("Pages", f"up to {documents.MAX_PAGES}"),
        (
            "Refused",
            "encrypted; scripts, launch actions, sending forms, multimedia; embedded files; polyglots",
        ),
        ("Handed out", "a copy with the pages alone, as an attachment, to whom the owning app lets see it"),
        (
            "Reading one",
            f"in a child process: {documents.MEGABYTES} MB, {documents.SECONDS} s of a core at most",
        ),
    )
    of_reuse = (
        (
            "Counts as the same",
            f"from {fingerprints.SAME:.0%} agreement on, after light and crop are evened out",
        ),
        ("Crops", f"found up to 10 % a side, tried up to {fingerprints.MOST_CUT:.1%}"),
        (
            "Place of the camera",
            f"a square of 1/{captures.CELL} of a degree, private, gone with the original",
        ),
    )
    return "\n\n".join(
        f"{title}| | |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in rows)
        for title, rows in (
            ("", of_photos),
            ("## Documents\n\n", of_documents),
            ("## Time, place and photos used again\n\n", of_reuse),
        )
    )


PAGES = (
    Page("case-states.md", "States of a case", "huiyin/domain/case_workflow.py", _case_states),
    Page(
        "meeting-phases.md",
        "Phases of a report meeting",
        "huiyin/domain/meeting_phases.py and question_workflow.py",
        _meeting_phases,
    ),
    Page("report-states.md", "States of a report", "huiyin/domain/report_workflow.py", _report_states),
    Page("verdicts.md", "Verdicts on a report's numbers", "huiyin/domain/claim_verdicts.py", _verdicts),
    Page("roles.md", "Roles", "huiyin/domain/access.py and huiyin/apps/people/permissions.py", _roles),
    Page("photos.md", "Limits of photos and documents", "huiyin/apps/evidence", _photos),
)


def outdated() -> list[str]:
    """Names of pages whose file is missing or differs from what the code says now."""
    return [
        page.file
        for page in PAGES
        if not (FOLDER / page.file).exists()
        or (FOLDER / page.file).read_text(encoding="utf-8") != page.text()
    ]


def write() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for page in PAGES:
        (FOLDER / page.file).write_text(page.text(), encoding="utf-8")


def main() -> int:
    # Some of what is described marks its texts for translation.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.config.settings")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail if a page is outdated")
    check = parser.parse_args().check
    if not settings.configured:  # modules of the site mark their sentences for translation when they are read
        settings.configure()
    if check:
        for name in (late := outdated()):
            print(f"outdated: docs/reference/{name}", file=sys.stderr)
        return 1 if late else 0
    write()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
