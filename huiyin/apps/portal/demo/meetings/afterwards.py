"""What becomes of questions after a meeting: each a case of the ledger with the life it had since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.bulk import History
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.origins import Origin
from huiyin.apps.ledger.services.assign import Lead
from huiyin.apps.ledger.services.register import AskerDraft
from huiyin.apps.meetings import limits as meeting_limits
from huiyin.apps.meetings.services.close import NOT_SHOWN
from huiyin.apps.portal.demo.ground import Served
from huiyin.apps.portal.demo.lives import Life, happened_by
from huiyin.apps.portal.demo.meetings.asking import Asked
from huiyin.apps.portal.demo.meetings.plans import MeetingPlan
from huiyin.apps.portal.demo.staff import secretary_on
from huiyin.apps.portal.demo.year import Year
from huiyin.domain.access import Actor, FixedActor
from huiyin.domain.ledger_rules import CaseList, Kind, Source
from huiyin.domain.question_workflow import Direction, QuestionStatus


@dataclass
class QuestionLife(Life):
    """A case that was born at a meeting: answered there and then, or in writing afterwards."""

    words: str = ""
    """The first reply, where the matter's own words do not fit."""
    speaker: Actor | None = None
    """Who wrote down what was said; None where it was not answered at the meeting."""

    def play(self) -> None:
        if self.speaker is None:
            super().play()
            return
        self.steps.append(
            told.Assigned(at=self.at, by=self.secretary, case_list=CaseList.IMMEDIATE, lead=self.lead)
        )
        due = limits.due_for(CaseList.IMMEDIATE, registered_at=self.at, urgency="", on=self.at).at
        self.answer_rounds(self.at, due, self.teller)

    def replied(self, at: datetime, round_: int) -> told.Replied:
        if round_ == 0 and self.speaker is not None:
            return told.Replied(at=at, by=self.speaker, text=self.words, is_spoken=True)
        return super().replied(at, round_)


class Afterwards:
    """Histories of one meeting's questions, for the bulk path of the ledger."""

    def __init__(self, plan: MeetingPlan, closed_at: datetime, year: Year) -> None:
        self.plan, self.closed_at, self.year = plan, closed_at, year

    def histories(self, asked: list[Asked]) -> dict[str, History]:
        """By key; those that others were merged into come first, as at a real closing.

        What the company asked the residents goes into no ledger.
        """
        of_residents = [each for each in asked if each.direction == Direction.TO_COMPANY]
        in_order = sorted(of_residents, key=lambda each: (each.status == QuestionStatus.MERGED, each.number))
        return {self.key(each): self.history(each) for each in in_order}

    def key(self, asked: Asked) -> str:
        return f"{self.plan.key}/{asked.number}"

    def history(self, asked: Asked) -> History:
        secretary = secretary_on(
            self.year.staff, asked.estate.area, self.closed_at.date(), self.year.now.date()
        )
        is_hidden = asked.status == QuestionStatus.HIDDEN
        reason = meeting_limits.public_reason("hiding", *asked.reason, self.closed_at) if is_hidden else ""
        draft = AskerDraft(
            person_id=asked.resident.person.pk if asked.resident else None,
            household_id=asked.resident.home.pk if asked.resident else None,
            channel=asked.channel,
            name=asked.name,
            phone=asked.phone,
        )
        return History(
            key=self.key(asked),
            at=self.closed_at,
            by=asked.resident.actor if asked.resident else secretary,
            text=NOT_SHOWN % {"number": asked.number, "reason": reason} if is_hidden else asked.text,
            area=asked.estate.area,
            estate=asked.estate,
            kind=Kind.QUESTION,
            source=Source.MEETING,
            building="" if is_hidden else asked.building,
            category=asked.category,
            nickname="" if is_hidden else asked.nickname,
            asker=draft,
            origin=Origin("meetings.question", str(asked.pk)),
            origin_label=f"第 {asked.number} 问 {self.plan.title}"[:40],
            steps=happened_by(self.steps(asked, secretary), self.year.now),
        )

    def steps(self, asked: Asked, secretary: Actor) -> list[told.Step]:
        if asked.status == QuestionStatus.REJECTED:
            code, note = asked.reason
            return [told.Rejected(at=self.closed_at, by=secretary, reason_code=code, note=note)]
        if asked.status == QuestionStatus.MERGED:
            assert asked.into is not None
            return [told.MergedInto(at=self.closed_at, by=secretary, into=self.key(asked.into))]
        life = self.life(asked, secretary)
        life.play()
        return life.steps

    def life(self, asked: Asked, secretary: Actor) -> QuestionLife:
        year, served = self.year, self.served(asked)
        manager = year.staff.managers[served.engagement.pk]
        outlives = served.engagement.ends_on is not None and asked.status != QuestionStatus.ANSWERED
        by_area = asked.matter.lead == "area" or outlives
        speaker = None
        if asked.status == QuestionStatus.ANSWERED:
            label = f"{manager.label}（报告会当场答复，{secretary.label} 记录）"
            speaker = FixedActor(secretary.key, label[:80])
        return QuestionLife(
            rng=year.rng,
            key=self.key(asked),
            matter=asked.matter,
            teller=asked.teller,
            at=self.closed_at,
            now=year.now,
            care=served.care,
            lead=Lead.of_area(asked.estate.area) if by_area else Lead.company(served.engagement),
            author=secretary if by_area else manager,
            secretary=secretary,
            worker=year.staff.workers[asked.estate.area_id],
            street=year.staff.officers[asked.estate.area.parent_id or 0],
            channel=asked.channel,
            asker=asked.resident.actor if asked.resident else year.staff.workers[asked.estate.area_id],
            words=asked.answer,
            speaker=speaker,
        )

    def served(self, asked: Asked) -> Served:
        return self.year.serving_on(asked.estate, self.closed_at.date() - timedelta(days=1))
