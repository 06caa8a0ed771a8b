"""The reference of the report check, written from its rules: `python -m huiyin.language.checks_reference`."""

from __future__ import annotations

from collections.abc import Iterable

from huiyin.language import figures
from huiyin.language.lexicons import shipped_groups
from huiyin.language.rules import shipped_rules
from huiyin.language.wordlists_reference import of_file

FILES = {
    "checks/words.toml": "What stands around the words of a rule, and what a statement names",
    "checks/times.toml": "Words that say a time without a figure",
    "checks/units.toml": "Units by what they measure",
    "checks/numbers.toml": "What a number is counted by, and numerals that count nothing",
    "checks/rewording.toml": "How a sentence is turned into one to fill in",
}

_HEAD = """# What the report check says

Written from `huiyin/language/data/checks` by `python -m huiyin.language.checks_reference`; a test compares.
How well it reads, and where it errs: [the report check](../explanation/report-check.md).

A statement gets one of eight labels. Four need work (`vague`, `exaggerated`, `plan_vague`, `problem_evasive`) and are
accepted, asked about (`warning`) or blocked (`error`) by how sure the labelling is; the rule says which words to look
at. Further words of the same statement are hints. Headings, short cells of tables, titles in 《》, names and a
resident's quoted words are not held against the writer. Two more rules are about figures.

At the end: the lists of words by which times, units, quotations and denials are read; a test tries every example.
"""
_FIGURES_HEAD = """## Which figures count something

`checks/figures.toml`

| List | What for | Found | Not found |
|---|---|---|---|
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
    around = "".join(
        f"| `{name}` | {each.about} | {_quoted(each.finds)} | {_quoted(each.passes)} |\n"
        for name, each in figures.word_lists().items()
    )
    lists = [of_file(file, title) for file, title in FILES.items()]
    return "\n".join([_HEAD, *rules, _FIGURES_HEAD + around, *lists])


def _quoted(examples: Iterable[str]) -> str:
    return " ".join(f"“{each.strip()}”" for each in examples)


def _shown(terms: str) -> str:
    """The first terms that are plain words."""
    plain = [term for term in terms.split() if not set(term) & set("()?|[]…\\")]
    more = " …" if len(terms.split()) > _WORDS_SHOWN else ""
    return " ".join(plain[:_WORDS_SHOWN]) + more


if __name__ == "__main__":
    print(reference(), end="")
