"""Letters to a whole estate as files: a worker prints each building, the secretary takes the file while it is there.

Codes are made where they are printed and never travel: not in a task's arguments, not in the database. They open the
rating from the moment the whole file lies in the store; a worker that is killed before leaves every earlier letter
as it was.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from subprocess import TimeoutExpired

from django.db import transaction

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import LetterPile, Meeting
from huiyin.apps.meetings.paper import rating_letters
from huiyin.apps.meetings.permissions import can_decide, check_decide
from huiyin.apps.meetings.services.rate import LETTERS_FROM, Letter, make_valid, not_rated, written_to
from huiyin.apps.meetings.services.steps import heard_at, locked, witness
from huiyin.apps.people.actors import actor_of_key
from huiyin.apps.places.models import Estate
from huiyin.documents.paper.batches import NotPrinted, render_apart
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.integrations.storage import store
from huiyin.web.now import now as clock

logger = logging.getLogger(__name__)
State = LetterPile.State
FOLDER = "letters"
_LEFTOVER_AFTER = timedelta(days=1)
_LOST_AFTER = timedelta(minutes=15)
"""A building takes seconds: what has waited longer was lost with its worker."""


@transaction.atomic
def order_letters(
    meeting: Meeting, *, by: Actor, estate: Estate, building: str = "", now: datetime | None = None
) -> list[LetterPile]:
    """A file for each building with households that have not rated, or for the one named; printed by a worker.

    What waits already is not ordered twice, unless it has waited so long that its worker must have died.
    """
    now = now or clock()
    meeting = locked(meeting)
    check_decide(by, meeting)
    if meeting.phase not in LETTERS_FROM:
        raise RuleBroken("公告以后才能印评议信。", code="letters.not_now")
    estate = heard_at(meeting, estate).estate
    wanted = not_rated(meeting, estate)
    if building:
        wanted = wanted.filter(building=building)
    piles = []
    for name in wanted.order_by("building").values_list("building", flat=True).distinct():
        pile, is_new = LetterPile.objects.get_or_create(
            meeting=meeting,
            estate=estate,
            building=name,
            state=State.WAITING,
            defaults={"ordered_by_key": by.key, "ordered_at": now},
        )
        is_lost = pile.ordered_at < now - _LOST_AFTER
        if is_lost:
            pile.ordered_by_key, pile.ordered_at = by.key, now
            pile.save(update_fields=["ordered_by_key", "ordered_at"])
        if is_new or is_lost:
            queue.configure_task("meetings.print_letters").defer(pile_id=pile.pk)
        piles.append(pile)
    return piles


def print_pile(pile_id: int, *, now: datetime | None = None) -> None:
    """Print one building's letters (task): all of them in one file, or nothing."""
    pile = LetterPile.objects.select_related("meeting__area__parent", "estate").get(pk=pile_id)
    if pile.state != State.WAITING:
        return
    now = now or clock()
    meeting = pile.meeting
    by = actor_of_key(pile.ordered_by_key)
    if by is None or not can_decide(by, meeting):
        _fail(pile, "要印信的人已经不是这个社区的书记。")
        return
    letters = written_to(not_rated(meeting, pile.estate).filter(building=pile.building))
    if not letters:
        _fail(pile, "没有要印的信，都评议过了。")
        return
    try:
        pdf = render_apart(rating_letters(meeting, heard_at(meeting, pile.estate), letters, now=now))
    except (NotPrinted, TimeoutExpired):
        logger.exception("letters of pile %s were not printed", pile_id)
        _fail(pile, "排版没有成功，请再印一次。")
        return
    key = f"{FOLDER}/{secrets.token_urlsafe(16)}.pdf"
    store().put(key, pdf)
    try:
        is_kept = _keep(pile, letters, key, by=by, now=now)
    except BaseException:
        store().remove(key)
        raise
    if not is_kept:
        store().remove(key)


@transaction.atomic
def _keep(pile: LetterPile, letters: list[Letter], key: str, *, by: Actor, now: datetime) -> bool:
    """The letters become valid together with their file; False where another run was faster."""
    meeting = locked(pile.meeting)
    pile = (
        LetterPile.objects.select_for_update(no_key=True, of=("self",))
        .select_related("estate")
        .get(pk=pile.pk)
    )
    if pile.state != State.WAITING:
        return False
    make_valid(meeting, pile.estate, letters, by=check_decide(by, meeting), now=now)
    pile.state, pile.file_key, pile.printed_at = State.READY, key, now
    pile.letter_count, pile.ordered_by_key = len(letters), ""
    pile.save()
    return True


def give_up(pile_id: int) -> None:
    """Say of what could not be printed again and again that it was not."""
    _fail(LetterPile(pk=pile_id), "没有印成，请再印一次。")


def _fail(pile: LetterPile, why: str) -> None:
    waiting = LetterPile.objects.filter(pk=pile.pk, state=State.WAITING)
    waiting.update(state=State.FAILED, failure=why, ordered_by_key="")


@transaction.atomic
def take_letters(pile: LetterPile, *, by: Actor, now: datetime | None = None) -> bytes:
    """The file, for the secretary alone; that it was taken stands in the meeting's history."""
    now = now or clock()
    meeting = locked(pile.meeting)
    by = check_decide(by, meeting)
    pile = LetterPile.objects.select_related("estate").get(pk=pile.pk)
    gone = RuleBroken("这份信的文件已经不在了，请再印一次。", code="letters.gone")
    if pile.state != State.READY:
        raise gone
    try:
        with store().open(pile.file_key) as file:
            pdf = file.read()
    except FileNotFoundError:
        raise gone from None
    witness(
        meeting,
        "letters_taken",
        by=by,
        now=now,
        public={"estate": pile.estate.code, "count": pile.letter_count},
        texts={"building": pile.building},
    )
    return pdf


def remove_old_letters(now: datetime) -> int:
    """Files of letters some days after they were printed (policy), and what a killed worker left in the store."""
    before = now - timedelta(days=limits.policy(now).rating.keep_letters_days)
    old = LetterPile.objects.filter(state=State.READY, printed_at__lt=before)
    count = 0
    for pile in old.select_for_update(no_key=True):
        key, pile.file_key, pile.state = pile.file_key, "", State.REMOVED
        pile.save(update_fields=["file_key", "state"])
        store().remove(key)
        count += 1
    known = set(LetterPile.objects.exclude(file_key="").values_list("file_key", flat=True))
    for file in list(store().files(FOLDER)):
        if file.key not in known and file.is_older_than(now - _LEFTOVER_AFTER):
            store().remove(file.key)
    return count
