"""The form of the reasons for giving a report back: what it begins with, what was sent, what is amiss in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.policies import reason_for
from huiyin.apps.reports.report_page import report_page
from huiyin.apps.reports.services.review import LONGEST_WORDS, ReasonDraft
from huiyin.apps.reports.verdicts import Verdicts
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of


@dataclass(frozen=True)
class Fault:
    """What is amiss at one place; `name` is that of the field."""

    name: str
    place: str
    sentence: str


def places_of(work: Work) -> list[tuple[str, int]]:
    """Each section as a whole (0) and each of its paragraphs; nobody looks at its numbers here."""
    page = report_page(work.report, work.revision, work.content, topics=work.topics, verdicts=Verdicts())
    return [
        (section.rule.code, paragraph)
        for section in page.sections
        for paragraph in range(len(section.blocks) + 1)
    ]


def reasons_to_begin_with(work: Work) -> dict[str, str]:
    """Reasons by the names of their fields (reason-service-2, words-service-2), to be sent with one press or reworded.

    Those of the last time that the company has not mended; and at each section as a whole what is missing by now.
    """
    told: dict[str, str] = {}
    if not work.may_review:
        return told
    for section, paragraph, code, words in (*_unmended(work), *_missing(work)):
        at = f"{section}-{paragraph}"
        before = told.get(f"words-{at}", "")
        together = before if words in before else before + words
        if len(together) <= LONGEST_WORDS:
            told |= {f"reason-{at}": told.get(f"reason-{at}", code), f"words-{at}": together}
    return told


def _unmended(work: Work) -> Iterator[tuple[str, int, str, str]]:
    known = {each.code for each in work.rules.return_reasons}
    for given in work.unmended:
        if given.reason.reason_code in known:
            yield given.reason.section, given.stands_at, given.reason.reason_code, given.reason.words


def _missing(work: Work) -> Iterator[tuple[str, int, str, str]]:
    """Under the reason of the policy that is told in words."""
    reason = next((each for each in reversed(work.rules.return_reasons) if each.needs_words), None)
    for each in work.missing:
        if each.section and reason is not None:
            yield each.section, 0, reason.code, each.sentence


def reasons_in(sent: Mapping[str, str], work: Work) -> list[ReasonDraft]:
    """Every place where a reason was chosen or words were written.

    Words that stood there to begin with, their reason taken away, are dropped.
    """
    begun = reasons_to_begin_with(work)
    drafts = []
    for code, paragraph in places_of(work):
        reason = sent.get(f"reason-{code}-{paragraph}", "")
        words = sent.get(f"words-{code}-{paragraph}", "").strip()
        is_dropped = not reason and words.split() == begun.get(f"words-{code}-{paragraph}", "").split()
        if (reason or words) and not is_dropped:
            drafts.append(ReasonDraft(section=code, code=reason, paragraph=paragraph, words=words))
    return drafts


def faults_in(drafts: Sequence[ReasonDraft], work: Work) -> list[Fault]:
    """Every reason that is not complete, with the field in which to mend it."""
    faults = []
    for draft in drafts:
        try:
            reason_for(work.rules.return_reasons, draft.code, draft.words)
        except RuleBroken as refusal:
            name = f"{refusal.field}-{draft.section}-{draft.paragraph}"
            faults.append(Fault(name, _place(draft, work), sentence_of(refusal)))
    return faults


def in_words(drafts: Sequence[ReasonDraft], work: Work) -> list[tuple[str, str]]:
    """The drafts for somebody who cannot send them any more, each under the name of its place."""
    sentences = {each.code: each.sentence for each in work.rules.return_reasons}
    return [(_place(draft, work), f"{sentences.get(draft.code, '')}{draft.words}") for draft in drafts]


def _place(draft: ReasonDraft, work: Work) -> str:
    section = work.rules.section(draft.section).label
    if not draft.paragraph:
        return section
    return _("%(section)s，第 %(n)s 段") % {"section": section, "n": draft.paragraph}
