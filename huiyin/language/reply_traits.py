"""What a reply is weighed by: named traits of deeds and of answers, each a number between 0 and 1."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache

from huiyin.language.normalise import fold
from huiyin.language.reply_reading import ReplyReading
from huiyin.language.wordlists import group, patterns, word_lists

LONGEST_QUESTION = 1500
"""Characters of the question that are compared with the reply."""
LONG_REPLY = 800
LONG_COURTESY = 60
_FILE = "replies/traits.toml"
_HAN_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2}))")


def _is(name: str, written: str) -> bool:
    return patterns(_FILE)[name].search(written) is not None


@cache
def _any_deed() -> re.Pattern[str]:
    return re.compile(
        "|".join(kind.pattern for name, kind in group(_FILE, "deed").items() if name != "prepare")
    )


@cache
def _any_deed_or_step() -> re.Pattern[str]:
    return re.compile(f"{_any_deed().pattern}|{patterns(_FILE)['step'].pattern}")


def deed_traits(subject: str, reading: ReplyReading) -> dict[str, float]:
    """Whether something was or will be done, and not only said, ordered by law or asked of the asker."""
    written = [reading.written(clause) for clause in reading.solid]
    title = fold(subject).text
    found = _kind_of_question(title)
    found["complains"] = float(_is("question.complains", title))
    found["long"] = min(1.0, len(reading.folded.text) / LONG_REPLY)
    for name, pattern in group(_FILE, "deed").items():
        meant = [each for each in written if pattern.search(each) and not _is("not_meant", each)]
        found[f"{name}-done"] = _upto(2, sum(_is("tense.clause_done", each) for each in meant))
        found[f"{name}-ahead"] = _upto(2, sum(_is_promise(each) for each in meant))
    firm = sum(_is_firm(each) for each in written)
    found["firm"] = _upto(4, firm)
    found["firm-share"] = firm / (len(written) or 1)
    found["any-firm"] = float(firm > 0)
    for name in ("papers", "refused", "rule"):
        found[f"{name}-share"] = _hits(patterns(_FILE)[f"tone.{name}"], written) / (len(written) or 1)
    return found | _sentence_traits(reading)


def matter_traits(
    subject: str, question: str, reading: ReplyReading, *, names_somebody: bool
) -> dict[str, float]:
    """Whether the answer is one to this question: facts, reasons and what is shared, against general talk."""
    solid = reading.solid
    written = [reading.written(clause) for clause in solid]
    answered = "".join(written)
    title = fold(subject).text
    found = _kind_of_question(title) | {
        "times": _upto(3, len(reading.times)),
        "names-somebody": float(names_somebody),
        "length": min(1.0, math.log1p(sum(clause.length for clause in solid)) / 7),
        "shared": _shared(title, answered),
        "shared-with-text": _shared(title + "\n" + fold(question[:LONGEST_QUESTION]).text, answered),
    }
    for name in ("deed", "actor", "done", "ahead", "answer", "soft", "referral", "contact"):
        _both(found, name, sum(name in clause.does for clause in solid), len(solid))
    for tense in ("done", "ahead"):
        _both(found, f"deed-{tense}", sum({"deed", tense} <= clause.does for clause in solid), len(solid))
    _both(found, "deed-of-actor", sum({"deed", "actor"} <= clause.does for clause in solid), len(solid))
    for name, pattern in group(_FILE, "tone").items():
        _both(found, name, _hits(pattern, written), len(solid))
    return found


def _kind_of_question(title: str) -> dict[str, float]:
    return {
        "asks-to-know": float(_is("question.asks_to_know", title)),
        "wants-deed": float(_is("question.wants_deed", title)),
    }


def _sentence_traits(reading: ReplyReading) -> dict[str, float]:
    done = ahead = kept = 0
    for sentence in reading.sentences():
        if len(sentence) < LONG_COURTESY and _is("courtesy", sentence):
            continue
        kept += 1
        condition = patterns(_FILE)["on_condition"].search(sentence)
        meant = sentence if condition is None else sentence[: condition.start()]
        if not _any_deed_or_step().search(meant) or _is("of_a_law", sentence):
            continue
        done += _is("tense.done", meant) and _is("office", meant)
        ahead += _is("tense.ahead", meant) and not _is("hollow_promise", meant)
    return {
        "said-done": _upto(2, done),
        "said-ahead": _upto(2, ahead),
        "said-any": float(done + ahead > 0),
        "said-both": float(done > 0 and ahead > 0),
        "said-share": (done + ahead) / (2 * kept or 1),
    }


def _is_promise(written: str) -> bool:
    return _is("tense.clause_ahead", written) and not _is("vague", written)


def _is_firm(written: str) -> bool:
    if not _any_deed().search(written) or _is("not_meant", written):
        return False
    return _is("tense.clause_done", written) or _is_promise(written)


def _hits(pattern: re.Pattern[str], written: Sequence[str]) -> int:
    return sum(pattern.search(each) is not None for each in written)


def _both(found: dict[str, float], name: str, hits: int, count: int) -> None:
    """How often, up to four times, and in how large a part of the reply."""
    found[name] = _upto(4, hits)
    found[f"{name}-share"] = hits / (count or 1)


def _upto(most: int, hits: int) -> float:
    return min(most, hits) / most


def _shared(asked: str, answered: str) -> float:
    """How much of what is asked comes back in the answer, by pairs of characters."""
    wanted = set(_HAN_PAIR.findall(asked)) - set(word_lists(_FILE)["ordinary_pairs"].terms)
    return len(wanted & set(_HAN_PAIR.findall(answered))) / len(wanted) if wanted else 0.5
