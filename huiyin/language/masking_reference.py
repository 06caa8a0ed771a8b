"""The reference of the masking rules, written from their table: `python -m huiyin.language.masking_reference`."""

from __future__ import annotations

from huiyin.language.personal.kinds import RULES

_HEAD = """# What is masked

Written from `huiyin/language/personal/kinds.py` by `python -m huiyin.language.masking_reference`; a test compares.
Why words stand in the place of the data: [ADR 0011](../decisions/0011-masking.md).

Full width, Chinese numerals, spaces, hyphens, dots and invisible characters make no difference to any rule.
"""


def reference() -> str:
    rules = (
        f"## {rule.id} {rule.label}\n\n{rule.what}\n\n"
        f"| | Text |\n|---|---|\n| written | `{rule.good}` |\n| shown | `{rule.masked}` |\n"
        f"| kept | `{rule.kept}` ({rule.why_kept}) |\n"
        for rule in RULES
    )
    return "\n".join([_HEAD, *rules])


if __name__ == "__main__":
    print(reference(), end="")
