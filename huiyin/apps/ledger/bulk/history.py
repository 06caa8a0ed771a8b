"""What happened to one case, as plain records: how it was registered, then its steps with their times and actors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.ledger.models import AnswerGiven, Topic
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.origins import Origin
from huiyin.apps.ledger.services.assign import Lead
from huiyin.apps.ledger.services.assign import Step as Plan
from huiyin.apps.ledger.services.register import AskerDraft
from huiyin.apps.places.models import Area, Estate
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.ledger_rules import Kind, Source


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that happened to a case."""

    at: datetime
    by: Actor = SYSTEM


@dataclass(frozen=True, kw_only=True)
class Assigned(Step):
    case_list: str
    lead: Lead
    due_on: date | None = None
    milestones: tuple[Plan, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rejected(Step):
    reason_code: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Started(Step):
    pass


@dataclass(frozen=True, kw_only=True)
class AskedAsker(Step):
    what_is_missing: str


@dataclass(frozen=True, kw_only=True)
class Resumed(Step):
    addition: str = ""


@dataclass(frozen=True, kw_only=True)
class Replied(Step):
    text: str
    photos: tuple[tuple[str, Evidence], ...] = ()
    no_evidence_reason: str = ""
    is_spoken: bool = False


@dataclass(frozen=True, kw_only=True)
class Delivered(Step):
    """The latest reply reached asker number `asker` (0 is the one who asked)."""

    asker: int = 0
    channel: str = Channel.SMS


@dataclass(frozen=True, kw_only=True)
class Answered(Step):
    answer: str
    comment: str = ""
    asker: int = 0
    how: str = AnswerGiven.By.SELF
    record_note: str = ""


@dataclass(frozen=True, kw_only=True)
class WindowClosed(Step):
    pass


@dataclass(frozen=True, kw_only=True)
class Joined(Step):
    person_id: int
    household_id: int


@dataclass(frozen=True, kw_only=True)
class Urged(Step):
    asker: int = 0


@dataclass(frozen=True, kw_only=True)
class Extended(Step):
    """Asked for by `by` at `at`, approved at `approved_at`."""

    due_on: date
    reason: str
    approved_by: Actor
    approved_at: datetime


@dataclass(frozen=True, kw_only=True)
class Escalated(Step):
    """The ladder is looked at: every step due by then is taken."""


@dataclass(frozen=True, kw_only=True)
class GivenUp(Step):
    """Proposed by the lead at `at`, agreed to by the secretary at `agreed_at`."""

    reason: str
    responsible_instead: str
    agreed_by: Actor
    agreed_at: datetime


@dataclass(frozen=True, kw_only=True)
class MergedInto(Step):
    into: str
    """Key of the other history."""


@dataclass(frozen=True, kw_only=True)
class Withdrawn(Step):
    pass


@dataclass(frozen=True, kw_only=True)
class MilestoneDone(Step):
    ordinal: int
    note: str


@dataclass(frozen=True, kw_only=True)
class PutInTopic(Step):
    topic: Topic


@dataclass(frozen=True, kw_only=True)
class RepliedByFile(Step):
    """An imported ledger says the case was replied to at `at`: unconfirmed at best, never confirmed."""

    text: str
    author_label: str = ""


@dataclass(frozen=True, kw_only=True)
class History:
    """One case: how it was registered, then its steps in any order of their times."""

    key: str
    at: datetime
    by: Actor
    text: str
    area: Area
    estate: Estate | None = None
    kind: str = Kind.QUESTION
    source: str = Source.WEB
    title: str = ""
    building: str = ""
    category: str = ""
    nickname: str = ""
    urgency: str = ""
    asker: AskerDraft = field(default_factory=AskerDraft)
    lead_label: str = ""
    """For an imported ledger: who it says was in charge, without an account here."""
    case_list: str = ""
    """For an imported ledger: its list, already chosen; its date counts from `at` by policy."""
    recurrence_of: str = ""
    origin: Origin | None = None
    """The row of a higher app it came from, e.g. a question of a meeting."""
    origin_label: str = ""
    file_key: str | None = None
    recorded_at: datetime | None = None
    """When an imported history was read; its events say 'as told by the file' with the file's own times."""
    steps: tuple[Step, ...] = ()
