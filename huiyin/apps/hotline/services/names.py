"""Saying which estate a name means, or taking that back: an alias comes or goes, what writes it is attributed anew."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.hotline.asking import STORE_LOCK, ask, estates_asked
from huiyin.apps.hotline.models import UnknownName
from huiyin.apps.hotline.permissions import check_decide, check_ignore
from huiyin.apps.hotline.services.topics import find_topics_later
from huiyin.apps.places.models import Estate
from huiyin.apps.places.permissions import can_name_estates
from huiyin.apps.places.selectors import scope_of_estate
from huiyin.apps.places.services import add_alias, remove_alias
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
    queue.configure_task("hotline.attribute_again", lock=STORE_LOCK).defer(claimed=name.name)
    return name


@transaction.atomic
def ignore_name(name: UnknownName, *, by: Actor, now: datetime | None = None) -> UnknownName:
    """The words are no estate of the district; they are not asked about again."""
    name = _open(name, by)
    check_ignore(name, by)
    _decide(name, State.IGNORED, by, now or clock())
    return name


@transaction.atomic
def reopen_name(name: UnknownName, *, by: Actor, now: datetime | None = None) -> UnknownName:
    """Take back what was decided: the estate loses the alias, what wrote it is attributed anew, it is asked again.

    An alias belongs to no street: where the name was claimed for the estate in several, it is taken back in all.
    """
    now = now or clock()
    name = _locked(name, by)
    if name.state == State.OPEN:
        raise RuleBroken("这个写法还没有处理。", code="hotline.name_open")
    estate, told = name.estate, [name]
    if estate is not None:
        remove_alias(estate=estate, name=name.name, by=by, now=now)
        rows = UnknownName.objects.select_for_update(no_key=True)
        told = list(rows.filter(name=name.name, estate=estate).order_by("pk"))
        queue.configure_task("hotline.attribute_again", lock=STORE_LOCK).defer(
            released=name.name, estate=estate.code
        )
    for each in told:
        each.state, each.estate, each.decided_at = State.OPEN, None, None
        each.decided_by_key = each.decided_by_label = ""
        each.save()
        _record(each, "reopened", by, now, estate=estate)
    return name


def can_reopen(name: UnknownName, by: Actor) -> bool:
    """Of a name the actor sees: the same rule without asking for it again."""
    return name.estate is None or can_name_estates(by, scope_of_estate(name.estate))


def attribute_again(released: str = "", estate: str = "", claimed: str = "") -> int:
    """Ask the store for estates of complaints that write a name claimed since; returns how many found one.

    `claimed`: a name that was, whether or not an import that was under way still counts it among those nobody knows.
    `released`: a name the estate of this code bore until now; its complaints that write it are asked about too.
    """
    open_ones = UnknownName.objects.filter(state=State.NAMED, complaint_count__gt=0)
    names = sorted({*open_ones.values_list("name", flat=True), *([claimed] if claimed else [])})
    if not names and not released:
        return 0
    now = clock()
    asked = {
        "names": names,
        "estates": estates_asked(now),
        "released": [(released, estate)] if released else [],
    }
    done = ask("attribute_again", asked, now=now)
    find_topics_later()
    return int(done["attributed"])


def _locked(name: UnknownName, by: Actor) -> UnknownName:
    rows = UnknownName.objects.select_for_update(of=("self",), no_key=True).select_related("estate__area")
    name = rows.get(pk=name.pk)
    check_decide(name, by)
    return name


def _open(name: UnknownName, by: Actor) -> UnknownName:
    name = _locked(name, by)
    if name.state != State.OPEN:
        raise RuleBroken("这个写法已经有人处理过了。", code="hotline.name_decided")
    return name


def _decide(name: UnknownName, state: str, by: Actor, now: datetime) -> None:
    name.state = state
    name.decided_by_key, name.decided_by_label, name.decided_at = by.key, by.label[:100], now
    name.save()
    _record(name, state, by, now, estate=name.estate)


def _record(name: UnknownName, done: str, by: Actor, now: datetime, *, estate: Estate | None) -> None:
    record(
        kind=f"hotline.name_{done}",
        stream=f"hotline_names/{name.pk}",
        by=by,
        now=now,
        public={"estate": estate.code if estate else "", "street": name.street_code},
        texts={"name": name.name},
    )
