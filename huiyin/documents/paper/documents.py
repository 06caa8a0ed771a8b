"""What each printed document says: one frozen dataclass per document, without a word of layout.

Moments are shown in Beijing time. Texts come as people wrote them, already masked; the press makes them printable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar


@dataclass(frozen=True)
class Qr:
    """A code to scan: where it leads, and what a screen reader says for the picture."""

    address: str
    label: str


@dataclass(frozen=True)
class Verification:
    """How the reader of a sheet can hold it against what stands on line: the same page, the latest daily anchor."""

    page: Qr
    anchor_code: str = ""
    anchor_day: date | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What every document has: a title, and the foot that says how it can be checked."""

    template: ClassVar[str]
    title: str
    verification: Verification


@dataclass(frozen=True, kw_only=True)
class Signed(Sheet):
    """A sheet that begins with whose it is (青槐街道云杉里社区) and ends with who put it up and when."""

    organisation: str
    signed_by: str
    signed_on: date | None


@dataclass(frozen=True)
class AgendaItem:
    title: str
    minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class MeetingNotice(Signed):
    """The notice of a report meeting, at least seven days before it."""

    template = "meeting_notice"
    estates: tuple[str, ...]
    starts_at: datetime
    venue: str
    chair: str
    reporter: str
    agenda: tuple[AgendaItem, ...]
    report_lines: tuple[str, ...] = ()
    """What the report says, in a few short sentences."""
    ask: Qr
    duty_phone: str = ""
    changed_from: datetime | None = None
    """When it was to be before it was postponed; struck through, never left out."""


@dataclass(frozen=True)
class Figure:
    """A counted thing of the digest. `of` is the denominator in words, `note` what the number leaves out."""

    label: str
    value: str
    unit: str = ""
    of: str = ""
    note: str = ""


@dataclass(frozen=True)
class DigestSection:
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Promise:
    title: str
    owner: str
    due_on: date
    first_due_on: date | None = None
    funding: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportDigest(Signed):
    """一图读懂: the report on a sheet."""

    template = "report_digest"
    company: str
    period_from: date
    period_to: date
    figures: tuple[Figure, ...]
    sections: tuple[DigestSection, ...]
    promises: tuple[Promise, ...]
    """The first of those that are still open."""
    promise_count: int
    """How many are open."""
    promises_note: str = ""
    """What is not among them: further ones, kept ones, dropped ones."""
    whole_report: Qr
    duty_phone: str = ""


@dataclass(frozen=True)
class ListLine:
    """A matter of one of the three lists, or of a forum's agenda."""

    number: str
    title: str
    lead: str
    due_on: date
    first_due_on: date | None = None
    me_too: int = 0
    """How many households asked the same."""
    is_overdue: bool = False
    is_replied: bool = False


@dataclass(frozen=True)
class ThreeLists:
    """One of the three lists: the lines that are shown, and how many there are."""

    label: str
    count: int
    lines: tuple[ListLine, ...]


@dataclass(frozen=True)
class Solved:
    number: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Bulletin(Signed):
    """The monthly sheet of the three lists."""

    template = "bulletin"
    month: date
    as_of: datetime
    late_note: str = ""
    lead: str
    lists: tuple[ThreeLists, ...]
    solved: tuple[Solved, ...] = ()
    everything: Qr
    duty_phone: str = ""


@dataclass(frozen=True)
class QuestionSlip:
    number: str
    ask: Qr


@dataclass(frozen=True, kw_only=True)
class QuestionSlips(Sheet):
    """Empty slips for those who ask on paper: number, code, lines to write on; three on A4, six on A3."""

    template = "question_slips"
    organisation: str
    starts_at: datetime
    slips: tuple[QuestionSlip, ...]


@dataclass(frozen=True)
class CaseSlip:
    """What somebody takes home: the number, how it is read out, by when there is an answer."""

    number: str
    spoken: str
    title: str
    place: str
    registered_on: date
    due_on: date | None
    area: str
    duty_phone: str
    progress: Qr
    due_hour: str = ""
    """As it is said, for a limit in hours."""


@dataclass(frozen=True, kw_only=True)
class CaseSlips(Sheet):
    """Slips of registered matters, three on A4, six on A3."""

    template = "case_slips"
    slips: tuple[CaseSlip, ...]


@dataclass(frozen=True)
class AgendaGroup:
    title: str
    lines: tuple[ListLine, ...]


@dataclass(frozen=True, kw_only=True)
class ForumAgenda(Signed):
    """The agenda of a quarterly owners' forum: everything that is still open."""

    template = "forum_agenda"
    starts_at: datetime
    venue: str
    chair: str
    groups: tuple[AgendaGroup, ...]
    online: Qr
    duty_phone: str = ""


@dataclass(frozen=True)
class RatingLetter:
    """One household's letter; who cannot scan types the code where the letters say."""

    household: str
    rate: Qr
    code: str


@dataclass(frozen=True, kw_only=True)
class RatingLetters(Sheet):
    """The letters with which each household rates a meeting, a page each."""

    template = "rating_letters"
    organisation: str
    company: str
    held_on: date
    closes_at: datetime | None
    """None while the meeting is not over: then the letter says for how many days it can be used."""
    open_days: int
    questions: tuple[str, ...]
    smallest_count: int
    """Below so many answers no result is shown (policy)."""
    duty_phone: str
    typed_at: str
    """Address of the page on which a code is typed."""
    letters: tuple[RatingLetter, ...]


@dataclass(frozen=True)
class OpenFloor:
    """An interval in which residents could ask."""

    sitting: int
    opened_at: datetime
    closed_at: datetime
    total: timedelta
    """How much of it counts; less than its length where it overlaps another."""


@dataclass(frozen=True)
class Count:
    label: str
    value: int
    unit: str


@dataclass(frozen=True, kw_only=True)
class ClockCertificate(Signed):
    """How long the floor was open, what came of each question, and who can vouch for it."""

    template = "clock_certificate"
    estates: tuple[str, ...]
    days: tuple[date, ...]
    """The day of each sitting."""
    venue: str
    chair: str
    chair_note: str = ""
    intervals: tuple[OpenFloor, ...]
    total: timedelta
    required: timedelta
    outcome: str
    outcome_note: str = ""
    counts: tuple[Count, ...]
    balance: str
    """asked = cases + merged + rejected, in a sentence."""
    digest: str = ""
    """SHA-256 of the record the minutes were locked with; empty until then."""
    locked_on: date | None = None
