"""Saying which estate a name means: the estate gets an alias, and what writes the name is attributed anew."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.hotline.asking import STORE_LOCK, ask, estates_asked
from huiyin.apps.hotline.models import UnknownName
from huiyin.apps.hotline.permissions import check_decide
from huiyin.apps.hotline.services.topics import find_topics_later
from huiyin.apps.places.models import Estate
from huiyin.apps.places.services import add_alias
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.web.now import now as clock

State = UnknownName.State


@transaction.atomic
def claim_name(name: UnknownName, *, estate: Estate, by: Actor, now: datetime | None = None) -> UnknownName:
    """The name is one of the estate's from now on; complaints that write it follow in the background."""
    now = now or clock()
    name = _open(name, by)
    add_alias(estate=estate, name=name.name, by=by, now=now)
    name.estate = estate
    _decide(name, State.NAMED, by, now)
    queue.configure_task("hotline.attribute_again", lock=STORE_LOCK).defer()
    return name


@transaction.atomic
def ignore_name(name: UnknownName, *, by: Actor, now: datetime | None = None) -> UnknownName:
    """The words are no estate of the district; they are not asked about again."""
    name = _open(name, by)
    _decide(name, State.IGNORED, by, now or clock())
    return name


def attribute_again() -> int:
    """Ask the store for estates of complaints that write a name claimed since; returns how many found one."""
    names = list(
        UnknownName.objects.filter(state=State.NAMED, complaint_count__gt=0)
        .order_by("name")
        .values_list("name", flat=True)
        .distinct()
    )
    if not names:
        return 0
    now = clock()
    done = ask("attribute_again", {"names": names, "estates": estates_asked(now)}, now=now)
    find_topics_later()
    return int(done["attributed"])


def _open(name: UnknownName, by: Actor) -> UnknownName:
    name = UnknownName.objects.select_for_update(no_key=True).get(pk=name.pk)
    check_decide(name, by)
    if name.state != State.OPEN:
        raise RuleBroken("这个写法已经有人处理过了。", code="hotline.name_decided")
    return name


def _decide(name: UnknownName, state: str, by: Actor, now: datetime) -> None:
    name.state = state
    name.decided_by_key, name.decided_by_label, name.decided_at = by.key, by.label[:100], now
    name.save()
    record(
        kind=f"hotline.name_{state}",
        stream=f"hotline_names/{name.pk}",
        by=by,
        now=now,
        public={"estate": name.estate.code if name.estate else "", "street": name.street_code},
        texts={"name": name.name},
    )
