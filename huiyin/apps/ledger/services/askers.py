"""What residents do beside answering: me too, urge, object; and one-time codes for those without an account."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Asker, AskerMessageCode, Case, Objection, Urge
from huiyin.apps.ledger.models.askers import Part
from huiyin.apps.ledger.permissions import (
    as_resident,
    check_may_answer_for_askers,
    check_street,
    is_asker,
)
from huiyin.apps.ledger.services.assign import Lead, check_may_lead, default_lead, lead_fields
from huiyin.apps.ledger.services.transition import askers_of, locked, locked_for, move, witness
from huiyin.apps.people.selectors import verified_household
from huiyin.domain.access import SYSTEM, Actor, FixedActor
from huiyin.domain.case_workflow import OPEN, OWING_A_REPLY, Status
from huiyin.domain.errors import NotPermitted, RuleBroken, passes
from huiyin.domain.ledger_rules import check_within
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

CODE_DIGITS = 8
FIRST_DIGITS = 3
"""Not secret: who does not know them locks nobody's code. The other five are, with five tries for each code."""
WRONG_TRIES = 5


@transaction.atomic
def join_case(case: Case, *, by: Actor, person_id: int, now: datetime | None = None) -> Asker:
    """同问: a verified household of the estate joins as co-asker, is told, may urge and answers for itself."""
    now = now or clock()
    case = locked(case.merged_into or case)
    if by.key != f"person:{person_id}":
        raise NotPermitted("请先登录。", code="ledger.join")
    if case.status not in OPEN:
        raise RuleBroken("这件事已经办结，不能再同问。还有问题的话请重新提出。", code="me_too.settled")
    household_id = verified_household(person_id, case.estate_id) if case.estate_id else None
    if household_id is None:
        raise RuleBroken("要先核实您是这个小区的住户，才能同问。请联系社区。", code="me_too.not_verified")
    mine = askers_of(case).filter(person_id=person_id) | askers_of(case).filter(household_id=household_id)
    if mine.exists():
        raise RuleBroken("您家已经在这件事里了。", code="me_too.already")
    try:
        with transaction.atomic():
            asker = Asker.objects.create(
                case=case, part=Part.ME_TOO, person_id=person_id, household_id=household_id, joined_at=now
            )
    except IntegrityError:
        raise RuleBroken("您家已经在这件事里了。", code="me_too.already") from None
    Case.objects.filter(pk=case.pk).update(me_too_count=F("me_too_count") + 1)
    witness(
        case,
        "neighbour_joined",
        by=as_resident(by),
        now=now,
        public={"asker": asker.pk, "me_too": case.me_too_count + 1},
    )
    return asker


@transaction.atomic
def join_together(
    case: Case, *, homes: Sequence[tuple[int, int]], by: Actor, now: datetime | None = None
) -> int:
    """同问 by many at once, as a meeting hands them over: (account, its verified household); one event for all.

    Who is in the matter already is left out. Returns how many households joined. Raises RuleBroken once it is settled.
    """
    now = now or clock()
    case = locked(case.merged_into or case)
    if case.status not in OPEN:
        raise RuleBroken("这件事已经办结，不能再同问。还有问题的话请重新提出。", code="me_too.settled")
    present = list(askers_of(case).values_list("person_id", "household_id"))
    persons, households = {person for person, _home in present}, {home for _person, home in present}
    joining = []
    for person_id, household_id in homes:
        if person_id in persons or household_id in households:
            continue
        persons.add(person_id)
        households.add(household_id)
        joining.append(
            Asker(case=case, part=Part.ME_TOO, person_id=person_id, household_id=household_id, joined_at=now)
        )
    if not joining:
        return 0
    Asker.objects.bulk_create(joining)
    case.me_too_count += len(joining)
    case.save(update_fields=["me_too_count"])
    witness(
        case,
        "neighbours_joined",
        by=by,
        now=now,
        public={"count": len(joining), "me_too": case.me_too_count},
    )
    return len(joining)


@transaction.atomic
def urge(asker: Asker, *, by: Actor, now: datetime | None = None) -> Case:
    """An asker presses for an answer, once a day; enough urges are a step of the ladder (policy)."""
    now = now or clock()
    case = locked_for(asker)
    if not is_asker(by, asker):
        raise NotPermitted("只有提问人和同问的住户可以催办。", code="ledger.is_asker")
    check_can_urge(asker, case, now)
    Urge.objects.create(case=case, asker=asker, urged_on=limits.day_of(now), urged_at=now)
    case.urge_count += 1
    case.save(update_fields=["urge_count"])
    public = {"count": case.urge_count, "asker": asker.pk}
    witness(case, "case_urged", by=as_resident(by), now=now, public=public)
    return case


def check_can_urge(asker: Asker, case: Case, now: datetime) -> None:
    """Raise unless this asker may press for an answer now."""
    if case.status not in OWING_A_REPLY:
        raise RuleBroken("已经答复了，不用催办。", code="urge.not_now")
    if case.urges.filter(asker=asker, urged_on=limits.day_of(now)).exists():
        raise RuleBroken("今天已经催过了，明天可以再催。", code="urge.today")


def can_urge(asker: Asker, case: Case, now: datetime) -> bool:
    """The same rule for the page: whether the button is drawn."""
    return passes(check_can_urge, asker, case, now)


@transaction.atomic
def object_to_outcome(
    asker: Asker, *, by: Actor, text: str, on_behalf: bool = False, now: datetime | None = None
) -> Objection:
    """Against 'rejected' or 'not solvable', within 15 days; the street decides in public.

    Who asked in a merged case objects to what became of the original.
    """
    now = now or clock()
    case = locked_for(asker)
    if on_behalf:
        check_may_answer_for_askers(by, case)
    elif not is_asker(by, asker):
        raise NotPermitted("只有提问人可以提出异议。", code="ledger.is_asker")
    check_can_object(case, now)
    if not text.strip():
        raise RuleBroken("请写明为什么不同意。", code="objection.no_text", field="text")
    objection = Objection.objects.create(case=case, asker=asker, text=mask(text.strip()), raised_at=now)
    witness(
        case,
        "objection_raised",
        by=by if on_behalf else as_resident(by),
        now=now,
        public={"asker": asker.pk},
        texts={"text": objection.text},
    )
    return objection


def check_can_object(case: Case, now: datetime) -> None:
    """Raise unless an asker may object to the outcome now; what the street has decided of it stands."""
    if case.status not in (Status.REJECTED, Status.NOT_SOLVABLE):
        raise RuleBroken("只有不予受理或解决不了的事项可以提出异议。", code="objection.not_now")
    settled_at = case.settled_at or now
    check_within(
        settled_at,
        now,
        limits.deadlines(now).values.answers.objection_days,
        sentence="超过 %(days)s 天，不能再提出异议。",
        code="objection.too_late",
    )
    dismissed = Q(state=Objection.State.DISMISSED, decided_at__gte=settled_at)
    standing = case.objections.filter(dismissed | Q(state=Objection.State.RAISED)).order_by("-pk").first()
    if standing is None:
        return
    if standing.state == Objection.State.RAISED:
        raise RuleBroken("已经提出异议，正在等街镇决定。", code="objection.already")
    raise RuleBroken("街镇已经决定异议不成立，不能再提。理由已公开。", code="objection.dismissed")


def can_object(case: Case, now: datetime) -> bool:
    """The same rule for the page: whether the form is drawn."""
    return passes(check_can_object, case, now)


@transaction.atomic
def decide_objection(
    objection: Objection,
    *,
    by: Actor,
    uphold: bool,
    reason: str,
    lead: Lead | None = None,
    now: datetime | None = None,
) -> Case:
    """The street decides: upheld goes back into work (with a lead where there was none), dismissed stays settled."""
    now = now or clock()
    case = locked(objection.case)
    check_street(by, case)
    objection = Objection.objects.select_for_update(no_key=True).get(pk=objection.pk)
    if objection.state != Objection.State.RAISED:
        raise RuleBroken("这个异议已经有结果了。", code="objection.decided")
    if not reason.strip():
        raise RuleBroken("请写明理由，这个理由会公开。", code="objection.no_reason", field="reason")
    objection.state = Objection.State.UPHELD if uphold else Objection.State.DISMISSED
    objection.outcome_reason = mask(reason.strip())
    objection.decided_by_label = by.label[:80]
    objection.decided_at = now
    objection.save()
    if uphold:
        move(case, "uphold_objection", now)
        if lead is not None or not case.lead_label:
            lead = lead or default_lead(case, now=now)
            check_may_lead(case, lead)
            lead.put_on(case)
        case.assigned_at = case.assigned_at or now
        case.public_reason = ""
        case.responsible_instead = ""
        case.due_at = max(case.due_at, limits.reopened_due(case, now))
        case.ladder_round += 1
        case.save()
    witness(
        case,
        "objection_upheld" if uphold else "objection_dismissed",
        by=by,
        now=now,
        public=lead_fields(case),
        texts={"lead": case.lead_label, "reason": objection.outcome_reason},
    )
    return case


def code_digest(case_number: str, code: str) -> str:
    """A code is kept only as an HMAC under the site's secret, bound to its case."""
    return salted_hmac("ledger.answer-code", f"{case_number}:{code}", algorithm="sha256").hexdigest()


@transaction.atomic
def issue_answer_code(
    asker: Asker, *, by: Actor = SYSTEM, message_id: int | None = None, now: datetime | None = None
) -> str:
    """A one-time code for an asker without an account; earlier codes of the same asker die. Returns the digits once.

    By the system (SMS) or by whoever may answer for askers: never by the lead's side. The code of a message that may
    have to be sent again is derived from its id under the site's secret: whichever try arrives carries the same digits.
    """
    now = now or clock()
    case = asker.case
    if by.key != SYSTEM.key:
        check_may_answer_for_askers(by, locked_for(asker))
    number = secrets.randbelow(10**CODE_DIGITS) if message_id is None else _derived(asker, message_id)
    code = f"{number:0{CODE_DIGITS}d}"
    digest = code_digest(case.number, code)
    AskerMessageCode.objects.filter(asker=asker, used_at=None).exclude(digest=digest).delete()
    policy = limits.deadlines(now).values.answers
    _row, is_new = AskerMessageCode.objects.get_or_create(
        asker=asker,
        digest=digest,
        defaults={
            "first_digits": code[:FIRST_DIGITS],
            "made_at": now,
            "expires_at": now + timedelta(days=policy.days_after_delivery_by_paper + policy.unconfirmed_days),
        },
    )
    if is_new:
        witness(case, "answer_code_issued", by=by, now=now, public={"asker": asker.pk})
    return code


def _derived(asker: Asker, message_id: int) -> int:
    bound_to = f"{asker.pk}:{message_id}"
    drawn: bytes = salted_hmac("ledger.code-of-message", bound_to, algorithm="sha256").digest()
    number: int = int.from_bytes(drawn, "big") % 10**CODE_DIGITS
    return number


def asker_by_code(case_number: str, code: str, *, now: datetime | None = None) -> Asker:
    """The asker who holds this code. Wrong tries count against the living code that begins alike; five lock it.

    After a merge the asker may read out the number asked under or the original's, which newer messages name.
    """
    now = now or clock()
    living = AskerMessageCode.objects.filter(
        Q(asker__case__number=case_number) | Q(asker__case__merged_into__number=case_number),
        used_at=None,
        expires_at__gt=now,
        wrong_tries__lt=WRONG_TRIES,
    )
    rows = living.select_related("asker__case__merged_into")
    row = next((row for row in rows if row.digest == code_digest(row.asker.case.number, code)), None)
    if row is None:
        # A code of old, kept without its first digits, may be the one that was meant.
        begins_alike = living.filter(first_digits__in=["", code[:FIRST_DIGITS]])
        begins_alike.update(wrong_tries=F("wrong_tries") + 1)
        raise RuleBroken(
            "编号或验证码不对。请核对短信或纸条，同一个验证码输错 5 次后要请社区重新给。",
            code="code.wrong",
            field="code",
        )
    return row.asker


def code_holder(asker: Asker) -> Actor:
    """Whoever holds an asker's code acts as that asker, without an account."""
    return FixedActor(f"asker:{asker.pk}", "提问人")
