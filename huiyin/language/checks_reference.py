"""The reference of the report check, written from its rules: `python -m huiyin.language.checks_reference`."""

from __future__ import annotations

from huiyin.language.lexicons import shipped_groups
from huiyin.language.rules import shipped_rules

_HEAD = """# What the report check says

Written from `huiyin/language/data/checks` by `python -m huiyin.language.checks_reference`; a test compares.
How well it reads, and where it errs: [the report check](../explanation/report-check.md).

A statement gets one of eight labels. Four need work (`vague`, `exaggerated`, `plan_vague`, `problem_evasive`) and are
accepted, asked about (`warning`) or blocked (`error`) by how sure the labelling is; the rule says which words to look
at. Further words of the same statement are hints. Headings, short cells of tables, titles in 《》, names and a
resident's quoted words are not held against the writer. Two more rules are about figures.
"""
_WORDS_SHOWN = 12


def reference() -> str:
    groups = shipped_groups()
    rules = []
    for rule in shipped_rules():
        words = "; ".join(f"`{name}`: {_shown(groups[name])}" for name in rule.words)
        rules.append(
            f"## {rule.id} {rule.title}\n\n`{rule.label}`. {rule.message.replace('{words}', '…')}{rule.advice}\n\n"
            + (f"Words: {words}\n\n" if words else "")
            + f"| | Text |\n|---|---|\n| found | {rule.bad} |\n| not found | {rule.good} |\n"
        )
    return "\n".join([_HEAD, *rules])


def _shown(terms: str) -> str:
    """The first terms that are plain words."""
    plain = [term for term in terms.split() if not set(term) & set("()?|[]…\\")]
    more = " …" if len(terms.split()) > _WORDS_SHOWN else ""
    return " ".join(plain[:_WORDS_SHOWN]) + more


if __name__ == "__main__":
    print(reference(), end="")
