"""docs/reference/policies.md, generated from the policy files that come with Huiyin; a test keeps it current."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path

from django.utils import translation

from huiyin.apps.policies.cells import Table, table
from huiyin.apps.policies.services import SEEDS
from huiyin.apps.policies.tables import tables_of
from huiyin.domain.policy_reader import keys_of
from huiyin.domain.policy_schema import SCHEMAS, PolicyFile, read_policy_file

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "policies.md"
HEAD = """# Policies 规则

Generated from `huiyin/policies/*.toml` by `huiyin manage policies_reference`; do not edit. These are the versions a
new installation starts with. A district adopts its own; the desk shows them under 规则 with their history. A rule is
in force from its day until the next version's, a new version takes effect on the day after its adoption at the
earliest, and every computed date stores the version it used.
"""

LATER = """## Keys added later

Versions adopted before a key was there are read with its default, which never changes
([ADR 0018](../decisions/0018-policies-over-years.md)); a new version has to name it.

"""


def reference() -> str:
    files = [read_policy_file(path.read_text(encoding="utf-8")) for path in sorted(SEEDS.glob("*.toml"))]
    order = list(SCHEMAS)
    files.sort(key=lambda file: (order.index(file.name), file.effective_from))
    with translation.override("zh-hans"):
        return "\n".join([HEAD, *(_section(file) for file in files), _later_keys()])


def _section(file: PolicyFile) -> str:
    parts = [
        f"## {file.title} `{file.name}`\n",
        f"`{file.version}`, in force from {file.effective_from}. {file.basis}\n",
    ]
    return "\n".join([*parts, *(_markdown(table) for table in tables_of(file.values) if table.rows)])


def _later_keys() -> str:
    rows = (
        (f"`{key.path}`", _in_short(key.default), key.added.on.isoformat(), key.added.label)
        for name, shape in SCHEMAS.items()
        for key in keys_of(shape, name)
        if key.added
    )
    return LATER + _markdown(table("后来增加的键", ("键", "默认", "增加", "规则"), rows))


def _in_short(default: object) -> str:
    """7, cases_a_day 30; of an entry only what is no text."""
    if not is_dataclass(default):
        return str(default)
    told = ((each.name, getattr(default, each.name)) for each in fields(default))
    return ", ".join(f"{name} {value}" for name, value in told if not isinstance(value, str))


def _markdown(table: Table) -> str:
    lines = [table.columns, tuple("---" for _ in table.columns), *table.rows]
    rows = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
    return f"### {table.title}\n\n{rows}\n"
