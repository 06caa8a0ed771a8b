"""A composed report put into its draft: what is not submitted is the company's own paper, so rows are enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.portal.demo.phrases import Teller
from huiyin.apps.portal.demo.reports.answers import answer_to, promise_for
from huiyin.apps.portal.demo.reports.composing import Draft, PlacedFigure
from huiyin.apps.portal.demo.reports.papers import WITHOUT_PAPER
from huiyin.apps.portal.demo.reports.stories import Promise, Raised
from huiyin.apps.reports.models import (
    Account,
    AccountLine,
    Claim,
    ClaimEvidence,
    Commitment,
    CommitmentAccount,
    Demand,
    Excuse,
    Report,
    ReportPhoto,
    Revision,
    Section,
    TopicAnswer,
)
from huiyin.apps.reports.services.drafting import answer_topic, point_at_passage
from huiyin.domain.access import Actor
from huiyin.domain.metric_frequencies import Period, due_count
from huiyin.domain.policy_metrics import MetricsPolicy
from huiyin.domain.report_parts import Became, ExcuseFor

NO_PAPER = "劝阻、劝离多是当面说，没有逐次留单，数字来自值班记录本。"


class DraftRows:
    """Writes one draft, table by table."""

    def __init__(
        self, report: Report, draft: Draft, *, metrics: MetricsPolicy, label: str, at: datetime
    ) -> None:
        self.report, self.draft, self.metrics = report, draft, metrics
        self.label, self.at = label, at
        self.revision: Revision = report.revisions.get()

    def write(
        self, papers: dict[str, Evidence], photos: dict[str, tuple[Evidence, Evidence]], *, owner: str
    ) -> None:
        """`papers` by section stand behind its figures; `photos` by scene are pairs, before and after.

        `owner` is the manager's name, for the promises that are the manager's own.
        """
        self._sections()
        self._claims(papers)
        self._photos(photos)
        self._accounts()
        self._commitments(owner)
        excuses = [
            Excuse(revision=self.revision, missing=ExcuseFor.METRIC, key=code, words=words)
            for code, words in self.draft.excuses.items()
        ]
        Excuse.objects.bulk_create(excuses)

    def _sections(self) -> None:
        rows = list(Section.objects.filter(revision=self.revision))
        for row in rows:
            row.body = self.draft.sections[row.code]
            row.version, row.written_at, row.written_by_label = 1, self.at, self.label[:80]
        Section.objects.bulk_update(rows, ["body", "version", "written_at", "written_by_label"])

    def _claims(self, papers: dict[str, Evidence]) -> None:
        claims = Claim.objects.bulk_create([self._claim(placed) for placed in self.draft.figures])
        on_paper = [
            claim for claim in claims if claim.section in papers and claim.metric not in WITHOUT_PAPER
        ]
        ClaimEvidence.objects.bulk_create(
            ClaimEvidence(claim=claim, evidence=papers[claim.section]) for claim in on_paper
        )
        Excuse.objects.bulk_create(
            Excuse(revision=self.revision, missing=ExcuseFor.EVIDENCE, key=str(claim.number), words=NO_PAPER)
            for claim in claims
            if claim not in on_paper
        )

    def _claim(self, placed: PlacedFigure) -> Claim:
        figure, report = placed.figure, self.report
        metric = self.metrics.metric(figure.code) if figure.code else None
        due = None
        if metric is not None and figure.unit == metric.units[0]:
            period = Period(report.period_from, report.period_to)
            due = due_count(metric, report.engagement.service_level, period, figure.unit_count)
        return Claim(
            revision=self.revision,
            number=placed.number,
            section=placed.section,
            metric=figure.code,
            name=metric.name if metric else figure.name,
            value=figure.value,
            unit=figure.unit,
            period_from=report.period_from,
            period_to=report.period_to,
            numerator=figure.numerator,
            denominator=figure.denominator,
            denominator_label=figure.denominator_label,
            unit_count=figure.unit_count,
            due_count=due or None,
            explanation=figure.why,
        )

    def _photos(self, photos: dict[str, tuple[Evidence, Evidence]]) -> None:
        ReportPhoto.objects.bulk_create(
            ReportPhoto(
                revision=self.revision,
                number=placed.number,
                section="service",
                before=photos[placed.scene][0],
                evidence=photos[placed.scene][1],
                caption=photos[placed.scene][1].alt,
                claimed_on=(photos[placed.scene][1].captured_at or self.at).date(),
            )
            for placed in self.draft.photos
            if placed.scene in photos
        )

    def _accounts(self) -> None:
        for book in self.draft.books:
            account = Account.objects.create(
                revision=self.revision,
                kind=book.kind,
                opening=book.opening,
                stated_income=book.income,
                stated_expense=book.expense,
                closing=book.closing,
                note=book.note,
            )
            AccountLine.objects.bulk_create(
                AccountLine(account=account, position=n, side=line.side, label=line.label, amount=line.amount)
                for n, line in enumerate(book.lines, start=1)
            )

    def _commitments(self, manager: str) -> None:
        Commitment.objects.bulk_create(
            Commitment(
                report=self.report,
                number=number,
                title=planned.promise.title,
                measure=planned.promise.measure,
                target=planned.promise.target,
                owner=manager if planned.promise.owner == "manager" else planned.promise.owner,
                first_due_on=planned.first_due_on,
                due_on=planned.first_due_on,
                funding=planned.promise.funding,
            )
            for number, planned in enumerate(self.draft.promises, start=1)
        )

    # --- what answers others ---

    def answer(self, demands: Sequence[Demand], teller: Teller) -> None:
        promises = [planned.promise for planned in self.draft.promises]
        rows = {row.number: row for row in Commitment.objects.filter(report=self.report)}
        answers = []
        for demand in demands:
            place = promise_for(demand.category, promises)
            answers.append(
                TopicAnswer(
                    revision=self.revision,
                    demand=demand,
                    section="plans" if place is not None else "difficulties",
                    words=answer_to(demand.category, demand.title, teller),
                    commitment=rows[place + 1] if place is not None else None,
                )
            )
        TopicAnswer.objects.bulk_create(answers)

    def point(self, raised: Raised, demands: Sequence[Demand], *, by: Actor) -> None:
        """What several homes raised is answered in a paragraph that does not name it: the company says which."""
        demand = next(each for each in demands if each.title == raised.title)
        answer_topic(
            self.report, demand=demand, words=raised.words, section="difficulties", by=by, now=self.at
        )
        anchor = f"p-difficulties-{raised.paragraph}"
        point_at_passage(self.report, demand=demand, anchor=anchor, by=by, now=self.at)

    def account_for(
        self,
        owed: Sequence[Commitment],
        told: dict[str, Promise],
        *,
        inherited: bool,
        tell: Callable[[str], str],
    ) -> None:
        """What became of each promise of before, in the words of its story; `tell` fills in its months."""
        CommitmentAccount.objects.bulk_create(
            CommitmentAccount(
                revision=self.revision,
                commitment=commitment,
                became=Became(promise.inherited if inherited else promise.fate),
                words=tell(promise.told),
            )
            for commitment in owed
            if (promise := told.get(commitment.title))
        )
