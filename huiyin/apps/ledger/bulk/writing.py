"""Playing histories in the order of time and writing their rows and events: a handful of statements for each table.

It uses the rules of the services (workflow, limits, ladder, masking) and is proven equal to them on a sample by
tests/apps/ledger/test_writing_in_bulk.py. It checks no permissions: who may import or load the demo is decided before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from huiyin.apps.audit.bulk import EventDraft, record_many
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.bulk.history import History, Joined, Replied, RepliedByFile, Step
from huiyin.apps.ledger.bulk.playing import Played, play, say
from huiyin.apps.ledger.models import Asker, Case, Reply
from huiyin.apps.ledger.models.askers import Part
from huiyin.apps.ledger.models.cases import LeadKind
from huiyin.apps.ledger.services.register import (
    contact_of,
    drafted_case,
    private_of,
    registered_fields,
    registered_private,
    registered_texts,
    search_vector,
)
from huiyin.domain.case_numbers import number_for
from huiyin.domain.case_workflow import Status
from huiyin.domain.ledger_rules import CaseList

BATCH = 500


@transaction.atomic
def write(histories: Sequence[History]) -> list[Case]:
    """Write all histories with their events in one transaction; cases come back in the order given.

    Numbers follow the order of registration. Reactions do not run: nobody is told of what is long past.
    """
    run = _Run(histories)
    run.play()
    run.save()
    return [run.played[history.key].case for history in histories]


class _Run:
    """The rows and drafts of one `write`, collected in the order of time."""

    def __init__(self, histories: Sequence[History]) -> None:
        self.histories = histories
        self.played: dict[str, Played] = {}
        self.rows: dict[type[Model], list[Model]] = {}
        self.drafts: list[EventDraft] = []
        steps = [step for history in histories for step in history.steps]
        self.case_ids = _new_ids(Case, len(histories))
        self.asker_ids = _new_ids(Asker, len(histories) + sum(isinstance(s, Joined) for s in steps))
        self.reply_ids = _new_ids(Reply, sum(isinstance(s, Replied | RepliedByFile) for s in steps))
        self.numbers = {year: _numbers(year, count) for year, count in _years(histories).items()}

    # --- Rows, as the steps use it ---

    def keep(self, row: Model) -> None:
        self.rows.setdefault(type(row), []).append(row)

    def new_asker(self, **values: Any) -> Asker:
        asker = Asker(pk=next(self.asker_ids), **values)
        self.keep(asker)
        return asker

    def new_reply(self, **values: Any) -> Reply:
        reply = Reply(pk=next(self.reply_ids), **values)
        self.keep(reply)
        return reply

    def draft(self, draft: EventDraft) -> None:
        self.drafts.append(draft)

    def find(self, key: str) -> Played:
        return self.played[key]

    # --- the run ---

    def play(self) -> None:
        moments: list[tuple[datetime, int, int, History, Step | None]] = []
        for order, history in enumerate(self.histories):
            moments.append((history.at, order, 0, history, None))
            moments += [
                (step.at, order, place, history, step) for place, step in enumerate(history.steps, start=1)
            ]
        for _at, _order, _place, history, step in sorted(moments, key=lambda moment: moment[:3]):
            if step is None:
                self.register(history)
            else:
                play(step, self.played[history.key], self)

    def register(self, history: History) -> None:
        case = drafted_case(
            text=history.text,
            area=history.area,
            estate=history.estate,
            kind=history.kind,
            source=history.source,
            title=history.title,
            building=history.building,
            category=history.category,
            nickname=history.nickname,
            urgency=history.urgency,
            now=history.at,
        )
        case.pk = next(self.case_ids)
        case.number = number_for(history.at.year, next(self.numbers[history.at.year]))
        case.file_key = history.file_key
        case.origin_key = history.origin.key if history.origin else ""
        case.origin_label = history.origin_label
        case.is_told_by_file = history.recorded_at is not None
        if not any(isinstance(step, RepliedByFile) for step in history.steps):
            case.imported_at = history.recorded_at
        if history.recurrence_of:
            case.recurrence_of = self.played[history.recurrence_of].case
        if history.lead_label:
            case.lead_kind, case.lead_label = LeadKind.DEPARTMENT, history.lead_label[:80]
        if history.case_list:
            due = limits.due_for(
                CaseList(history.case_list), registered_at=history.at, urgency=history.urgency, on=history.at
            )
            case.case_list, case.first_due_at, case.due_at = history.case_list, due.at, due.at
            if case.lead_label:
                case.status, case.assigned_at = Status.ASSIGNED, history.at
        draft = history.asker
        asker = self.new_asker(
            case=case,
            part=Part.ORIGINAL,
            person_id=draft.person_id,
            household_id=draft.household_id,
            channel=draft.channel,
            joined_at=history.at,
        )
        self.keep(case)
        for extra in (
            contact_of(asker, draft),
            private_of(case, text=history.text, title=history.title, building=history.building),
        ):
            if extra is not None:
                self.keep(extra)
        played = Played(history, case, [asker])
        self.played[history.key] = played
        say(
            self,
            played,
            "case_imported" if case.is_told_by_file else "case_registered",
            by=history.by,
            now=history.at,
            public=registered_fields(case, asker),
            texts=registered_texts(case),
            private=registered_private(text=history.text, nickname=history.nickname, draft=draft),
        )

    def save(self) -> None:
        for case in self.rows.get(Case, []):
            assert isinstance(case, Case)
            case.search = search_vector(case)
        # Foreign keys are checked at commit, so the order of tables does not matter; ids are known beforehand.
        for model, rows in self.rows.items():
            model._default_manager.bulk_create(rows, batch_size=BATCH)
        record_many(self.drafts)


def _new_ids(model: type[Model], count: int) -> Iterator[int]:
    """Primary keys taken from the table's sequence before the rows are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return iter([row[0] for row in cursor.fetchall()])


def _years(histories: Sequence[History]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for history in histories:
        counts[history.at.year] = counts.get(history.at.year, 0) + 1
    return counts


def _numbers(year: int, count: int) -> Iterator[int]:
    """The next `count` sequence numbers of a year, kept from everybody else until commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_numbercounter (year, last) VALUES (%s, %s) "
            "ON CONFLICT (year) DO UPDATE SET last = ledger_numbercounter.last + %s RETURNING last",
            [year, count, count],
        )
        (last,) = cursor.fetchone()
    return iter(range(last - count + 1, last + 1))
