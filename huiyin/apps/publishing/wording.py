"""What an asker is told when something happens to the case: one sentence a kind, short enough for an SMS."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.apps.ledger.limits import deadlines
from huiyin.domain.ledger_rules import ANSWER_LABELS, Answer
from huiyin.web.dates import due_words

DISMISSED = "ledger.objection_dismissed"
EXTENDED = "ledger.extension_approved"
MERGED = "ledger.case_merged"
TOLD: dict[str, str] = {
    "ledger.case_registered": gettext_noop("已登记，编号 %(number)s。期限 %(due)s，从今天算起。"),
    "ledger.case_assigned": gettext_noop("已交给%(lead)s办理，期限 %(due)s。"),
    "ledger.case_rejected": gettext_noop(
        "社区没有受理，理由已公开。不同意的话，%(objection_days)s 天内可以向街镇提出异议。"
    ),
    "ledger.asker_was_asked": gettext_noop("主办单位请您补充情况。"),
    "ledger.case_replied": gettext_noop("有了答复。办没办好由您说了算，请告诉我们。"),
    EXTENDED: gettext_noop(
        "期限从 %(old_due)s 改到 %(due)s，理由已公开。最初的期限 %(first_due)s 一直看得见。"
    ),
    "ledger.case_not_solvable": gettext_noop(
        "主办单位说解决不了，依据和该找谁已公开。不同意的话，%(objection_days)s 天内可以提出异议。"
    ),
    MERGED: gettext_noop("和同一件事并在一起办了。您仍然可以自己说解决没有。"),
    "ledger.case_unmerged": gettext_noop("分出来单独办理，期限 %(due)s。"),
    "ledger.case_confirmed": gettext_noop(
        "到期没有人说没办好，记为已解决。不是这样的话，%(reopen_days)s 天内可以说没办好，重新办理。"
    ),
    "ledger.case_unconfirmed": gettext_noop(
        "到期没有收到您的反馈，不算已解决。%(unconfirmed_days)s 天内仍可以选。"
    ),
    "ledger.asker_answered": gettext_noop(
        "%(who)s替您登记：%(answer)s。不是您的意思，请告诉社区或街镇；"
        "登记为“已解决”的，%(reopen_days)s 天内可以说没办好。"
    ),
    "ledger.case_withdrawn": gettext_noop(
        "%(who)s替您登记：撤回，不再办理。不是您的意思，请告诉社区或街镇。"
    ),
    "ledger.objection_upheld": gettext_noop("异议成立，重新办理。"),
    DISMISSED: gettext_noop("异议不成立，理由已公开。"),
    "ledger.reopening_granted": gettext_noop("社区同意重新办理。"),
    "ledger.reopening_refused": gettext_noop("社区决定不再重新办理，理由已公开。"),
}
MERGED_INTO_A_REPLY = gettext_noop(
    "和 %(original)s 是同一件事，并在一起办，已经有了答复。办没办好由您说了算，请告诉我们。"
)
BY_SMS = frozenset(TOLD) - {"ledger.case_assigned", "ledger.case_registered"}
"""Kinds worth a short message; the others wait in the account. A slip or a call is made for the same kinds."""
SPOKEN_FOR = frozenset({"ledger.asker_answered", "ledger.case_withdrawn"})
"""What somebody typed in for an asker, told to that asker alone. Beyond the account it goes by short message only:
a slip or a call would pass through the hands that typed it in."""


def is_told(kind: str, public: Mapping[str, Any]) -> bool:
    """An event of this kind is worth telling: nobody has to hear of the own word."""
    return kind not in SPOKEN_FOR or public.get("how") in ("slip", "call")


def sentence(
    kind: str,
    public: Mapping[str, Any],
    *,
    title: str,
    number: str,
    lead: str,
    first_due_at: datetime,
    due_at: datetime,
    now: datetime,
    who: str = "",
    original: str = "",
) -> str:
    """The whole sentence, e.g. 您反映的“楼道灯不亮”（26-0041-738）有了答复。…

    `public` is the event's, `who` what it calls its actor in public; `original` the number of a replied case this one
    was merged into.
    """
    days = deadlines(now).values.answers
    old_due_at = datetime.fromisoformat(str(public["old_due_at"])) if "old_due_at" in public else due_at
    told = _(MERGED_INTO_A_REPLY if kind == MERGED and original else TOLD[kind]) % {
        "number": number,
        "lead": lead,
        "who": who,
        "due": due_words(due_at, now),
        "first_due": due_words(first_due_at, now),
        "old_due": due_words(old_due_at, now),
        "original": original,
        "answer": _(ANSWER_LABELS[Answer(public["answer"])]) if public.get("answer") else "",
        "objection_days": days.objection_days,
        "reopen_days": days.reopen_confirmed_days,
        "unconfirmed_days": days.unconfirmed_days,
    }
    return _("您反映的“%(title)s”（%(number)s）%(told)s") % {
        "title": shortened(title),
        "number": number,
        "told": told,
    }


def shortened(title: str) -> str:
    return title if len(title) <= 24 else f"{title[:23]}…"
