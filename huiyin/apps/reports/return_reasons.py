"""The form of the reasons for giving a report back: what it begins with, what was sent, what is amiss in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.policies import reason_for
from huiyin.apps.reports.report_page import report_page
from huiyin.apps.reports.services.review import LONGEST_WORDS, ReasonDraft
from huiyin.apps.reports.verdicts import Verdicts
from huiyin.domain.errors import RuleBroken
from huiyin.domain.policy_words import Reason
from huiyin.domain.report_conditions import Missing
from huiyin.web.errors import sentence_of


@dataclass(frozen=True)
class Fault:
    """What is amiss at one place; `name` is that of the field."""

    name: str
    place: str
    sentence: str


@dataclass(frozen=True)
class FilledIn:
    """The form as it is opened, `told` by the names of its fields (reason-service-2, words-service-2); `left_out` is
    what is missing and not said in it."""

    told: dict[str, str]
    left_out: list[Missing]


def places_of(work: Work) -> list[tuple[str, int]]:
    """Each section as a whole (0) and each of its paragraphs; nobody looks at its numbers here."""
    page = report_page(work.report, work.revision, work.content, topics=work.topics, verdicts=Verdicts())
    return [
        (section.rule.code, paragraph)
        for section in page.sections
        for paragraph in range(len(section.blocks) + 1)
    ]


def reasons_to_begin_with(work: Work) -> FilledIn:
    """Those of the last time that the company has not mended, then what is missing by now."""
    if not work.may_review:
        return FilledIn({}, [])
    known = {each.code for each in work.rules.return_reasons}
    begun: dict[str, str] = {}
    for given in work.unmended:
        reason, at = given.reason, f"{given.reason.section}-{given.stands_at}"
        if reason.reason_code in known:
            begun |= {f"reason-{at}": reason.reason_code, f"words-{at}": reason.words}
    return reasons_for_missing(work.missing, work.rules.return_reasons, begun=begun)


def reasons_for_missing(
    missing: Sequence[Missing], reasons: Sequence[Reason], *, begun: Mapping[str, str] | None = None
) -> FilledIn:
    """What is missing by now, as reasons to return it: sent with one press, or reworded before.

    At each section as a whole, under the reason that has `begun` there, else that of the policy that is told in words.
    What has no section, or no room there any more, is left out, and everything where the policy has no such reason.
    """
    reason = next((each for each in reversed(reasons) if each.needs_words), None)
    filled = FilledIn(dict(begun or {}), [])
    for each in missing:
        at = f"{each.section}-0"
        before = filled.told.get(f"words-{at}", "")
        words = before if each.sentence in before else before + each.sentence
        if reason is not None and each.section and len(words) <= LONGEST_WORDS:
            filled.told.setdefault(f"reason-{at}", reason.code)
            filled.told[f"words-{at}"] = words
        else:
            filled.left_out.append(each)
    return filled


def reasons_in(sent: Mapping[str, str], work: Work) -> list[ReasonDraft]:
    """Every place where a reason was chosen or words were written.

    Words that stood there to begin with, their reason taken away, are dropped.
    """
    begun = reasons_to_begin_with(work).told
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
