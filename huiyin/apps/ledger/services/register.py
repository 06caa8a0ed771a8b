"""Registering a case: the moment from which every limit runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec

from django.contrib.postgres.search import SearchVector
from django.db import IntegrityError, connection, transaction
from django.db.models import Value

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Asker, AskerContact, Case, CasePrivate
from huiyin.apps.ledger.models.askers import Channel, Part
from huiyin.apps.ledger.origins import Origin
from huiyin.apps.ledger.permissions import as_resident, may_enter_for_others
from huiyin.apps.ledger.services.transition import witness
from huiyin.apps.places.models import Area, Estate
from huiyin.apps.places.selectors import (
    current_engagement,
    scope_of_area,
    scope_of_engagement,
    scope_of_estate,
)
from huiyin.domain.access import Actor, Role
from huiyin.domain.case_numbers import number_for
from huiyin.domain.case_titles import title_of
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.domain.ledger_rules import Kind, Source
from huiyin.language.masking import mask, mask_nickname, mask_place
from huiyin.language.words import search_vector_text
from huiyin.web.now import now as clock

P = ParamSpec("P")
SHORTEST_TEXT = 4
LONGEST_TEXT = 2000
ADDED = "\n\n补充："
"""Stands in the public text before what the asker added later."""
ENTERED_FOR_OTHERS = frozenset({Source.PHONE, Source.PAPER})


@dataclass(frozen=True)
class AskerDraft:
    """Who asks: an account, or a name and a way to be reached; `channel` says how the echo goes back."""

    person_id: int | None = None
    household_id: int | None = None
    channel: str = Channel.IN_SITE
    name: str = ""
    phone: str = ""
    note: str = ""


def next_number(at: datetime) -> str:
    """The next case number of the year; the counter row stays locked until commit, so numbers have no gaps."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_numbercounter (year, last) VALUES (%s, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = ledger_numbercounter.last + 1 RETURNING last",
            [at.year],
        )
        (sequence,) = cursor.fetchone()
    return number_for(at.year, sequence)


def search_vector(case: Case) -> SearchVector:
    words = search_vector_text(f"{case.title} {case.text} {case.building}")
    return SearchVector(Value(words), config="simple")


def check_may_register(
    by: Actor, *, kind: str, source: str, estate: Estate | None, area: Area, now: datetime
) -> None:
    """Web: anybody signed in. Paper and phone: the community. Difficulties: the company of the estate."""
    scope = scope_of_estate(estate) if estate else scope_of_area(area)
    if source in ENTERED_FOR_OTHERS and not may_enter_for_others(by, scope):
        raise NotPermitted("只有这个社区的工作人员可以代为登记。", code="ledger.may_enter_for_others")
    if kind == Kind.DIFFICULTY and not _speaks_for_company(by, estate, now):
        raise NotPermitted("“企业困难”由物业企业提出。", code="ledger.may_register_difficulty")
    if source == Source.WEB and not by.key.startswith("person:"):
        raise NotPermitted("请先用手机号登录，再提交。", code="ledger.may_register")


def _speaks_for_company(by: Actor, estate: Estate | None, now: datetime) -> bool:
    """The company that serves the estate; where no estate is named, any company."""
    roles = (Role.MANAGER, Role.COMPANY_ADMIN)
    if estate is None:
        return bool(by.scopes(*roles))
    serving = current_engagement(estate, limits.day_of(now))
    return serving is not None and any(by.holds(role, scope_of_engagement(serving)) for role in roles)


def check_not_too_many(by: Actor, *, source: str, area: Area, now: datetime) -> None:
    """A person's cases of a day on the web (policy). Ask after the case's number was taken: only one comes at a time.

    Counted are the cases the person is the asker of, this one among them: an account is the asker of its own alone.
    """
    person = by.key.partition(":")[2]
    if source != Source.WEB or not person.isdecimal():
        return
    most = limits.deadlines(now).values.asking.cases_a_day
    day = limits.end_of(limits.day_of(now)) - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM ledger_asker "
            "WHERE person_id = %s AND part = %s AND joined_at > %s AND joined_at <= %s",
            [int(person), Part.ORIGINAL, day, day + timedelta(days=1)],
        )
        (today,) = cursor.fetchone()
    if today > most:
        raise RuleBroken(
            "您今天在网上已经提了 %(count)s 件，明天可以接着提。着急的事请打%(area)s值班电话 %(phone)s 或 12345。"
            if area.duty_phone
            else "您今天在网上已经提了 %(count)s 件，明天可以接着提。着急的事请打 12345，或到社区登记。",
            code="ask.too_many_today",
            count=most,
            area=area.name,
            phone=area.duty_phone,
        )


def check_recurrence(before: Case | None, estate: Estate | None) -> None:
    """A new case is marked as a recurrence of a settled one at the same place; an open one is joined instead."""
    if before is None:
        return
    before.refresh_from_db(fields=["status", "estate"])
    if before.estate_id != (estate.pk if estate else None):
        raise RuleBroken("只能标为同一个小区的事再次发生。", code="recurrence.other_estate")
    if before.is_open:
        raise RuleBroken(
            "%(number)s 还没有办完，可以在那件事里同问或催办。", code="recurrence.open", number=before.number
        )


def check_text(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if len(text) < SHORTEST_TEXT:
        raise RuleBroken(
            "请写清楚是什么事，至少 %(count)s 个字。",
            code="case.text_short",
            field="text",
            count=SHORTEST_TEXT,
        )
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(
            "最多写 %(count)s 个字，请写短一些。", code="case.text_long", field="text", count=LONGEST_TEXT
        )
    return text


def drafted_case(
    *,
    text: str,
    area: Area,
    estate: Estate | None,
    kind: str,
    source: str,
    title: str,
    building: str,
    category: str,
    nickname: str,
    urgency: str,
    now: datetime,
) -> Case:
    """The unsaved case with its masked public text and its first limit; it has no number yet."""
    scope = scope_of_estate(estate) if estate else scope_of_area(area)
    due = limits.default_due(registered_at=now, urgency=urgency)
    case = Case(
        kind=kind,
        source=source,
        estate=estate,
        area=area,
        place_path=scope.path,
        building=mask_place(building.strip())[:40],
        title=mask(title.strip() or title_of(text))[:120],
        text=mask(text),
        category=category,
        nickname=mask_nickname(nickname.strip())[:20],
        urgency=urgency,
        case_list=due.case_list,
        registered_at=now,
        first_due_at=due.at,
        due_at=due.at,
        due_is_provisional=due.is_provisional,
        policy_version=due.policy_version,
    )
    case.search = search_vector(case)
    return case


def private_of(case: Case, *, text: str, title: str, building: str) -> CasePrivate | None:
    """The words as written, where masking changed them; None where the public row already says everything."""
    title, building = title.strip(), building.strip()
    if case.text == text and case.title == (title or case.title) and case.building == building:
        return None
    return CasePrivate(case=case, title=title[:200], text=text, address=building[:120])


def contact_of(asker: Asker, draft: AskerDraft) -> AskerContact | None:
    if not (draft.name or draft.phone or draft.note):
        return None
    return AskerContact(asker=asker, name=draft.name, phone=draft.phone, note=draft.note)


def registered_fields(case: Case, asker: Asker) -> dict[str, Any]:
    """What the event of a registration says in public."""
    return {
        "number": case.number,
        "kind": str(case.kind),
        "source": str(case.source),
        "estate": case.estate.code if case.estate else "",
        "area": case.area.code,
        "asker": asker.pk,
        "recurrence_of": case.recurrence_of.number if case.recurrence_of else "",
    }


def registered_texts(case: Case) -> dict[str, str]:
    """The public words; where somebody wrote the building it is free text too, and may have to be forgotten."""
    texts = {"title": case.title, "text": case.text, "building": case.building}
    return {name: text for name, text in texts.items() if text}


def registered_private(*, text: str, nickname: str, draft: AskerDraft) -> dict[str, Any]:
    return {"text": text, "nickname": nickname, "contact": [draft.name, draft.phone]}


def once_for_each_key(register: Callable[P, Case]) -> Callable[P, Case]:
    """A key sent again, be it at the same moment: the database refuses the second, which gets the first's case.

    Nobody looks beforehand: keys hardly ever come again, and only the constraint knows for certain.
    """

    @wraps(register)
    def once(*args: P.args, **kwargs: P.kwargs) -> Case:
        try:
            return register(*args, **kwargs)
        except IntegrityError:
            key = kwargs.get("idempotency_key")
            made_before = Case.objects.filter(idempotency_key=key).first() if key else None
            if made_before is None:
                raise
            return made_before

    return once


@once_for_each_key
@transaction.atomic
def register_case(
    *,
    by: Actor,
    text: str,
    area: Area,
    public_text: str = "",
    estate: Estate | None = None,
    kind: str = Kind.QUESTION,
    source: str = Source.WEB,
    title: str = "",
    building: str = "",
    category: str = "",
    nickname: str = "",
    urgency: str = "",
    asker: AskerDraft | None = None,
    origin: Origin | None = None,
    origin_label: str = "",
    idempotency_key: str | None = None,
    recurrence_of: Case | None = None,
    now: datetime | None = None,
) -> Case:
    """Register one matter and return its case; the same `idempotency_key` returns the case it made before.

    `area` is the community the matter belongs to (the estate's own where there is one). The public text is masked
    here, once; the words as written stay in `CasePrivate` and can be erased. `public_text` stands in public instead of
    words that were hidden where they were asked. The limit of the default list runs from `now` (domain.md §5). Raises
    NotPermitted and RuleBroken.
    """
    now = now or clock()
    limits.check_urgency(urgency, now)
    check_recurrence(recurrence_of, estate)
    check_may_register(by, kind=kind, source=source, estate=estate, area=area, now=now)
    text = check_text(text)
    case = drafted_case(
        text=public_text or text,
        area=area,
        estate=estate,
        kind=kind,
        source=source,
        title=title,
        building=building,
        category=category,
        nickname=nickname,
        urgency=urgency,
        now=now,
    )
    case.origin_key = origin.key if origin else ""
    case.origin_label = origin_label
    case.idempotency_key = idempotency_key or None
    case.recurrence_of = recurrence_of
    case.number = next_number(now)
    case.save(force_insert=True)
    draft = asker or AskerDraft()
    row = Asker.objects.create(
        case=case,
        part=Part.ORIGINAL,
        person_id=draft.person_id,
        household_id=draft.household_id,
        channel=draft.channel,
        joined_at=now,
    )
    check_not_too_many(by, source=source, area=area, now=now)
    is_own = draft.person_id is not None and by.key == f"person:{draft.person_id}"
    for extra in (contact_of(row, draft), private_of(case, text=text, title=title, building=building)):
        if extra is not None:
            extra.save(force_insert=True)
    witness(
        case,
        "case_registered",
        by=as_resident(by) if is_own and kind != Kind.DIFFICULTY else by,
        now=now,
        public=registered_fields(case, row),
        texts=registered_texts(case),
        private=registered_private(text=text, nickname=nickname, draft=draft),
        begins_stream=True,
    )
    return case
