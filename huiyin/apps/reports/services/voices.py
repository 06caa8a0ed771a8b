"""Adding a voice to a demand list: a resident by the QR page, the community for paper, visits and phone calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from django.db import IntegrityError, transaction

from huiyin.apps.ledger.limits import start_of
from huiyin.apps.ledger.permissions import as_resident
from huiyin.apps.people.selectors import verified_household
from huiyin.apps.reports.models import Demand, DemandList, DemandVoice, DemandVoicePrivate
from huiyin.apps.reports.permissions import check_may_speak, check_may_type_in, is_of_the_company
from huiyin.apps.reports.policies import rules_of
from huiyin.apps.reports.services.taking_in import LONGEST_TITLE
from huiyin.apps.reports.services.witness import fresh, open_list, witness_list
from huiyin.domain.access import Actor
from huiyin.domain.buildings import named
from huiyin.domain.case_titles import title_of
from huiyin.domain.clocks import due_day
from huiyin.domain.demands import TYPED_IN, VoiceSource
from huiyin.domain.errors import RuleBroken
from huiyin.language.masking import mask, mask_nickname, mask_place
from huiyin.web.now import now as clock

P = ParamSpec("P")
SHORTEST_TEXT = 4
LONGEST_TEXT = 1000


def once_for_each_key(add: Callable[P, DemandVoice]) -> Callable[P, DemandVoice]:
    """A key sent again gets the voice it made before; only the constraint knows for certain."""

    @wraps(add)
    def once(*args: P.args, **kwargs: P.kwargs) -> DemandVoice:
        key = kwargs.get("idempotency_key")
        made_before = DemandVoice.objects.filter(idempotency_key=key).first() if key else None
        if made_before is not None:
            return made_before
        try:
            with transaction.atomic():
                return add(*args, **kwargs)
        except IntegrityError:
            made_before = DemandVoice.objects.filter(idempotency_key=key).first() if key else None
            if made_before is None:
                raise
            return made_before

    return once


@once_for_each_key
def add_voice(
    demand_list: DemandList,
    *,
    by: Actor,
    source: VoiceSource | str,
    text: str = "",
    demand: Demand | None = None,
    title: str = "",
    category: str = "",
    building: str = "",
    nickname: str = "",
    said_at: datetime | None = None,
    idempotency_key: str | None = None,
    now: datetime | None = None,
) -> DemandVoice:
    """One more voice: for a line that stands already (`demand`; "the same here" needs no words), or a line of its own.

    By QR the resident speaks for itself until the last day of collecting. What was heard on a visit, on paper or by
    phone is typed in by the community until the list is confirmed. The text is masked here, once.
    """
    now = now or clock()
    source = VoiceSource(source)
    demand_list = open_list(demand_list)
    estate = demand_list.estate
    is_typed = source in TYPED_IN
    if is_typed:
        check_may_type_in(by, estate)
    else:
        _check_speaks_for_itself(demand_list, by, source, now)
    building = named(building)
    line = _line_for(demand_list, demand) if demand is not None else None
    text = _checked(text) if text.strip() or line is None else line.title
    if line is None:
        line = Demand.objects.create(
            demand_list=demand_list,
            title=mask(title.strip() or title_of(text))[:LONGEST_TITLE],
            category=category,
            is_read=is_typed,
            added_at=now,
        )
    person_id = None if is_typed else int(by.key.partition(":")[2])
    voice = DemandVoice.objects.create(
        demand=line,
        source=source,
        text=mask(text),
        building=mask_place(building)[:40],
        nickname=mask_nickname(nickname.strip())[:20],
        person_id=person_id,
        household_id=verified_household(person_id, estate.pk) if person_id else None,
        said_at=said_at or now,
        entered_by_label=by.label[:80] if is_typed else "",
        idempotency_key=idempotency_key or None,
    )
    if voice.text != text or voice.building != building:
        DemandVoicePrivate.objects.create(voice=voice, text=text, building=building[:120])
    witness_list(
        demand_list,
        "voice_added",
        by=by if is_typed else as_resident(by),
        now=now,
        public={"demand": line.pk, "voice": voice.pk, "source": str(source)},
        texts={"title": line.title, "text": voice.text, "building": voice.building},
        private={"text": text, "nickname": nickname},
    )
    return voice


def _check_speaks_for_itself(demand_list: DemandList, by: Actor, source: VoiceSource, now: datetime) -> None:
    if source is not VoiceSource.QR:
        raise RuleBroken("热点里的声音来自台账，不能另外登记。", code="voice.source", field="source")
    check_may_speak(by)
    today = due_day(now)
    if is_of_the_company(by, demand_list.estate, today):
        raise RuleBroken(
            "您在服务这个小区的物业企业工作，不能替居民提诉求。", code="voice.of_the_company", field="text"
        )
    if today > demand_list.collects_until:
        raise RuleBroken(
            "这份诉求清单已在 %(day)s 截止收集。还有事要反映，可以随时在台账里提出。",
            code="voice.too_late",
            day=demand_list.collects_until,
        )
    most = rules_of(demand_list).demands.voices_a_day
    person = by.key.partition(":")[2]
    said = DemandVoice.objects.filter(
        demand__demand_list=demand_list,
        source=VoiceSource.QR,
        person_id=int(person),
        said_at__gte=start_of(today),
    )
    if said.count() >= most:
        raise RuleBroken(
            "您今天已经提了 %(count)s 条，明天可以接着提。", code="voice.too_many_today", count=most
        )


def _line_for(demand_list: DemandList, demand: Demand) -> Demand:
    """The line a voice joins: where it was merged, the one it was merged into."""
    line = fresh(demand)
    if line.merged_into is not None:
        line = line.merged_into
    if line.demand_list_id != demand_list.pk:
        raise RuleBroken("这条诉求不在这份清单里。", code="voice.other_list", field="demand")
    if line.set_aside_reason:
        raise RuleBroken(
            "这条诉求没有列入清单：%(reason)s", code="voice.set_aside", reason=line.set_aside_sentence
        )
    return line


def _checked(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if len(text) < SHORTEST_TEXT:
        raise RuleBroken(
            "请写清楚是什么事，至少 %(count)s 个字。",
            code="voice.text_short",
            field="text",
            count=SHORTEST_TEXT,
        )
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(
            "最多写 %(count)s 个字，请写短一些。", code="voice.text_long", field="text", count=LONGEST_TEXT
        )
    return text
