"""docs/reference/policies.md, generated from the policy files that come with Huiyin; a test keeps it current."""

from __future__ import annotations

from pathlib import Path

from django.utils import translation

from huiyin.apps.policies.cells import Table
from huiyin.apps.policies.services import SEEDS
from huiyin.apps.policies.tables import tables_of
from huiyin.domain.policy_schema import SCHEMAS, PolicyFile, read_policy_file

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "policies.md"
HEAD = """# Policies 规则

Generated from `huiyin/policies/*.toml` by `huiyin manage policies_reference`; do not edit. These are the versions a
new installation starts with. A district adopts its own; the desk shows them under 规则 with their history. A rule is
in force from its day until the next version's, a new version takes effect on the day after its adoption at the
earliest, and every computed date stores the version it used.
"""


def reference() -> str:
    files = [read_policy_file(path.read_text(encoding="utf-8")) for path in sorted(SEEDS.glob("*.toml"))]
    order = list(SCHEMAS)
    files.sort(key=lambda file: (order.index(file.name), file.effective_from))
    with translation.override("zh-hans"):
        return "\n".join([HEAD, *(_section(file) for file in files)])


def _section(file: PolicyFile) -> str:
    parts = [
        f"## {file.title} `{file.name}`\n",
        f"`{file.version}`, in force from {file.effective_from}. {file.basis}\n",
    ]
    return "\n".join([*parts, *(_markdown(table) for table in tables_of(file.values) if table.rows)])


def _markdown(table: Table) -> str:
    lines = [table.columns, tuple("---" for _ in table.columns), *table.rows]
    rows = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
    return f"### {table.title}\n\n{rows}\n"
