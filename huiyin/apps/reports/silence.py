"""Which topics a report answers, and where: live until it is approved, then as written down (FrozenTopic).

The rules are in domain/silence.py; services/topics.py writes.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from django.utils.translation import gettext

from huiyin.apps.reports.body import as_read, plain_blocks
from huiyin.apps.reports.contents import Content
from huiyin.apps.reports.in_words import numeral, value_words
from huiyin.apps.reports.models import (
    Commitment,
    CommitmentAccount,
    Demand,
    FrozenTopic,
    PointedPassage,
    Report,
    Revision,
    TopicAnswer,
)
from huiyin.apps.reports.policies import rules_of
from huiyin.domain.policy_reports import Holds, ReportsPolicy, SectionRule
from huiyin.domain.report_conditions import Unanswered
from huiyin.domain.silence import (
    Answer,
    AnswerRule,
    Raised,
    Said,
    SilenceRules,
    answer_called,
    answer_of,
    duty_of,
)
from huiyin.language import Passage, find_answers, is_answer
from huiyin.language import TopicAnswer as Found

LONGEST_QUOTE = 80
MOST_PLACES = 3
BETWEEN = "\n\n"


@dataclass(frozen=True)
class Place:
    """Where a passage stands: a paragraph, a promise, what became of one; `anchor` is its id on the pages."""

    section: str
    anchor: str
    label: str
    text: str
    """This revision's own words as written, with 【数据1】 for a number: what is pointed at is known by them."""
    read: str
    """As it is read."""

    @property
    def is_paragraph(self) -> bool:
        """It stands in the text of its section."""
        return self.anchor.startswith("p-")

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Quote:
    """Words of a report about a topic, and where they begin."""

    place: Place
    words: str

    @property
    def short(self) -> str:
        return self.words if len(self.words) <= LONGEST_QUOTE else f"{self.words[:LONGEST_QUOTE]}…"


@dataclass(frozen=True)
class Topic:
    """One line of the demand list as a report answers it."""

    demand: Demand
    why: str
    """Why it may not be left out; empty where the company may be silent."""
    answer: AnswerRule
    worded: TopicAnswer | None
    """What the company wrote for this line alone."""
    passages: tuple[Quote, ...] = ()
    """Those that answer, in the sections where topics are answered."""
    pointed: Place | None = None
    """What the company points at, while its words are those it was pointed at for."""
    is_lapsed: bool = False
    """It pointed at words that have changed since."""
    elsewhere: tuple[Quote, ...] = ()
    """Passages of other sections that would answer; looked for where no passage does."""
    mentions: tuple[Quote, ...] = ()

    @property
    def is_answered(self) -> bool:
        return self.answer.is_answer

    @property
    def is_owed(self) -> bool:
        """It must be answered and is not: the report cannot be handed in."""
        return bool(self.why) and not self.is_answered

    @property
    def is_only_pointed_at(self) -> bool:
        return self.answer.code is Answer.POINTED

    @property
    def look(self) -> str:
        """The chip of its state; silence weighs only where an answer is owed."""
        code = self.answer.code
        return f"topic.{code}" if self.is_answered or self.why else f"topic.{code}.free"

    @property
    def answering(self) -> list[Place]:
        """Where the first passages stand that answer, each place once."""
        return _first(self.passages)

    @property
    def places(self) -> list[Place]:
        """Where a reader finds the answer, each place once: the first ones found, and what is pointed at."""
        found = {place.anchor: place for place in self.answering}
        if self.pointed is not None:
            found.setdefault(self.pointed.anchor, self.pointed)
        return list(found.values())

    @property
    def spoken_of(self) -> list[Place]:
        """Where it is spoken of without being answered, in whatever section."""
        return _first((*self.elsewhere, *self.mentions))


def _first(quotes: Sequence[Quote]) -> list[Place]:
    return list({quote.place.anchor: quote.place for quote in quotes[:MOST_PLACES]}.values())


@dataclass(frozen=True)
class Topics:
    """The whole list against the whole report."""

    rows: tuple[Topic, ...]
    places: tuple[Place, ...]
    """All that may be pointed at."""
    sections: tuple[SectionRule, ...]
    """Where topics are answered."""

    @property
    def due(self) -> list[Topic]:
        return [row for row in self.rows if row.why]

    @property
    def owed(self) -> list[Topic]:
        return [row for row in self.rows if row.is_owed]

    @property
    def answered(self) -> list[Topic]:
        return [row for row in self.rows if row.is_answered]


@dataclass(frozen=True)
class Lines:
    """What reports are held against, of one or of many."""

    ranked: Mapping[int, list[Demand]]
    """By demand list its ranked lines, where a revision is judged live."""
    frozen: Mapping[int, list[FrozenTopic]]
    """By approved revision what was written down of it; those from before anything was are judged live."""


def lines_for(wanted: Iterable[tuple[Report, Revision]]) -> Lines:
    """One query for the approved ones, one for those that are judged live."""
    asked = [(revision, report.demand_list_id) for report, revision in wanted if report.demand_list_id]
    frozen: dict[int, list[FrozenTopic]] = {}
    approved = [revision.pk for revision, _list in asked if revision.is_approved]
    rows = FrozenTopic.objects.filter(revision__in=approved).select_related("demand")
    for row in rows if approved else ():
        frozen.setdefault(row.revision_id, []).append(row)
    ranked: dict[int, list[Demand]] = {pk: [] for revision, pk in asked if revision.pk not in frozen}
    demands = Demand.objects.filter(demand_list__in=ranked, rank__isnull=False).order_by("rank")
    for demand in demands if ranked else ():
        ranked[demand.demand_list_id].append(demand)
    return Lines(ranked, frozen)


def topics_of(report: Report, content: Content, lines: Lines | None = None) -> Topics:
    """Every ranked line of the list the report was written for; `lines` where they are at hand."""
    lines = lines or lines_for([(report, content.revision)])
    rules = rules_of(report)
    sections = rules.answering_sections
    places = places_of(rules, content)
    here = {each.code for each in sections}
    inside = {code: rows for code, rows in places.items() if code in here}
    outside = {code: rows for code, rows in places.items() if code not in here}
    pointable = tuple(place for rows in inside.values() for place in rows)
    reader = _Reader(content, rules.silence, pointable)
    frozen = lines.frozen.get(content.revision.pk)
    if frozen is not None:
        by_anchor = {place.anchor: place for rows in places.values() for place in rows}
        return Topics(tuple(reader.frozen(each, by_anchor) for each in frozen), pointable, sections)
    demands = lines.ranked.get(report.demand_list_id or 0, [])
    answers = _heard(demands, inside)
    silent = [each for each in demands if not answers[each.pk][0]]
    other = _heard(silent, outside)
    nothing: tuple[list[Quote], list[Quote]] = ([], [])
    rows = tuple(reader.topic(each, answers[each.pk], other.get(each.pk, nothing)) for each in demands)
    return Topics(rows, pointable, sections)


def unanswered_in(topics: Topics) -> tuple[Unanswered, ...]:
    """What stands between the report and being handed in."""
    return tuple(
        Unanswered(
            rank=topic.demand.rank or 0,
            title=topic.demand.title,
            why=topic.why,
            is_mentioned=topic.answer.code is Answer.MENTIONED,
            section=topics.sections[0].code,
            anchor=f"topic-{topic.demand.pk}",
        )
        for topic in topics.owed
    )


def places_of(rules: ReportsPolicy, content: Content) -> dict[str, list[Place]]:
    """By section, in the order of the report, what stands in it: paragraphs, then promises."""
    values = {each.number: value_words(each) for each in content.claims}
    photos = frozenset(each.number for each in content.photos)
    bodies = {each.code: each.body for each in content.sections}
    found: dict[str, list[Place]] = {}
    for position, section in enumerate(rules.sections, start=1):
        rows = found[section.code] = []
        for ordinal, text in enumerate(plain_blocks(bodies.get(section.code, "")), start=1):
            words = {"numeral": numeral(position), "n": ordinal}
            label = gettext("第%(numeral)s部分第 %(n)s 段") % words
            read = as_read(text, claims=values, photos=photos)
            rows.append(Place(section.code, f"p-{section.code}-{ordinal}", label, text, read))
        if section.holds is Holds.COMMITMENTS:
            rows += [_told(section.code, each) for each in content.commitment_accounts]
            rows += [_promised(section.code, each) for each in content.commitments]
    return found


def _told(section: str, account: CommitmentAccount) -> Place:
    title, became = account.commitment.title, account.get_became_display()
    text = f"{became}：{account.words}"
    label = gettext("上期承诺“%(title)s”") % {"title": title}
    return Place(section, f"told-{account.commitment_id}", label, text, f"{title}，{text}")


def _promised(section: str, commitment: Commitment) -> Place:
    due = commitment.first_due_on
    day = f"{due.year}年{due.month}月{due.day}日前完成" if due else ""
    parts = (commitment.measure.rstrip("。"), commitment.target.rstrip("。"), day)
    text = f"{commitment.title}：{'；'.join(part for part in parts if part)}。"
    label = gettext("承诺 %(n)s") % {"n": commitment.number}
    return Place(section, f"commitment-{commitment.number}", label, text, text)


def place_of(pointer: PointedPassage, places: Iterable[Place]) -> Place | None:
    """What is pointed at, while it still says what it said."""
    wanted = (pointer.section, pointer.text_sha256)
    return next((each for each in places if (each.section, each.sha256) == wanted), None)


class _Reader:
    """What the company wrote and pointed at for single lines, as each line is put together."""

    def __init__(self, content: Content, rules: SilenceRules, places: Sequence[Place]) -> None:
        self.rules = rules
        self.worded = {each.demand_id: each for each in content.topic_answers}
        self.pointed = {each.demand_id: each for each in content.pointed_passages}
        self.places = places
        self.by_anchor = {place.anchor: place for place in places}

    def topic(
        self,
        demand: Demand,
        inside: tuple[list[Quote], list[Quote]],
        outside: tuple[list[Quote], list[Quote]],
    ) -> Topic:
        passages, mentions = inside
        elsewhere, mentions_elsewhere = outside
        worded, pointer = self.worded.get(demand.pk), self.pointed.get(demand.pk)
        pointed = place_of(pointer, self.places) if pointer else None
        is_lapsed = pointer is not None and pointed is None
        if pointed is None and worded is not None and worded.commitment is not None:
            pointed = self.by_anchor.get(f"commitment-{worded.commitment.number}")
        said = Said(
            in_passage=bool(passages),
            in_words=worded is not None and is_answer(demand.title, worded.words),
            is_pointed_at=pointed is not None,
            is_mentioned=bool(worded or mentions or elsewhere or mentions_elsewhere),
        )
        return Topic(
            demand=demand,
            why=_why(demand, self.rules),
            answer=answer_of(said),
            worded=worded,
            passages=tuple(passages),
            pointed=pointed,
            is_lapsed=is_lapsed,
            elsewhere=tuple(elsewhere),
            mentions=(*mentions, *mentions_elsewhere),
        )

    def frozen(self, row: FrozenTopic, by_anchor: Mapping[str, Place]) -> Topic:
        """As it was found then; a passage is quoted by its whole paragraph."""
        answering, spoken_of = (
            tuple(Quote(by_anchor[each], by_anchor[each].read) for each in anchors if each in by_anchor)
            for anchors in (row.answered_at, row.spoken_of_at)
        )
        return Topic(
            demand=row.demand,
            why=_why(row.demand, self.rules),
            answer=answer_called(row.answer),
            worded=self.worded.get(row.demand_id),
            passages=answering,
            pointed=by_anchor.get(row.pointed_at),
            mentions=spoken_of,
        )


def _why(demand: Demand, rules: SilenceRules) -> str:
    assert demand.rank is not None
    duty = duty_of(Raised(demand.rank, demand.household_count or 0), rules)
    return gettext(duty.words) % {"top": rules.top, "households": rules.households} if duty else ""


def _heard(
    demands: Iterable[Demand], places: Mapping[str, Sequence[Place]]
) -> dict[int, tuple[list[Quote], list[Quote]]]:
    """By the key of each line, the passages that answer it and those that only speak of it."""
    rows = list(demands)
    heard: dict[int, tuple[list[Quote], list[Quote]]] = {each.pk: ([], []) for each in rows}
    titles = tuple(each.title for each in rows)
    for section in places.values():
        if not (titles and section):
            continue
        text = BETWEEN.join(place.read for place in section)
        ends = accumulate(len(place.read) + len(BETWEEN) for place in section)
        starts = [0, *ends][:-1]
        for row, found in zip(rows, _found(titles, text), strict=True):
            for quotes, passages in zip(heard[row.pk], (found.passages, found.mentions), strict=True):
                quotes += [_quote(each, section, starts, text) for each in passages]
    return heard


def _quote(passage: Passage, section: Sequence[Place], starts: Sequence[int], text: str) -> Quote:
    place = section[bisect_right(starts, passage.start) - 1]
    return Quote(place, text[passage.start : passage.end].strip())


@lru_cache(maxsize=256)
def _found(titles: tuple[str, ...], text: str) -> tuple[Found, ...]:
    """Read once for each wording of a section: a public page asks for the same words again and again."""
    return tuple(find_answers(titles, {"": text}))
