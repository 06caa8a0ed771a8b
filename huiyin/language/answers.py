"""Whether a report answers what residents raised: the passages that say what was, will or cannot be done.

A topic that is only named, denied, thanked for, asked or wished about is avoided, and so is one of which only the
complaint is told again or a deed that was not done. What is about a topic says matters.py, what makes an answer
data/answers/says.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise

from huiyin.language.dates import TimeKind, find_times
from huiyin.language.matters import Matter, Said, is_of_a_known_matter, matter_of, say
from huiyin.language.normalise import Normalised, fold
from huiyin.language.sentences import Kind, Part, on_boundaries, split_sentences
from huiyin.language.wordlists import patterns

_SAYS = "answers/says.toml"
_CLAUSE = re.compile(r"[^,。;:!?、\n]+(?:、[^,。;:!?、\n]+)*")
_NOT_ASKED = re.compile(r"(?<![^,。;:!?])[^,。;:!?]+(?![^,。;:!?]|\?)|[,。;:!]")
"""The clauses before no question mark, and the marks between them."""
_NEAR = 20
"""How far from a deed the word may stand that denies it."""
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
class _Sentence:
    """A part of a section as every topic reads it."""

    part: Part
    said: Said

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        return tuple(_CLAUSE.findall(self.said.text))

    @cached_property
    def own(self) -> str:
        """What the company says itself: no question, and nothing that residents say, ask for or complain of."""
        says, text = _says(), self.said.text
        if text.endswith("?"):
            return ""
        if "?" in text:
            text = "".join(_NOT_ASKED.findall(text))
        for set_aside in ("granted", "retold", "undone"):
            text = says[set_aside].sub("", text)
        return text

    @cached_property
    def has_time(self) -> bool:
        return any(time.kind is not TimeKind.DURATION for time in find_times(self.own))

    @cached_property
    def is_new_subject(self) -> bool:
        if _says()["turning"].search(self.said.text):
            return True
        return any(is_of_a_known_matter(say(clause)) for clause in self.clauses[:1])

    def names(self, matter: Matter) -> bool:
        """In one clause, or over the commas if no clause is of something that only looks alike."""
        if not matter.is_in(self.said):
            return False
        return not matter.only_looks_alike(self.said.text) or any(
            matter.is_in(say(clause)) and not matter.only_looks_alike(clause) for clause in self.clauses
        )

    def is_of(self, matter: Matter) -> bool:
        return self.names(matter) or matter.is_hinted(self.said)


@dataclass(frozen=True)
class _Section:
    code: str
    source: str
    folded: Normalised
    sentences: tuple[_Sentence, ...]

    @cached_property
    def with_the_next(self) -> tuple[Said, ...]:
        """Each sentence and the one that follows in its paragraph; alone where none does."""
        alone = [sentence.said for sentence in self.sentences]
        parts = [sentence.part for sentence in self.sentences]
        return (
            *(
                alone[at].before(alone[at + 1]) if self.goes_on(here, after) else alone[at]
                for at, (here, after) in enumerate(pairwise(parts))
            ),
            *alone[-1:],
        )

    def goes_on(self, here: Part, after: Part) -> bool:
        """Both stand in one paragraph."""
        return (
            Kind.HEADING not in (here.kind, after.kind)
            and "\n" not in self.folded.text[here.end : after.start]
        )

    def is_of(self, at: int, matter: Matter) -> bool:
        """Said by the sentence, or hinted at by it alone or with the next."""
        return self.sentences[at].is_of(matter) or matter.is_hinted(self.with_the_next[at])

    def passage(self, first: int, last: int) -> Passage:
        span = self.folded.span(self.sentences[first].part.start, self.sentences[last].part.end)
        return Passage(self.code, *on_boundaries(self.source, *span))


def find_answers(topics: Sequence[str], sections: Mapping[str, str]) -> list[TopicAnswer]:
    """For each title of a topic, in order; linear in the sections for each topic, never raises."""
    read = [_read(code, text) for code, text in sections.items()]
    return [_answer(topic, read) for topic in topics]


@lru_cache(maxsize=1024)
def is_answer(topic: str, words: str) -> bool:
    """Whether words that were written for this topic alone, and need not name it, say what was, will or cannot be done.

    Sentences of another subject are passed over, but the first.
    """
    matter = matter_of(topic)
    if matter is None:
        return False
    return any(
        _is_answer(sentence, matter)
        for at, sentence in enumerate(_read("", words).sentences)
        if not at
        or sentence.is_of(matter)
        or matter.is_touched_by(sentence.said)
        or not sentence.is_new_subject
    )


def _read(code: str, text: str) -> _Section:
    folded = fold(text)
    parts = split_sentences(folded.text)
    return _Section(
        code, text, folded, tuple(_Sentence(part, say(folded.text[part.start : part.end])) for part in parts)
    )


def _answer(topic: str, sections: Sequence[_Section]) -> TopicAnswer:
    matter = matter_of(topic)
    passages: list[Passage] = []
    mentions: list[Passage] = []
    if matter is not None:
        for section in sections:
            done = -1
            for at in range(len(section.sentences)):
                if at <= done or not section.is_of(at, matter):
                    continue
                done = _last_of_passage(section, at, matter)
                answers = _answers(section, at, done, matter)
                (passages if answers else mentions).append(section.passage(at, done))
    return TopicAnswer(topic, bool(passages), tuple(passages), tuple(mentions))


def _last_of_passage(section: _Section, at: int, matter: Matter) -> int:
    """What follows in the same paragraph, or under the heading that names the matter."""
    sentences, text = section.sentences, section.folded.text
    is_heading = sentences[at].part.kind is Kind.HEADING
    most = _UNDER_A_HEADING if is_heading else _FOLLOWING
    last = at
    for next_one in range(at + 1, min(len(sentences), at + 1 + most)):
        sentence = sentences[next_one]
        if sentence.part.kind is Kind.HEADING:
            break
        if not is_heading and "\n" in text[sentences[last].part.end : sentence.part.start]:
            break
        if not (sentence.is_of(matter) or matter.is_touched_by(sentence.said)) and sentence.is_new_subject:
            break
        last = next_one
    return last


def _answers(section: _Section, first: int, last: int, matter: Matter) -> bool:
    return any(_is_answer(sentence, matter) for sentence in section.sentences[first : last + 1])


def _is_answer(sentence: _Sentence, matter: Matter) -> bool:
    says = _says()
    own = matter.without_its_title(sentence.own)
    if says["reason"].search(own) and not says["denial"].search(sentence.said.text):
        return True
    has_time = sentence.has_time
    for clause in _CLAUSE.findall(own):
        if says["asking"].search(clause) or says["denial"].search(clause):
            continue
        if matter.only_looks_alike(clause):
            continue
        own_words = matter.without_its_name(says["nominal"].sub(" ", clause))
        if says["offered"].search(clause) or not _is_deed(own_words, has_time=has_time):
            continue
        if says["hoping"].search(clause) and not (has_time and says["plan"].search(clause)):
            continue
        return True
    return False


def _is_deed(clause: str, *, has_time: bool) -> bool:
    says = _says()
    if _is_done(says["deed"], clause) or _is_done(says["counted"], clause):
        return True
    is_told = has_time or says["told"].search(clause) is not None
    return is_told and _is_done(says["weak"], says["deed"].sub(" ", clause))


def _is_done(deeds: re.Pattern[str], clause: str) -> bool:
    """Any of the deeds, and not that it was not done."""
    return any(not _is_denied(deed) for deed in deeds.finditer(clause))


def _is_denied(deed: re.Match[str]) -> bool:
    clause, start, end = deed.string, *deed.span()
    before, after = clause[max(0, start - _NEAR) : start], clause[end : end + _NEAR]
    return _denied_before().search(before) is not None or _says()["denied_after"].match(after) is not None


@cache
def _denied_before() -> re.Pattern[str]:
    return re.compile(rf"(?:{_says()['denied_before'].pattern})\s?$")


def _says() -> Mapping[str, re.Pattern[str]]:
    return patterns(_SAYS)
