"""Questions as rows with the events of their way through the meeting, a few statements for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from django.db.models import F

from huiyin.apps.audit.bulk import EventDraft
from huiyin.apps.ledger.limits import public_reason as ledger_reason
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import Meeting, Pulse, Question, QuestionPrivate, Support
from huiyin.apps.places.models import Household
from huiyin.apps.portal.demo.meetings.asking import Asked
from huiyin.apps.portal.demo.meetings.plans import Moments, Sat
from huiyin.apps.portal.demo.residents import Resident
from huiyin.domain.access import ANONYMOUS, Actor
from huiyin.domain.canonical import JSON
from huiyin.domain.meeting_phases import Phase
from huiyin.domain.question_workflow import MAY_TAKE_IN, Direction, QuestionStatus

_KIND = {
    QuestionStatus.ANSWERED: "question_answered",
    QuestionStatus.DEFERRED: "question_deferred",
    QuestionStatus.MERGED: "question_merged",
    QuestionStatus.HIDDEN: "question_hidden",
    QuestionStatus.REJECTED: "question_rejected",
}


class QuestionRows:
    """The questions of one meeting; managers and companies by estate."""

    def __init__(
        self,
        meeting: Meeting,
        asked: list[Asked],
        moments: Moments,
        *,
        secretary: Actor,
        worker: Actor,
        managers: dict[int, Actor],
        companies: dict[int, str],
        keeps_contacts: bool,
    ) -> None:
        self.meeting, self.asked, self.moments = meeting, asked, moments
        self.secretary, self.worker, self.managers = secretary, worker, managers
        self.companies, self.keeps_contacts = companies, keeps_contacts

    def write(self) -> None:
        Question.objects.bulk_create([self._row(each) for each in self.asked])
        QuestionPrivate.objects.bulk_create([self._private(each) for each in self.asked])
        Pulse.objects.filter(meeting=self.meeting).update(
            last_number=len(self.asked), version=F("version") + len(self.asked)
        )

    def _row(self, asked: Asked) -> Question:
        row = Question(
            pk=asked.pk,
            meeting=self.meeting,
            estate=asked.estate,
            number=asked.number,
            direction=asked.direction,
            way=asked.way,
            is_in_advance=asked.is_in_advance,
            text=asked.text,
            building=asked.building,
            nickname=self._nickname(asked),
            asked_at=asked.asked_at,
            status=asked.status,
            status_since=asked.status_at or asked.asked_at,
            is_let_through=asked.status != QuestionStatus.HELD,
        )
        at = row.status_since
        if asked.status == QuestionStatus.ANSWERED:
            row.spoken_answer, row.answered_at = asked.answer, at
            row.answered_by_label = self._answerer(asked)
        elif asked.status == QuestionStatus.HIDDEN:
            row.hidden_code = asked.reason[0]
            row.hidden_reason = limits.public_reason("hiding", *asked.reason, at)
        elif asked.status == QuestionStatus.REJECTED:
            row.rejected_code, row.rejected_note = asked.reason
            row.rejected_reason = ledger_reason("rejection", *asked.reason, at)
        elif asked.status == QuestionStatus.MERGED and asked.into is not None:
            row.merged_into_id = asked.into.pk
        return row

    def _nickname(self, asked: Asked) -> str:
        if asked.direction == Direction.TO_RESIDENTS:
            return self.companies[asked.estate.pk][:20]
        return asked.nickname

    def _answerer(self, asked: Asked) -> str:
        to_company = asked.direction == Direction.TO_COMPANY
        return self.managers[asked.estate.pk].label[:80] if to_company else "到场居民"

    def _private(self, asked: Asked) -> QuestionPrivate:
        resident = asked.resident
        return QuestionPrivate(
            question_id=asked.pk,
            person=resident.person if resident else None,
            household=resident.home if resident else None,
            name=asked.name if self.keeps_contacts else "",
            phone=asked.phone if self.keeps_contacts else "",
            channel=asked.channel,
        )

    # --- events ---

    def drafts(self) -> Iterator[EventDraft]:
        for asked in self.asked:
            yield self._asked(asked)
            if asked.status_at is None:
                continue
            if asked.status in (QuestionStatus.ANSWERED, QuestionStatus.DEFERRED):
                shown_at = asked.status_at - timedelta(seconds=95)
                if shown_at > asked.asked_at and self._sat(shown_at).phase_at(shown_at) == Phase.QUESTIONS:
                    yield self._draft(asked, "question_on_screen", shown_at, status=QuestionStatus.SHOWN)
            yield self._settled(asked)

    def _sat(self, at: datetime) -> Sat:
        begun = [each for each in self.moments.sittings if each.planned_at - timedelta(days=1) <= at]
        return begun[-1] if begun else self.moments.sittings[0]

    def _draft(
        self,
        asked: Asked,
        kind: str,
        at: datetime,
        *,
        status: str,
        by: Actor | None = None,
        texts: dict[str, str] | None = None,
        private: dict[str, JSON] | None = None,
        **public: JSON,
    ) -> EventDraft:
        return EventDraft(
            kind=f"meetings.{kind}",
            stream=self.meeting.stream,
            by=by or self.worker,
            now=at,
            public={
                "phase": str(self._sat(at).phase_at(at)),
                "question": asked.number,
                "status": str(status),
                **public,
            },
            texts={name: text for name, text in (texts or {}).items() if text},
            private=private or {},
        )

    def _asked(self, asked: Asked) -> EventDraft:
        by = asked.resident.actor if asked.resident else self.worker
        if asked.direction == Direction.TO_RESIDENTS:
            by = self.managers[asked.estate.pk]
        elif asked.status == QuestionStatus.HELD:
            by = ANONYMOUS
        first = QuestionStatus.HELD if asked.status == QuestionStatus.HELD else QuestionStatus.SHOWN
        return self._draft(
            asked,
            "question_asked",
            asked.asked_at,
            status=first,
            by=by,
            texts={"text": asked.text, "building": asked.building, "nickname": self._nickname(asked)},
            private={"text": asked.text, "contact": [asked.name, asked.phone]},
            estate=asked.estate.code,
            direction=str(asked.direction),
            way=str(asked.way),
        )

    def _settled(self, asked: Asked) -> EventDraft:
        assert asked.status_at is not None
        status, row = QuestionStatus(asked.status), self._row(asked)
        by, texts, public = self.worker, dict[str, str](), dict[str, JSON]()
        if status is QuestionStatus.ANSWERED:
            texts = {"answer": row.spoken_answer, "answered_by": row.answered_by_label}
        elif status is QuestionStatus.MERGED and asked.into is not None:
            by, public = self.secretary, {"into": asked.into.number}
        elif status in (QuestionStatus.HIDDEN, QuestionStatus.REJECTED):
            by, public = self.secretary, {"reason_code": asked.reason[0]}
            texts = {"reason": row.hidden_reason or row.rejected_reason}
        draft = self._draft(asked, _KIND[status], asked.status_at, status=status, by=by, texts=texts)
        return replace(draft, public={**draft.public, **public})

    # --- who asks the same ---

    def support(self, residents: dict[int, list[Resident]], homes: list[Household], now: datetime) -> None:
        """Neighbours with an account, and households by the code of their letter."""
        rng = Random(f"{self.meeting.title}/supports")
        rows = []
        for asked in self.asked:
            if asked.status not in MAY_TAKE_IN or asked.direction == Direction.TO_RESIDENTS:
                continue
            liking = rng.random() ** 2
            voices: list[tuple[int | None, int | None]] = [
                (each.person.pk, each.home.pk)
                for each in residents[asked.estate.pk]
                if each is not asked.resident and rng.random() < liking
            ]
            mine = {household for _, household in voices}
            voices += [
                (None, home.pk)
                for home in homes
                if home.estate_id == asked.estate.pk and home.pk not in mine and rng.random() < liking * 0.35
            ]
            until = asked.status_at or min(now, asked.asked_at + timedelta(hours=5))
            rows += [
                Support(
                    meeting=self.meeting,
                    question_id=asked.pk,
                    person_id=person,
                    household_id=household,
                    supported_at=asked.asked_at + (until - asked.asked_at) * rng.random(),
                )
                for person, household in voices
            ]
        Support.objects.bulk_create(rows)
