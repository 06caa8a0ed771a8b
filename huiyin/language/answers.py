"""Whether a report answers what residents raised: the passages that say what was, will or cannot be done.

A topic that is only named, denied, thanked for or wished about is avoided. What is about a matter stands in
data/answers/matters.toml, what makes an answer in data/answers/says.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from huiyin.language.dates import TimeKind, find_times
from huiyin.language.normalise import Normalised, fold
from huiyin.language.sentences import Kind, Part, on_boundaries, split_sentences
from huiyin.language.wordlists import patterns, word_lists
from huiyin.language.words import pairs, stop_words, tokens

_MATTERS, _SAYS = "answers/matters.toml", "answers/says.toml"
_CLAUSE = re.compile(r"[^,。;:!?、\n]+(?:、[^,。;:!?、\n]+)*")
_UNDER_A_HEADING = 8
_FOLLOWING = 3
"""Sentences after the one that names the matter which still belong to it, in the same paragraph."""


@dataclass(frozen=True)
class Passage:
    """sections[section][start:end]."""

    section: str
    start: int
    end: int


@dataclass(frozen=True)
class TopicAnswer:
    """`passages` are those that answer; `mentions` those that only speak of it."""

    topic: str
    answered: bool
    passages: tuple[Passage, ...]
    mentions: tuple[Passage, ...]


@dataclass(frozen=True)
class _Matter:
    """What a topic is about; `named` are the words of its title, which are no deed where they return."""

    about: re.Pattern[str]
    never: re.Pattern[str] | None
    named: re.Pattern[str] | None = None

    def is_of(self, clause: str) -> bool:
        return self.about.search(clause) is not None and not (self.never and self.never.search(clause))

    def without_its_name(self, clause: str) -> str:
        return self.named.sub("", clause) if self.named else clause


@dataclass(frozen=True)
class _Section:
    code: str
    source: str
    folded: Normalised
    parts: tuple[Part, ...]

    def text(self, part: Part) -> str:
        return self.folded.text[part.start : part.end]

    def passage(self, first: int, last: int) -> Passage:
        span = self.folded.span(self.parts[first].start, self.parts[last].end)
        return Passage(self.code, *on_boundaries(self.source, *span))


def find_answers(topics: Sequence[str], sections: Mapping[str, str]) -> list[TopicAnswer]:
    """For each title of a topic, in order; linear in the sections for each topic, never raises."""
    read = [_read(code, text) for code, text in sections.items()]
    return [_answer(topic, read) for topic in topics]


def _read(code: str, text: str) -> _Section:
    folded = fold(text)
    return _Section(code, text, folded, tuple(split_sentences(folded.text)))


def _answer(topic: str, sections: Sequence[_Section]) -> TopicAnswer:
    matter = _matter_of(topic)
    passages: list[Passage] = []
    mentions: list[Passage] = []
    if matter is not None:
        for section in sections:
            done = -1
            for at, part in enumerate(section.parts):
                if at <= done or not _speaks_of(matter, section.text(part)):
                    continue
                done = _last_of_passage(section, at, matter)
                answers = _answers(section, at, done, matter)
                (passages if answers else mentions).append(section.passage(at, done))
    return TopicAnswer(topic, bool(passages), tuple(passages), tuple(mentions))


def _speaks_of(matter: _Matter, sentence: str) -> bool:
    """In one clause, or over the commas of the sentence if no clause of it is of something that only looks alike."""
    if any(matter.is_of(clause) for clause in _CLAUSE.findall(sentence)):
        return True
    return matter.is_of(sentence)


def _last_of_passage(section: _Section, at: int, matter: _Matter) -> int:
    """What follows in the same paragraph, or under the heading that names the matter."""
    parts, text = section.parts, section.folded.text
    is_heading = parts[at].kind is Kind.HEADING
    most = _UNDER_A_HEADING if is_heading else _FOLLOWING
    last = at
    for next_one in range(at + 1, min(len(parts), at + 1 + most)):
        part = parts[next_one]
        if part.kind is Kind.HEADING:
            break
        if not is_heading and "\n" in text[parts[last].end : part.start]:
            break
        written = section.text(part)
        if not _speaks_of(matter, written) and (_is_new_subject(written, matter)):
            break
        last = next_one
    return last


def _is_new_subject(sentence: str, matter: _Matter) -> bool:
    if _says()["turning"].search(sentence):
        return True
    first = _CLAUSE.search(sentence)
    return first is not None and any(
        other is not matter and other.is_of(first.group()) for _, other in _shipped_matters()
    )


def _answers(section: _Section, first: int, last: int, matter: _Matter) -> bool:
    return any(_is_answer(section.text(section.parts[at]), matter) for at in range(first, last + 1))


def _is_answer(sentence: str, matter: _Matter) -> bool:
    says = _says()
    if says["reason"].search(sentence) and not says["denial"].search(sentence):
        return True
    has_time = bool([time for time in find_times(sentence) if time.kind is not TimeKind.DURATION])
    for clause in _CLAUSE.findall(sentence):
        if says["asking"].search(clause) or says["denial"].search(clause):
            continue
        if matter.never and matter.never.search(clause):
            continue
        if says["offered"].search(clause) or not _is_deed(matter.without_its_name(clause), has_time=has_time):
            continue
        if says["hoping"].search(clause) and not (has_time and says["plan"].search(clause)):
            continue
        return True
    return False


def _is_deed(clause: str, *, has_time: bool) -> bool:
    says = _says()
    if says["deed"].search(clause) or says["counted"].search(clause):
        return True
    return says["weak"].search(clause) is not None and (has_time or says["told"].search(clause) is not None)


def _says() -> Mapping[str, re.Pattern[str]]:
    return patterns(_SAYS)


@cache
def _shipped_matters() -> tuple[tuple[re.Pattern[str], _Matter], ...]:
    """By which titles a matter is named, and the matter."""
    return tuple(
        (
            re.compile("|".join(each.named)),
            _Matter(each.pattern, re.compile("|".join(each.never)) if each.never else None),
        )
        for each in word_lists(_MATTERS).values()
    )


@cache
def _common() -> frozenset[str]:
    """Words of titles that do not say what a topic is about."""
    return frozenset(word_lists(_SAYS)["common"].terms) | stop_words()


@lru_cache(maxsize=512)
def _matter_of(topic: str) -> _Matter | None:
    """The known matter named longest in the title, widened by the other words of the title; else those alone."""
    title = fold(topic).text.encode(errors="ignore").decode()  # a lone surrogate is no word
    found = []
    for pattern, known in _shipped_matters():
        match = pattern.search(title)
        if match:
            found.append((match.end() - match.start(), -match.start(), match, known))
    named = re.compile("|".join(re.escape(word) for word in tokens(title) if len(word) > 1) or r"(?!)")
    if not found:
        own = sorted({*_own_words(title), *_own_pairs(title)})
        return _Matter(re.compile("|".join(own)), None, named) if own else None
    _, _, match, known = max(found, key=lambda each: each[:2])
    own = _own_words(f"{title[: match.start()]} {title[match.end() :]}")
    about = [known.about.pattern, *own]
    if own:
        chars = re.escape("".join(sorted(set("".join(own)))))
        about.append(
            f"{re.escape(match.group())}[^,。;]{{0,12}}[{chars}]|[{chars}][^,。;]{{0,12}}{re.escape(match.group())}"
        )
    # What else only looks alike is the topic itself where its title says so.
    never = None if known.never is not None and known.never.search(title) else known.never
    return _Matter(re.compile("|".join(about)), never, named)


def _own_words(title: str) -> list[str]:
    """The telling words of a title, by pairs of characters."""
    words = [word for word in tokens(title) if len(word) > 1 and word not in _common()]
    listed = word_lists(_SAYS)["common"].terms
    return sorted({each for word in words for each in pairs(word) or [word]}.difference(listed))


def _own_pairs(title: str) -> list[str]:
    """Neighbouring characters of a title of no known matter, also across its words: 会所 is cut apart."""
    listed = word_lists(_SAYS)["common"].terms
    runs = _says()["joints"].split(re.sub("|".join(sorted(listed, key=len, reverse=True)), " ", title))
    return [each for run in runs for each in pairs(run) if each not in _common()]
