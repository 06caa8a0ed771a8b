"""A complaint becomes a case, by one click or by rule; the hotline's call-back answers for the asker."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from huiyin.apps.hotline.asking import ask
from huiyin.apps.hotline.complaints import Complaint, complaint_of
from huiyin.apps.hotline.models import HotlineCase, HotlineImport
from huiyin.apps.hotline.permissions import check_register
from huiyin.apps.hotline.selectors import month_in_store
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.origins import Origin
from huiyin.apps.ledger.services.answer import answer_by_call_back
from huiyin.apps.ledger.services.register import LONGEST_TEXT, register_case
from huiyin.apps.places.models import Estate
from huiyin.apps.policies.selectors import policy_on
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import Kind, Source
from huiyin.domain.policy_hotline import CaseRule, HotlinePolicy, NthRule, RecurrenceRule
from huiyin.web.now import now as clock

logger = logging.getLogger(__name__)
BEIJING = ZoneInfo("Asia/Shanghai")


@transaction.atomic
def register_complaint(
    *, month: str, number: str, by: Actor, rule: str = "", now: datetime | None = None
) -> Case:
    """Enter a complaint of the store into the ledger; the same one again gives the case it became.

    Raises RuleBroken where it is not in the store, has no estate, or its words were erased.
    """
    now = now or clock()
    complaint = complaint_of(month, number)
    if complaint is None:
        raise RuleBroken("库里没有这件诉求，可能刚刚撤销了导入。", code="hotline.no_such_complaint")
    estate = Estate.objects.select_related("area").filter(code=complaint.estate_code or "").first()
    if estate is None:
        raise RuleBroken("这件诉求还没有归到小区，请先认领小区写法。", code="hotline.no_estate")
    check_register(estate, by)
    if complaint.is_erased:
        raise RuleBroken("这件诉求的内容已删除，不能登记。", code="hotline.erased")
    known = HotlineCase.objects.select_related("case").filter(number=number).first()
    if known is not None:
        return known.case
    key = hashlib.sha256(number.encode()).hexdigest()[:40]
    case = register_case(
        by=by,
        text=complaint.text[:LONGEST_TEXT],
        area=estate.area,
        estate=estate,
        kind=Kind.COMPLAINT,
        source=Source.HOTLINE,
        category=_category_of(complaint, _policy(now)),
        origin=Origin("hotline.complaint", key),
        origin_label="12345 热线",
        idempotency_key=f"hotline:{key}",
        now=now,
    )
    HotlineCase.objects.create(
        number=number,
        month=month_in_store(month),
        case=case,
        rule=rule,
    )
    return case


def follow_up(import_id: int) -> tuple[int, int]:
    """After an import: how many complaints became cases by rule, and how many call-backs were taken."""
    import_ = HotlineImport.objects.get(pk=import_id)
    if import_.state != HotlineImport.State.STORED:
        return 0, 0
    now = clock()
    policy = _policy(now)
    asked = {
        "import_id": import_.store_id,
        "numbers": list(HotlineCase.objects.values_list("number", flat=True)),
        **_rules_asked(policy, now),
    }
    done = ask("follow_up", asked, now=now)
    registered = sum(_register_by_rule(each, policy, now) for each in done["cases"])
    return registered, sum(take_call_back(each, now=now) for each in done["call_backs"])


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
        "rules": [told(rule) | {"urgencies": rule.urgencies} for rule in policy.case_rules],
        "nth_rules": [told(rule) | {"nth": rule.nth, "days": rule.days} for rule in policy.nth_rules],
        "recurrence_rules": [told(rule) for rule in policy.recurrence_rules],
    }


def _register_by_rule(wanted: dict[str, str], policy: HotlinePolicy, now: datetime) -> bool:
    if HotlineCase.objects.filter(number=wanted["number"]).exists() or _was_reached(wanted, policy, now):
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
def take_call_back(told: dict[str, Any], *, now: datetime) -> bool:
    """Whether it answered for the asker: once each, and only while there is a reply to answer."""
    link = HotlineCase.objects.select_for_update(no_key=True).get(number=told["number"])
    closed = datetime.fromisoformat(told["closed_at"]).replace(tzinfo=BEIJING) if told["closed_at"] else None
    if (link.callback, link.callback_at) == (int(told["is_solved"]), closed):
        return False
    try:
        with transaction.atomic():
            answer_by_call_back(link.case, is_solved=told["is_solved"], now=now)
    except RuleBroken:
        return False  # there is no reply yet, or the days to answer are over; a later file tells it again
    link.callback, link.callback_at = int(told["is_solved"]), closed
    link.save(update_fields=["callback", "callback_at"])
    return True


def _policy(now: datetime) -> HotlinePolicy:
    return policy_on("hotline", due_day(now)).values


def _category_of(complaint: Complaint, policy: HotlinePolicy) -> str:
    try:
        return policy.category(complaint.category).ledger_category
    except KeyError:
        return ""
