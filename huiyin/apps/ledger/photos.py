"""Whose photos the ledger's are: those of a reply belong to its case's lead and secretary."""

from __future__ import annotations

from django.urls import reverse

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.owners import Page
from huiyin.apps.ledger.models import Case, ReplyPhoto
from huiyin.apps.ledger.permissions import is_lead, is_secretary
from huiyin.domain.access import Actor


def _case_of(evidence: Evidence) -> Case | None:
    photo = ReplyPhoto.objects.filter(evidence=evidence).select_related("reply__case").first()
    return photo.reply.case if photo is not None else None


def may_manage(actor: Actor, evidence: Evidence) -> bool | None:
    case = _case_of(evidence)
    return None if case is None else is_lead(actor, case) or is_secretary(actor, case)


def page_of(evidence: Evidence) -> Page | None:
    case = _case_of(evidence)
    return None if case is None else Page(reverse("ledger:desk_case", args=[case.number]), case.number)
