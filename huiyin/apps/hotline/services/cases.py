"""A complaint becomes a case, by one click or by rule; the hotline's call-back answers for the asker."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from huiyin.apps.hotline.asking import ask
from huiyin.apps.hotline.complaints import Complaint, complaint_of
from huiyin.apps.hotline.models import HotlineCase, HotlineImport
from huiyin.apps.hotline.months import month_named
from huiyin.apps.hotline.permissions import check_register
from huiyin.apps.hotline.rules import ledger_category_of, rules_on, urgent_class_of
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.origins import Origin
from huiyin.apps.ledger.services.answer import answer_by_call_back, reply_heard_at
from huiyin.apps.ledger.services.register import LONGEST_TEXT, register_case
from huiyin.apps.places.models import Estate
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.clocks import BEIJING, due_day
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import Kind, Source
from huiyin.domain.policy_hotline import CaseRule, HotlinePolicy, NthRule, RecurrenceRule
from huiyin.language.complaints.public_words import public_words
from huiyin.web.now import now as clock

logger = logging.getLogger(__name__)
ORIGIN = "hotline.complaint"


def complaint_to_register(month: str, number: str, by: Actor) -> tuple[Complaint, Estate]:
    """With its estate; raises RuleBroken where it is not in the store, has no estate, or its words were erased."""
    complaint = complaint_of(month, number)
    if complaint is None:
        raise RuleBroken("库里没有这件诉求，可能刚刚撤销了导入。", code="hotline.no_such_complaint")
    estate = Estate.objects.select_related("area").filter(code=complaint.estate_code or "").first()
    if estate is None:
        raise RuleBroken("这件诉求还没有归到小区，请先认领小区写法。", code="hotline.no_estate")
    check_register(estate, by)
    if complaint.is_erased:
        raise RuleBroken("这件诉求的内容已删除，不能登记。", code="hotline.erased")
    return complaint, estate


@transaction.atomic
def register_complaint(
    *,
    month: str,
    number: str,
    by: Actor,
    title: str = "",
    text: str = "",
    urgency: str | None = None,
    rule: str = "",
    now: datetime | None = None,
) -> Case:
    """Enter a complaint of the store into the ledger; the same one again gives the case it became.

    `title` and `text` are what stands in public, by default what `public_words` leaves of the caller's;
    `urgency` is a class of time limits, by default the one the policy gives to the file's word. Raises as above.
    """
    now = now or clock()
    complaint, estate = complaint_to_register(month, number, by)
    known = HotlineCase.objects.select_related("case", "brought_by").filter(number=number).first()
    if known is not None and not known.is_void:
        return known.case
    policy = rules_on(due_day(now))
    key = hashlib.sha256(number.encode()).hexdigest()[:40]
    case = register_case(
        by=by,
        title=title,
        text=text or public_words(complaint.text)[:LONGEST_TEXT],
        area=estate.area,
        estate=estate,
        kind=Kind.COMPLAINT,
        source=Source.HOTLINE,
        category=ledger_category_of(complaint.category, policy),
        urgency=urgent_class_of(complaint.urgency, now) if urgency is None else urgency,
        origin=Origin(ORIGIN, key),
        origin_label="12345 热线",
        idempotency_key=f"hotline:{key}:{known.case_id}" if known else f"hotline:{key}",
        now=now,
    )
    if (link := HotlineCase.objects.filter(case=case).first()) is not None:
        return link.case  # somebody else registered it in the same moment
    told = {
        "month": month_named(month),
        "case": case,
        "rule": rule,
        "brought_by": _import_of(complaint),
        "received_at": _in_beijing(complaint.received_at),
        "urgency": complaint.urgency[:20],
        "callback": None if complaint.is_solved is None else int(complaint.is_solved),
        "callback_at": None if complaint.is_solved is None else _in_beijing(complaint.closed_at),
    }
    HotlineCase.objects.update_or_create(number=number, defaults=told)
    return case


def follow_up(import_id: int) -> tuple[int, int]:
    """After an import: how many complaints became cases by rule, and how many call-backs were taken.

    Each is an act of its own: run again after an error, it goes on with what is left.
    """
    import_ = HotlineImport.objects.get(pk=import_id)
    if import_.state != HotlineImport.State.STORED:
        return 0, 0
    now = clock()
    policy = rules_on(due_day(now))
    asked = {
        "import_id": import_.store_id,
        "numbers": list(HotlineCase.objects.values_list("number", flat=True)),
        **_rules_asked(policy, now),
    }
    done = ask("follow_up", asked, now=now)
    registered = sum(_register_by_rule(each, policy, now) for each in done["cases"])
    brought_at = import_.uploaded_at
    return registered, sum(
        take_call_back(each, brought_at=brought_at, now=now) for each in done["call_backs"]
    )


def _rules_asked(policy: HotlinePolicy, now: datetime) -> dict[str, Any]:
    """As analytics.following_up takes them."""
    here = now.astimezone(BEIJING).replace(tzinfo=None)

    def told(rule: CaseRule | NthRule | RecurrenceRule) -> dict[str, Any]:
        return {
            "code": rule.code,
            "categories": policy.labels_of(rule),
            "since": (here - rule.within).isoformat(),
        }

    return {
        "rules": [
            told(rule) | {"urgencies": rule.urgencies, "only_property": rule.only_property}
            for rule in policy.case_rules
        ],
        "nth_rules": [told(rule) | {"nth": rule.nth, "days": rule.days} for rule in policy.nth_rules],
        "recurrence_rules": [told(rule) for rule in policy.recurrence_rules],
    }


def _register_by_rule(wanted: dict[str, str], policy: HotlinePolicy, now: datetime) -> bool:
    known = HotlineCase.objects.select_related("case", "brought_by").filter(number=wanted["number"]).first()
    if (known is not None and not known.is_void) or _was_reached(wanted, policy, now):
        return False
    try:
        register_complaint(
            month=wanted["month"], number=wanted["number"], rule=wanted["rule"], by=SYSTEM, now=now
        )
    except RuleBroken as refusal:
        logger.info("a complaint did not become a case by rule %s: %s", wanted["rule"], refusal.code)
        return False
    return True


def _was_reached(wanted: dict[str, str], policy: HotlinePolicy, now: datetime) -> bool:
    """Whether the count of this matter was full in these days already: a late row may move it to another complaint."""
    rule = next((each for each in policy.nth_rules if each.code == wanted["rule"]), None)
    if rule is None:
        return False
    since = now - timedelta(days=rule.days)
    cases = HotlineCase.objects.filter(rule=rule.code, case__estate__code=wanted["estate"])
    category = policy.category(wanted["category"]).ledger_category
    return cases.filter(case__category=category, case__registered_at__gt=since).exists()


@transaction.atomic
def take_call_back(told: dict[str, Any], *, brought_at: datetime, now: datetime) -> bool:
    """Whether it answered for the asker: once each, and only the reply that was there when the hotline called back.

    Without the time at which it was closed, that is one that no file told before the reply.
    """
    rows = HotlineCase.objects.select_for_update(of=("self",), no_key=True)
    link = rows.select_related("case").get(number=told["number"])
    closed = _in_beijing(datetime.fromisoformat(told["closed_at"])) if told["closed_at"] else None
    if (link.callback, link.callback_at) == (int(told["is_solved"]), closed):
        return False
    link.callback, link.callback_at = int(told["is_solved"]), closed
    link.save(update_fields=["callback", "callback_at"])
    heard_at = reply_heard_at(link.case)
    if heard_at is None or (closed or brought_at) <= heard_at:
        return False
    try:
        with transaction.atomic():
            answer_by_call_back(link.case, is_solved=told["is_solved"], now=now)
    except RuleBroken:
        return False  # the days to answer are over
    return True


def _in_beijing(there: datetime | None) -> datetime | None:
    """A time of the store."""
    return there and there.replace(tzinfo=BEIJING)


def _import_of(complaint: Complaint) -> HotlineImport | None:
    return HotlineImport.objects.filter(store_id=complaint.import_id).first() if complaint.import_id else None
