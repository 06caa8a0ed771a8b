"""The reports of the demo on their way: demands first, then written, returned or approved, promises moved and kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from huiyin.apps.ledger.models import Case
from huiyin.apps.places.models import Estate
from huiyin.apps.policies.selectors import policy_on
from huiyin.apps.portal.demo.ground import Ground, Served
from huiyin.apps.portal.demo.phrases import Teller
from huiyin.apps.portal.demo.reports import correction, lists
from huiyin.apps.portal.demo.reports.calendar import Half, halves
from huiyin.apps.portal.demo.reports.composing import Composer, Draft
from huiyin.apps.portal.demo.reports.explaining import explain_deviations
from huiyin.apps.portal.demo.reports.facts import Facts, ledger_facts
from huiyin.apps.portal.demo.reports.lists import Neighbourhood
from huiyin.apps.portal.demo.reports.papers import sheets_of
from huiyin.apps.portal.demo.reports.photos import Album
from huiyin.apps.portal.demo.reports.records import Kept, RecordKeeper
from huiyin.apps.portal.demo.reports.rows import DraftRows
from huiyin.apps.portal.demo.reports.stories import EARLIER, LATEST, Promise, Raised, Story, stories
from huiyin.apps.portal.demo.residents import Resident, buildings_of
from huiyin.apps.portal.demo.staff import FIRST_ESTATE, Staff, secretary_on
from huiyin.apps.reports.contents import content_of
from huiyin.apps.reports.findings import findings_of
from huiyin.apps.reports.models import Commitment, Demand, Report
from huiyin.apps.reports.promises import is_inherited, to_account_for
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import review
from huiyin.apps.reports.services.commitments import (
    drop_commitment,
    keep_commitment,
    move_commitment,
    put_commitment,
)
from huiyin.apps.reports.services.drafting import write_section
from huiyin.apps.reports.services.excusing import excuse_finding
from huiyin.apps.reports.services.opening import open_report
from huiyin.domain.access import Actor
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.report_parts import AccountKind

# Estates whose list has not gone to the company: still collecting, and confirmed alone.
COLLECTING, CONFIRMED = "NPY01", "ZLG01"
DRAFT, SUBMITTED, RETURNED, SUBMITTED_AGAIN = "draft", "submitted", "returned", "submitted_again"


@dataclass
class Told:
    """A report with what it was made of."""

    report: Report
    story: Story
    draft: Draft
    manager: Actor
    secretary: Actor
    half: Half
    kept: Kept
    """What its maintenance records say otherwise."""


@dataclass
class Reports:
    """Tells both half-years; `told` is asked by the meetings afterwards."""

    ground: Ground
    staff: Staff
    residents: dict[int, list[Resident]]
    cases: Iterable[Case]
    album: Album
    now: datetime
    told: dict[tuple[str, str], Told] = field(default_factory=dict)
    """By estate and half; of an estate with two reports in a half the later one."""

    def __post_init__(self) -> None:
        self.halves = halves(self.now.date())
        self.metrics = policy_on("metrics", self.now.date()).values
        self.rules = policy_on("reports", self.now.date()).values
        self.estates = {estate.code: estate for estate in self.ground.estates}
        self.keeper = RecordKeeper(self.now)
        self.at_estate: dict[int | None, list[Case]] = defaultdict(list)
        for case in self.cases:
            self.at_estate[case.estate_id].append(case)

    # --- one half-year ---

    def tell(self, name: str) -> None:
        half = self.halves[name]
        sent: dict[str, list[Demand]] = {}
        for code, told in stories().items():
            of_half = [story for story in told if story.half == name]
            if of_half:
                # A company that left wrote before anybody collected.
                for story in of_half[:-1]:
                    self.write(code, story, half, [])
                sent[code] = self.collect(code, half, of_half[-1].raised)
                self.write(code, of_half[-1], half, sent[code])
        if name == LATEST:
            self.collect_elsewhere(half)

    def place(self, code: str, at: datetime) -> Neighbourhood:
        estate = self.estates[code]
        return Neighbourhood(
            estate,
            secretary_on(self.staff, estate.area, at.date(), self.now.date()),
            self.staff.workers[estate.area_id],
            self.residents[estate.pk],
        )

    def collect(self, code: str, half: Half, raised: Raised | None = None) -> list[Demand]:
        place = self.place(code, half.list_opened_at)
        is_first = (code, EARLIER) not in self.told
        demand_list = lists.collect(place, half, begins_list=is_first, until=self.now, raised=raised)
        lists.confirm(demand_list, place, half)
        return lists.hand_over(demand_list, place, half)

    def collect_elsewhere(self, half: Half) -> None:
        """Lists that have not come so far: confirmed; late and still collecting; and the first of the half to come."""
        place = self.place(CONFIRMED, half.list_opened_at)
        lists.confirm(lists.collect(place, half, begins_list=True, until=self.now), place, half)
        place = self.place(COLLECTING, half.list_opened_at)
        lists.collect_late(place, half.period.from_on, opened_at=self.now - timedelta(days=9), until=self.now)
        place = self.place(FIRST_ESTATE, self.now)
        lists.collect_late(place, None, opened_at=self.now - timedelta(days=6), until=self.now)

    # --- one report ---

    def write(self, code: str, story: Story, half: Half, demands: list[Demand]) -> None:
        estate = self.estates[code]
        served = self.served(code, story)
        ends_on = served.engagement.ends_on
        has_left = ends_on is not None and ends_on <= half.period.to_on
        at = half.report_opened_at
        if has_left and ends_on is not None:
            at = half.day((ends_on - half.period.to_on).days - 2, 11, 5)
        manager = self.staff.managers[served.engagement.pk]
        secretary = secretary_on(self.staff, estate.area, at.date(), self.now.date())
        begins = None if demands or (code, EARLIER) in self.told else half.period.from_on
        report = open_report(
            engagement=served.engagement,
            by=secretary if begins else manager,
            begins_on=begins,
            now=at,
        )
        period = Period(report.period_from, report.period_to)
        draft = self.compose(estate, story, served, period, at)
        figures = [placed.figure for placed in draft.figures]
        kept = self.keeper.keep(served.engagement, period, figures, manner=story.manner, by=manager)
        self.told[code, half.name] = Told(report, story, draft, manager, secretary, half, kept)
        first = correction.mistaken(draft) if self.is_corrected(code, half) else draft
        rows = DraftRows(report, first, metrics=self.metrics, label=manager.label, at=half.submitted_at)
        photos = self.album.of(code, story, by=manager, at=at)
        papers = sheets_of(report, first.figures, metrics=self.metrics, by=manager)
        rows.write(papers, photos, owner=served.manager_name)
        rows.answer(demands if story.state != DRAFT else demands[:2], Teller(Random(f"{code}/{half.name}")))
        if story.raised is not None:
            rows.point(story.raised, demands, by=manager)
        if story.state != DRAFT:
            owed = list(to_account_for(report))
            rows.account_for(
                owed,
                {promise.title: promise for promise in self.promises_of(code)},
                inherited=bool(owed) and is_inherited(owed[0], report, None),
                tell=self.told[code, EARLIER].draft.say if owed else draft.say,
            )
        keep_sentences(report, story, by=manager, at=half.submitted_at)
        self.review(self.told[code, half.name])

    def is_corrected(self, code: str, half: Half) -> bool:
        return code == FIRST_ESTATE and half.name == EARLIER

    def served(self, code: str, story: Story) -> Served:
        rows = self.ground.serving[code]
        if not story.company:
            return rows[-1]
        company = self.ground.companies[story.company]
        return next(row for row in rows if row.engagement.company_id == company.pk)

    def promises_of(self, code: str) -> list[Promise]:
        told = self.told.get((code, EARLIER))
        return told.story.promises if told else []

    def compose(self, estate: Estate, story: Story, served: Served, period: Period, at: datetime) -> Draft:
        facts = Facts(
            code=estate.code,
            kind=estate.kind,
            households=estate.household_count,
            floor_area_m2=int(estate.floor_area_m2 or 0),
            buildings=buildings_of(estate),
            lifts=estate.lift_count or 0,
            fee=served.engagement.fee_per_m2 or Decimal(0),
            level=served.engagement.service_level or 1,
            care=served.care,
            period=period,
            ledger=ledger_facts(self.at_estate[estate.pk], period, at, served.engagement.pk),
        )
        composer = Composer(
            facts,
            story,
            metrics=self.metrics,
            scenes=self.album.scenes(estate.code, story),
            required=self.rules.required_metrics(served.engagement.service_level),
            openings=self.openings(estate.code, served),
        )
        return composer.compose()

    def openings(self, code: str, served: Served) -> dict[AccountKind, Decimal]:
        """What the report before left; of its own books only where the company is the same."""
        before = self.told.get((code, EARLIER))
        if before is None:
            return {}
        is_same = before.report.engagement.company_id == served.engagement.company_id
        return {
            book.kind: book.closing
            for book in before.draft.books
            if is_same or book.kind != AccountKind.INCOME_EXPENDITURE
        }

    def review(self, told: Told) -> None:
        """Handed in, given back, approved: as far as the story goes."""
        state, half, report = told.story.state, told.half, told.report
        if state == DRAFT:
            return
        self.submit(told, half.submitted_at)
        if state == SUBMITTED:
            return
        if state in (RETURNED, SUBMITTED_AGAIN):
            reasons = [
                review.ReasonDraft(str(section), str(code), int(paragraph), str(words))
                for section, paragraph, code, words in told.story.reasons
            ]
            review.return_with_reasons(report, reasons=reasons, by=told.secretary, now=half.day(10, 10, 40))
            if state == SUBMITTED_AGAIN:
                self.mend(told, half.day(12, 15, 20))
                self.submit(told, half.day(13, 16, 5))
            return
        review.approve(report, by=told.secretary, now=half.approved_at)

    def submit(self, told: Told, at: datetime) -> None:
        """With a public word on each number that its records do not bear out."""
        explain_deviations(told.report, now=at)
        review.submit(told.report, by=told.manager, now=at)

    def mend(self, told: Told, at: datetime) -> None:
        """What was given back is written anew, with promises that were missing."""
        report, by = told.report, told.manager
        for code, paragraphs in told.story.mended.items():
            body = "\n\n".join(told.draft.say(words) for words in paragraphs)
            seen = report.revisions.get().sections.get(code=code).version
            write_section(report, code=code, body=body, seen_version=seen, by=by, now=at)
        for promise in told.story.added:
            put_commitment(
                report,
                by=by,
                title=promise.title,
                measure=promise.measure,
                target=promise.target,
                owner=promise.owner,
                due_on=told.half.day(promise.due).date(),
                funding=promise.funding,
                now=at,
            )

    def go_on_recording(self) -> None:
        """What was done since the last report, where the company that wrote it serves still."""
        for (code, name), told in self.told.items():
            served = self.ground.serving[code][-1]
            if name == LATEST and served.engagement.pk == told.report.engagement_id:
                since = told.report.period_to + timedelta(days=1)
                self.keeper.go_on(served.engagement, since, care=served.care, by=told.manager)

    # --- what becomes of promises ---

    def move_and_settle(self, name: str) -> None:
        """Dates that moved in public, promises kept or given up, each on its day, as far as that day has come."""
        for (_code, half), told in self.told.items():
            if half != name or told.story.state:
                continue
            made = {row.title: row for row in told.report.commitments.all()}
            for promise in told.story.promises:
                self.follow(told, promise, made[promise.title])
        if name == EARLIER:
            self.correct()

    def follow(self, told: Told, promise: Promise, row: Commitment) -> None:
        half, by = told.half, told.manager
        if promise.moved:
            at = half.day(promise.due - 5, 16, 20)
            if at < self.now:
                to_on = half.day(promise.due + promise.moved).date()
                move_commitment(row, to_on=to_on, reason=promise.reason, by=by, now=at)
        at = half.day(promise.due + promise.moved + (-3 if promise.fate == "kept" else 6), 15, 10)
        if promise.stays_open or at >= self.now:
            return
        if promise.fate == "dropped":
            drop_commitment(row, reason=told.draft.say(promise.told), by=by, now=at)
        elif promise.fate in ("kept", "late"):
            keep_commitment(row, words=told.draft.say(promise.told), by=by, now=at)

    def correct(self) -> None:
        """One published report is corrected: both wordings stay readable."""
        told = self.told[FIRST_ESTATE, EARLIER]
        correction.correct(told.report, told.draft, by=told.manager, secretary=told.secretary, half=told.half)


def keep_sentences(report: Report, story: Story, *, by: Actor, at: datetime) -> None:
    """What the check would stop, and the company lets stand in public."""
    if not story.kept:
        return
    rows = findings_of(report, content_of(newest_revision(report))).rows
    for words, reason in story.kept:
        found = next(row for row in rows if row.is_blocked and words in row.key.sentence)
        excuse_finding(report, key=found.key.digest, reason=reason, by=by, now=at)
