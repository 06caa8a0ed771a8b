"""What an import that is undone leaves behind: cases by rule that nobody works on go with it, all others stay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from huiyin.apps.hotline.models import HotlineCase, HotlineImport, HotlineTopic
from huiyin.apps.hotline.own_rows import held_numbers
from huiyin.apps.ledger.services.answer import take_back as take_case_back
from huiyin.domain.access import SYSTEM
from huiyin.domain.case_workflow import OPEN
from huiyin.domain.errors import RuleBroken


def topics_with(numbers: Collection[str]) -> list[HotlineTopic]:
    """Topics in the ledger that some of these complaints are among, with their cases; one query."""
    sent = HotlineTopic.objects.filter(case__isnull=False, numbers__overlap=list(numbers))
    return list(sent.select_related("case", "estate").defer("numbers").order_by("pk")) if numbers else []


def withdraw_orphans(import_: HotlineImport, now: datetime) -> int:
    """Withdraw each case a rule made of a complaint that is in no file any more, unless somebody works on it."""
    # Rows of an import that was undone before may have stood in this one's place until now.
    gone = Q(brought_by=import_) | Q(brought_by__state=HotlineImport.State.UNDONE)
    links = HotlineCase.objects.filter(gone, case__status__in=sorted(OPEN)).exclude(rule="")
    orphans = list(links.select_related("case").order_by("pk"))
    held = held_numbers([link.number for link in orphans]) if orphans else frozenset()
    return sum(_withdraw(link, now) for link in orphans if link.number not in held)


def _withdraw(link: HotlineCase, now: datetime) -> bool:
    try:
        with transaction.atomic():
            take_case_back(link.case, by=SYSTEM, now=now)
    except RuleBroken:
        return False  # somebody works on it; the page of the import lists it
    return True
