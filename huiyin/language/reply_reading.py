"""A reply read clause by clause: which say nothing, which say a deed, a time, an owner, an answer."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from huiyin.language.dates import TimeKind, TimeMention, find_times
from huiyin.language.enclosed import Range, Ranges, find_brackets, find_titles
from huiyin.language.normalise import Normalised, fold
from huiyin.language.wordlists import patterns

_WORDS, _TIMES = "replies/words.toml", "replies/times.toml"
LONGEST = 6000
"""Characters of a reply that are read; nothing that makes it full or empty stands later."""
LONGEST_CLAUSE = 80
SHORTEST_SENTENCE = 5
LEAST_SOLID, LEAST_SOLID_DEED, LEAST_SOLID_REPAIRED = 9, 6, 3
"""Characters that say something; a reply with fewer is empty."""
_MOST_BESIDE_HOLLOW = 14
_ASKED = ("?", "？")
_NEAR = 40
DOES = ("hollow", "referral", "contact", "deed", "actor", "done", "ahead", "answer", "soft")
"""What a clause does: groups of data/replies/words.toml."""

_CLAUSE = re.compile(r"[^,，。;；!！?？:：\s、]+(?:、[^,，。;；!！?？:：\s、]+)*")
_SENTENCE_END = re.compile(r"[。;；!！\n]")
_FIGURES_ONLY = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Clause:
    """folded.text[start:end] and what it does: some of DOES."""

    start: int
    end: int
    does: frozenset[str]

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def is_hollow(self) -> bool:
        return "hollow" in self.does


@dataclass(frozen=True)
class ReplyReading:
    folded: Normalised
    clauses: tuple[Clause, ...]
    times: tuple[TimeMention, ...]
    """Days and limits of the matter itself: no signature, no number of a law, no date of the message."""

    @property
    def is_empty(self) -> bool:
        """Too little is said: something repaired or a day needs three characters, a deed six, anything else nine.

        That somebody will see to it counts for nothing without a day. A refusal that says why is an answer.
        """
        if self.refuses:
            return False
        telling = self.solid if self.times else self._not_put_off()
        said = sum(clause.length for clause in telling)
        if self.times or any(
            _says(name, self.written(clause)) for clause in telling for name in ("repaired", "fixed")
        ):
            return said < LEAST_SOLID_REPAIRED
        says_it = any({"deed", "answer"} & clause.does for clause in telling)
        return said < (LEAST_SOLID_DEED if says_it else LEAST_SOLID)

    @property
    def solid(self) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if not clause.is_hollow)

    @property
    def refuses(self) -> bool:
        """It says that it cannot be done, and why."""
        written = [self.written(clause) for clause in self.solid]
        return all(any(_says(name, each) for each in written) for name in ("cannot", "because"))

    @property
    def says_it_is_fixed(self) -> bool:
        return any(_says("fixed", self.written(clause)) for clause in self.solid)

    @property
    def only_puts_off(self) -> bool:
        """Nothing but that somebody will see to it."""
        return bool(self.solid) and not self._not_put_off()

    def _not_put_off(self) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.solid if not _says("put_off", self.written(clause)))

    def sentences(self) -> list[str]:
        """The folded text cut at ends of sentences, what is too short for one left out."""
        return [each for each in _SENTENCE_END.split(self.folded.text) if len(each) >= SHORTEST_SENTENCE]

    def written(self, clause: Clause) -> str:
        return self.folded.text[clause.start : clause.end]


def read_reply(reply: str) -> ReplyReading:
    """Linear in the length of the reply; never raises."""
    folded = fold(reply[:LONGEST])
    text = folded.text
    left_out = Ranges(_signatures(text), (match.span() for match in _when("addressed").finditer(text)))
    clauses = []
    for match in _CLAUSE.finditer(text):
        for start in range(match.start(), match.end(), LONGEST_CLAUSE):
            end = min(start + LONGEST_CLAUSE, match.end())
            while start < end and left_out.holds(start):
                start += 1
            while start < end and left_out.holds(end - 1):
                end -= 1
            if start < end:
                does = _does(text[start:end])
                if text.startswith(_ASKED, end):
                    does |= {"hollow"}
                clauses.append(Clause(start, end, does))
    return ReplyReading(folded, tuple(clauses), tuple(_times_of_the_matter(text, left_out)))


def _when(name: str) -> re.Pattern[str]:
    return patterns(_TIMES)[name]


def _signatures(text: str) -> Iterator[Range]:
    """Days at the end, after thanks, or where a second reply has been pasted behind the first."""
    for match in _when("signature.alone").finditer(text):
        yield Range(*match.span())
    for match in _when("signature.after_thanks").finditer(text):
        before = max(0, match.start() - _NEAR), match.start()
        if any(_when(name).search(text, *before) for name in ("thanks_before", "forwarded_before")):
            yield Range(*match.span())


@cache
def _kinds() -> Mapping[str, re.Pattern[str]]:
    """What a clause may do → the pattern that tells."""
    return {name: patterns(_WORDS)[name] for name in DOES}


def _says(name: str, clause: str) -> bool:
    return patterns(_WORDS)[name].search(clause) is not None


def _does(clause: str) -> frozenset[str]:
    found = {name for name, pattern in _kinds().items() if pattern.search(clause)}
    if "hollow" in found and not _says_nothing_more(clause):
        found.discard("hollow")
    if ("referral" in found and not found & {"deed", "answer"}) or _FIGURES_ONLY.fullmatch(clause):
        found.add("hollow")
    return frozenset(found)


def _says_nothing_more(clause: str) -> bool:
    """Beside its empty words the clause holds little else, and neither a deed that can be seen nor a figure."""
    words = patterns(_WORDS)
    rest = words["light"].sub("", words["hollow"].sub("", clause))
    return len(rest) <= _MOST_BESIDE_HOLLOW and not words["seen_deed"].search(rest)


def _times_of_the_matter(text: str, left_out: Ranges) -> list[TimeMention]:
    law = Ranges(find_titles(text), (match.span() for match in _when("law.number").finditer(text)))
    brackets = find_brackets(text)
    starts = [start for start, _ in brackets]
    mentions = find_times(text)
    mentions += [TimeMention(*match.span(), TimeKind.DEADLINE) for match in _when("also").finditer(text)]
    return [
        time
        for time in sorted(mentions)
        if not left_out.holds(time.start)
        and not law.holds(time.start)
        and _is_of_the_matter(text, time)
        and not _is_in_a_numbered_bracket(text, time, brackets, bisect_right(starts, time.start) - 1)
    ]


def _is_of_the_matter(text: str, time: TimeMention) -> bool:
    written = text[time.start : time.end]
    if text[max(0, time.start - 1) : time.start].isdecimal():
        return False
    if _when("law.before").search(text, max(0, time.start - 3), time.start) or _when("law.passed").match(
        text, time.end
    ):
        return False
    if time.kind is TimeKind.FREQUENCY:
        return False
    if time.kind is TimeKind.DURATION:
        return _is_told_duration(text, time)
    if time.kind is TimeKind.DEADLINE and _when("limit.of_a_right").search(
        text, max(0, time.start - 10), time.start
    ):
        return False
    if _when("bare_year").match(written) and not _when("also").match(written):
        return False
    if time.kind is not TimeKind.DEADLINE and not _when("day").search(written):
        return False
    return not _is_of_the_letter(text, time)


def _is_of_the_letter(text: str, time: TimeMention) -> bool:
    if any(_when(f"letter.{name}").match(text, time.end) for name in ("directly_after", "forwarded")):
        return True
    before = _when("letter.before").search(text, max(0, time.start - 8), time.start)
    return before is not None and _when("letter.after").match(text, time.end) is not None


def _is_in_a_numbered_bracket(text: str, time: TimeMention, brackets: Sequence[Range], nearest: int) -> bool:
    if nearest < 0 or time.end > brackets[nearest].end:
        return False
    return _when("law.numbered").search(text[time.end : brackets[nearest].end + 6]) is not None


def _is_told_duration(text: str, time: TimeMention) -> bool:
    if _when("hours").search(text, time.start, time.end):
        return False
    before = _when("limit.before").search(text, max(0, time.start - 6), time.start)
    return before is not None or _when("limit.after").match(text, time.end) is not None
