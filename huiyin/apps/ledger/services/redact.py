"""Taking out of a public text what the masking missed; the chain still verifies because it holds digests only."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.audit.services import erase_parts, record
from huiyin.apps.ledger import similar
from huiyin.apps.ledger.copies import replace_everywhere
from huiyin.apps.ledger.models import Bulletin, Case, Topic
from huiyin.apps.ledger.permissions import check_secretary
from huiyin.apps.ledger.public_texts import Place, PublicText, public_texts
from huiyin.apps.ledger.services.register import search_vector
from huiyin.apps.ledger.services.transition import locked, witness
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

PRINTED = {"title": "title", "building": "building", "lead_label": "lead"}
"""Columns of a case that a bulletin repeats, and what they are called there."""


@transaction.atomic
def redact_text(
    case: Case, *, by: Actor, key: str, words: str, reason: str, now: datetime | None = None
) -> Case:
    """The secretary replaces one public text, e.g. to remove a name, wherever it stands; the reason is public.

    `key` is that of `public_texts`: it names the words, so that what changed meanwhile is not overwritten. Rows,
    history, issued bulletins and messages read the new words; of the events only what held the old ones is erased, so
    that everything else that was said stays verifiable. Raises NotPermitted and RuleBroken.
    """
    now = now or clock()
    case = locked(case)
    by = check_secretary(by, case)
    text = next((each for each in public_texts(case) if each.key == key), None)
    if text is None:
        raise RuleBroken("这段文字刚刚有了变化，请回到列表再选一次。", code="redact.gone")
    new, reason = mask(words.strip()), mask(reason.strip())
    _check(text, new, reason)
    for place in text.places:
        _put(case, place, new, by=by, now=now)
    replace_everywhere(case, text.words, new)
    erase_parts(text.kept, by=by, now=now, reason="text_redacted")
    witness(
        case,
        "text_redacted",
        by=by,
        now=now,
        public={
            "what": text.what,
            "replaces": [list(each) for each in text.replaces],
            **(dict([text.whose]) if text.whose else {}),
        },
        texts={"words": new, "reason": reason},
    )
    transaction.on_commit(similar.forget)
    return case


def redact_words(
    case: Case, *, by: Actor, words: str, new: str, reason: str, now: datetime | None = None
) -> bool:
    """Replace words inside every public text of the case, each like `redact_text`; whether any held them."""
    found = False
    while text := next((each for each in public_texts(case) if words in each.words), None):
        told = mask(text.words.replace(words, new))
        if words in told:
            raise RuleBroken("换上去的文字里不能再有要遮盖的字。", code="redact.same", field="words")
        case = redact_text(case, by=by, key=text.key, words=told, reason=reason, now=now)
        found = True
    return found


def _check(text: PublicText, new: str, reason: str) -> None:
    if not reason:
        raise RuleBroken("请写明为什么遮盖，这个理由会公开。", code="redact.no_reason", field="reason")
    if not new and not text.may_be_empty:
        raise RuleBroken(
            "请写换上去的文字。整段都不该公开的，写“（已遮盖）”。", code="redact.no_words", field="words"
        )
    if new == text.words:
        raise RuleBroken("文字没有变。请把不该公开的地方改掉。", code="redact.same", field="words")
    if len(new) > text.longest:
        raise RuleBroken(
            "最多写 %(count)s 个字，请写短一些。", code="redact.long", field="words", count=text.longest
        )


def _put(case: Case, place: Place, new: str, *, by: Actor, now: datetime) -> None:
    row = place.row
    if isinstance(row, Case):
        old = getattr(case, place.column)
        setattr(case, place.column, f"{place.before}{new}{place.after}")
        case.search = search_vector(case)
        case.save(update_fields=[place.column, "search"])
        if place.column in PRINTED:
            _reprint(case, PRINTED[place.column], old)
        return
    if isinstance(row, Topic):
        _rename(row, new, by=by, now=now)
        return
    type(row)._default_manager.filter(pk=row.pk).update(**{place.column: new})


def _rename(topic: Topic, title: str, *, by: Actor, now: datetime) -> None:
    """A topic is told in the stream of its estate."""
    topic = Topic.objects.select_for_update(no_key=True).select_related("estate").get(pk=topic.pk)
    if Topic.objects.filter(estate=topic.estate, title=title).exists():
        raise RuleBroken("这个小区已经有同名的热点。", code="topic.same_title", field="words")
    topic.title = title
    topic.save(update_fields=["title"])
    record(
        kind="ledger.topic_renamed",
        stream=f"estate/{topic.estate.code}",
        by=by,
        now=now,
        public={"topic": topic.pk},
        texts={"title": title},
    )


def _reprint(case: Case, name: str, old: str) -> None:
    """A bulletin is a snapshot, but not of what should never have been said in public."""
    if case.estate_id is None:
        return
    issued = Bulletin.objects.select_for_update(no_key=True).filter(
        estate_id=case.estate_id, issued_at__isnull=False
    )
    new = {"title": case.title, "building": case.building, "lead": case.lead_label}[name]
    for bulletin in issued.order_by("pk"):
        told = bulletin.lines
        lines = [line for rows in told.get("lists", {}).values() for line in rows] + told.get("confirmed", [])
        mine = [line for line in lines if line.get("number") == case.number and line.get(name) == old]
        for line in mine:
            line[name] = new
        if mine:
            bulletin.save(update_fields=["lines"])
