"""The reference of the lists of words, written from their files: `python -m huiyin.language.wordlists_reference`."""

from __future__ import annotations

import re

from huiyin.language.matters import AREAS
from huiyin.language.wordlists import WordList, word_lists

FILES = {
    "replies/words.toml": "What a clause of a reply does",
    "replies/times.toml": "Which days of a reply are of the matter",
    "replies/responsible.toml": "Who is named in a reply",
    "replies/traits.toml": "What a reply is weighed by",
    **{
        f"answers/matters/{area}.toml": f"What a passage of a report is about: {title}"
        for area, title in AREAS.items()
    },
    "answers/says.toml": "What makes a passage an answer",
    "claims/metrics.toml": "How a metric is named",
    "claims/words.toml": "Which numbers claim nothing",
}
_HEAD = """# Replies, claims and answers: the lists of words

Written from `huiyin/language/data` by `python -m huiyin.language.wordlists_reference`; a test compares, and tries every
example. How the lists are used, and how well: [replies, claims and answers](../explanation/replies-claims-answers.md).

*Found* is an example the list finds, *not found* one it passes over. Words that are plain are shown, the first of them;
the rest are regular expressions in the file.
"""
_WORDS_SHOWN = 6
_PLAIN = re.compile(r"[\w%]+")


def reference() -> str:
    """The page."""
    return "\n".join([_HEAD, *(of_file(file, title) for file, title in FILES.items())])


def of_file(file: str, title: str) -> str:
    """The section of one file."""
    rows = "".join(
        f"| `{each.name}` | {each.what} | {_shown(each)} | {each.found} | {each.not_found} |\n"
        for each in word_lists(file).values()
    )
    head = "| List | What for | Words | Found | Not found |\n|---|---|---|---|---|\n"
    return f"## {title}\n\n`{file}`\n\n{head}{rows}"


def _shown(each: WordList) -> str:
    plain = [term for term in each.terms if _PLAIN.fullmatch(term)]
    plain += [word for word in each.words if word not in plain]
    more = " …" if len({*each.terms, *each.words, *each.signs}) > min(len(plain), _WORDS_SHOWN) else ""
    return " ".join(plain[:_WORDS_SHOWN]) + more


if __name__ == "__main__":
    print(reference(), end="")
