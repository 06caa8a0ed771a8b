"""What an asker is told when something happens to the case: one sentence a kind, short enough for an SMS."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

TOLD: dict[str, str] = {
    "ledger.case_registered": gettext_noop("已登记，编号 %(number)s。期限 %(due)s，从今天算起。"),
    "ledger.case_assigned": gettext_noop("已交给%(lead)s办理，期限 %(due)s。"),
    "ledger.case_rejected": gettext_noop("社区没有受理，理由已公开。不同意的话，15 天内可以向街镇提出异议。"),
    "ledger.asker_was_asked": gettext_noop("主办单位请您补充情况。"),
    "ledger.case_replied": gettext_noop("有了答复。办没办好由您说了算，请告诉我们。"),
    "ledger.extension_approved": gettext_noop("期限改到 %(due)s，理由已公开。最初的期限一直看得见。"),
    "ledger.case_not_solvable": gettext_noop(
        "主办单位说解决不了，依据和该找谁已公开。不同意的话，15 天内可以提出异议。"
    ),
    "ledger.case_merged": gettext_noop("和同一件事并在一起办了。您仍然可以自己说解决没有。"),
    "ledger.case_unmerged": gettext_noop("分出来单独办理，期限 %(due)s。"),
    "ledger.case_unconfirmed": gettext_noop("到期没有收到您的反馈，不算已解决。90 天内仍可以选。"),
    "ledger.objection_upheld": gettext_noop("异议成立，重新办理。"),
    "ledger.objection_dismissed": gettext_noop("异议不成立，理由已公开。"),
    "ledger.reopening_granted": gettext_noop("社区同意重新办理。"),
    "ledger.reopening_refused": gettext_noop("社区决定不再重新办理，理由已公开。"),
}
BY_SMS = frozenset(TOLD) - {"ledger.case_assigned", "ledger.case_merged", "ledger.case_registered"}
"""Kinds worth a short message; the others wait in the account. A slip or a call is made for the same kinds."""


def sentence(kind: str, *, title: str, number: str, lead: str, due: str) -> str:
    """The whole sentence, e.g. 您反映的“楼道灯不亮”（26-0041-738）有了答复。…"""
    told = _(TOLD[kind]) % {"number": number, "lead": lead, "due": due}
    return _("您反映的“%(title)s”（%(number)s）%(told)s") % {
        "title": shortened(title),
        "number": number,
        "told": told,
    }


def shortened(title: str) -> str:
    return title if len(title) <= 24 else f"{title[:23]}…"
