"""What a topic is about: the matter its title names, and whether a clause of a report speaks of it.

The matters stand in data/answers/matters, by area. A clause is of a matter if it holds one of its words or terms. Else
what it holds is weighed for every matter, and it is taken to be of those that weigh most: a word weighs twice a sign,
and either less the more matters share it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from math import sqrt

from huiyin.language.normalise import fold
from huiyin.language.vocabulary import Vocabulary
from huiyin.language.wordlists import WordList, patterns, word_lists
from huiyin.language.words import pairs, stop_words, tokens

AREAS = {
    "lifts": "lifts",
    "building": "the building",
    "water_heat_power": "water, heat, power and gas",
    "safety": "safety",
    "cars": "cars and bicycles",
    "cleaning": "cleaning and refuse",
    "grounds": "the grounds",
    "neighbours": "neighbours and shops",
    "people": "people and services",
    "money": "money and decisions",
}
"""The files of data/answers/matters."""
_SAYS = "answers/says.toml"
_ENOUGH = 0.5
"""What the words and signs of a matter must weigh together where none of them is enough alone."""
_TOGETHER = 2
"""How many of them must be there."""
_BESIDE = 0.5
"""And how much of what they weigh for the matter that weighs most."""
_COMPOUND = 2
"""电梯广告 is two characters longer than 电梯, and no lift."""
_WORD, _SIGN = 2.0, 1.0
_NOTHING = re.compile(r"(?!)")
_MARKS = ",。;:!?、\"'()[]"
_DENYING = frozenset("没无不未")


@dataclass(frozen=True)
class Said:
    """What a report says, and which of its words are in the vocabulary."""

    text: str
    words: Set[str]

    @cached_property
    def most(self) -> float:
        """What they weigh for the matter they weigh most for."""
        return max(_weigh(self.words).values(), default=0.0)

    def before(self, after: Said) -> Said:
        return Said(self.text + after.text, self.words | after.words)


def say(text: str) -> Said:
    return Said(text, frozenset(found.word for found in _vocabulary().find(text)))


@dataclass(frozen=True)
class Matter:
    """`named` are the words of the title, which are no deed where they return; `title` is all of it, said again."""

    about: re.Pattern[str] = _NOTHING
    words: Set[str] = frozenset()
    weights: Sequence[Mapping[str, float]] = ()
    """What words and signs weigh for each of the known matters it is."""
    never: re.Pattern[str] = _NOTHING
    named: re.Pattern[str] = _NOTHING
    title: re.Pattern[str] = _NOTHING

    def is_in(self, said: Said) -> bool:
        return not self.words.isdisjoint(said.words) or self.about.search(said.text) is not None

    @cached_property
    def hints(self) -> Set[str]:
        return frozenset().union(*self.weights)

    def is_hinted(self, said: Said) -> bool:
        """What is said weighs enough for it, beside what it weighs for others."""
        hints = said.words & self.hints
        if len(hints) < _TOGETHER:
            return False
        own = max(sum(of.get(word, 0.0) for word in hints) for of in self.weights)
        return own >= _ENOUGH and own >= _BESIDE * said.most

    def is_touched_by(self, said: Said) -> bool:
        """It holds any word or sign of it: enough to go on, too little to begin."""
        return not self.hints.isdisjoint(said.words)

    def only_looks_alike(self, text: str) -> bool:
        return self.never.search(text) is not None

    def without_its_title(self, text: str) -> str:
        """Where it stands between marks, whole: 门禁换了新卡刷不开：感谢大家的提醒。"""
        return self.title.sub("", text)

    def without_its_name(self, clause: str) -> str:
        return self.named.sub("", clause)


@dataclass(frozen=True)
class _Known:
    """A matter of the data; general if any object may have it, as noise."""

    name: str
    titles: re.Pattern[str]
    matter: Matter
    is_general: bool


def names_a_matter(title: str) -> bool:
    """Whether a title says which matter is meant: 电梯经常停运 does, 物业拖着不修 does not."""
    return bool(_named_in(fold(title).text.encode(errors="ignore").decode()))


def is_of_a_known_matter(said: Said) -> bool:
    return any(
        known.matter.is_in(said) and not known.matter.only_looks_alike(said.text) for known in known_matters()
    )


def weights_in(text: str) -> Mapping[str, float]:
    """The known matters whose words or signs it has → what these weigh together."""
    return _weigh(say(text).words)


def is_a_word_of_matters(word: str) -> bool:
    """Whether it is a word or a sign of a matter that is known: 困人, 地锁, 不热."""
    return word in _weights()


@lru_cache(maxsize=512)
def matter_of(topic: str) -> Matter | None:
    """The known matters the title names, widened by its other words; those alone if it names none."""
    title = fold(topic).text.encode(errors="ignore").decode()  # a lone surrogate is no word
    named = _words_of(title)
    found = _named_in(title)
    known = list({each.known.name: each.known for each in found}.values())
    rest = list(title)
    for each in found:
        rest[each.start : each.end] = " " * len(each)
    own = _own_words("".join(rest))
    telling = [word for word in own if word not in _shared()]
    if not known or (all(each.is_general for each in known) and telling):
        return _of_its_own_words(title, named)
    about = [each.matter.about.pattern for each in known] + telling
    if own:
        chars = re.escape("".join(sorted(set("".join(own)))))
        name = re.escape(title[found[0].start : found[0].end])
        about.append(f"{name}[^,。;]{{0,12}}[{chars}]|[{chars}][^,。;]{{0,12}}{name}")
    # What else only looks alike is the topic itself where its title says so.
    never = [each.matter.never.pattern for each in known if not each.matter.never.search(title)]
    return Matter(
        re.compile("|".join(about)),
        frozenset().union(*(each.matter.words for each in known)),
        tuple(weights for each in known for weights in each.matter.weights),
        re.compile("|".join(never)) if never else _NOTHING,
        named,
        _said_again(title),
    )


@dataclass(frozen=True)
class _Named:
    """title[start:end] names a known matter."""

    start: int
    end: int
    known: _Known
    is_word: bool
    """It is one of the words of the matter."""

    def is_part_of_any(self, spans: Set[tuple[int, int]]) -> bool:
        """Of a compound, that is a thing of its own; what stands in longer words is named beside them.

        A word of the matter is never given up: 押金 is one, and 装修押金 is of 押金 as of 装修.
        """
        if self.is_word:
            return False
        return any(
            (self.start - before, self.end + longer - before) in spans
            for longer in range(1, _COMPOUND + 1)
            for before in range(longer + 1)
        )

    def __len__(self) -> int:
        return self.end - self.start


def _named_in(title: str) -> list[_Named]:
    """The matters the title names, longest name first: 污水井盖 drains and manholes. General ones only if no other."""
    named = [
        _Named(*match.span(), known, match.group() in known.matter.words)
        for known in known_matters()
        if (match := known.titles.search(title))
    ]
    for word in _vocabulary().find(title):
        named += [_Named(word.start, word.end, known, is_word=True) for known in _having().get(word.word, ())]
    found = list({(each.start, each.end, each.known.name): each for each in named}.values())
    found = [each for each in found if not each.known.is_general] or found
    spans = {(each.start, each.end) for each in found}
    found = [each for each in found if not each.is_part_of_any(spans)]
    return sorted(found, key=lambda each: (-len(each), each.start))


def _of_its_own_words(title: str, named: re.Pattern[str]) -> Matter | None:
    own = {*_own_words(title), *_own_pairs(title)}
    own = own - _shared() or own
    weights = _weigh(found.word for found in _vocabulary().find(title))
    most = max(weights.values(), default=0.0)
    likely = tuple(_weights_of(name) for name, weight in weights.items() if weight == most >= _ENOUGH)
    if not own and not likely:
        return None
    return Matter(
        re.compile("|".join(sorted(own)) or r"(?!)"), weights=likely, named=named, title=_said_again(title)
    )


def _said_again(title: str) -> re.Pattern[str]:
    """The title between marks, or as the matter of what follows: …的问题."""
    title = title.strip(f" {_MARKS}")
    if not title:
        return _NOTHING
    mark = f"[{re.escape(_MARKS)}]"
    before = rf"(?:^|(?<={mark})|(?<=关于|针对|对于)) ?"
    after = rf"(?=(?:的?(?:问题|情况|一事|现象))?(?:{mark}|$))"
    return re.compile(before + re.escape(title) + after)


def _words_of(title: str) -> re.Pattern[str]:
    """But those that deny: 没有 of a title is no less a denial where it returns."""
    words = [word for word in tokens(title) if len(word) > 1 and _DENYING.isdisjoint(word)]
    return re.compile("|".join(map(re.escape, words)) or r"(?!)")


def _own_words(title: str) -> list[str]:
    """The telling words of a title, by pairs of characters."""
    words = [word for word in tokens(title) if len(word) > 1 and word not in _common()]
    listed = word_lists(_SAYS)["common"].terms
    found = {each for word in words for each in pairs(word) or [word]}.difference(listed)
    return sorted(each for each in found if not patterns(_SAYS)["joints"].search(each))


def _own_pairs(title: str) -> list[str]:
    """Neighbouring characters of a title of no known matter, also across its words: 会所 is cut apart."""
    listed = word_lists(_SAYS)["common"].terms
    joints = patterns(_SAYS)["joints"]
    runs = joints.split(re.sub("|".join(sorted(listed, key=len, reverse=True)), " ", title))
    return [each for run in runs for each in pairs(run) if each not in _common()]


@cache
def _common() -> frozenset[str]:
    """Words of titles that do not say what a topic is about."""
    return frozenset(word_lists(_SAYS)["common"].terms) | stop_words()


@cache
def _shared() -> frozenset[str]:
    """Words of titles that things of many kinds have: alone they make no two topics one."""
    return frozenset(word_lists(_SAYS)["shared"].terms)


@cache
def known_matters() -> tuple[_Known, ...]:
    return tuple(map(_known, _lists()))


@cache
def _lists() -> tuple[WordList, ...]:
    return tuple(each for area in AREAS for each in word_lists(f"answers/matters/{area}.toml").values())


def _known(each: WordList) -> _Known:
    def either(terms: Iterable[str]) -> re.Pattern[str]:
        return re.compile("|".join(terms) or r"(?!)")

    matter = Matter(
        either(each.terms), frozenset(each.words), (_weights_of(each.name),), never=either(each.never)
    )
    return _Known(each.name, either(each.named), matter, each.general)


@cache
def _having() -> Mapping[str, Sequence[_Known]]:
    """Word → the matters it is a word of; none for a sign."""
    having: dict[str, list[_Known]] = defaultdict(list)
    for known in known_matters():
        for word in known.matter.words:
            having[word].append(known)
    return dict(having)


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary(_weights())


def _weigh(words: Iterable[str]) -> Mapping[str, float]:
    """What the words weigh together for each matter that has any of them."""
    weights: dict[str, float] = defaultdict(float)
    for word in words:
        for name, weight in _weights()[word].items():
            weights[name] += weight
    return weights


@cache
def _weights_of(name: str) -> Mapping[str, float]:
    return {word: weights[name] for word, weights in _weights().items() if name in weights}


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    """Word or sign → what it weighs for which matters: a word twice a sign, either less the more matters have it."""
    having: dict[str, dict[str, float]] = defaultdict(dict)
    for each in _lists():
        for weight, words in ((_SIGN, each.signs), (_WORD, each.words)):
            for word in words:
                having[word][each.name] = weight
    return {
        word: {name: weight / sqrt(len(of)) for name, weight in of.items()} for word, of in having.items()
    }
