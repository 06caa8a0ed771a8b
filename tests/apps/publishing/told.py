"""Askers reached in every way, and the reactions of publishing run as the worker runs them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.reactions import react
from huiyin.apps.ledger.models import Case, Reply
from huiyin.apps.ledger.services import assign, register, reply
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.services import messages_for
from huiyin.domain.ledger_rules import Source
from tests import given
from tests.people import Cast

REPLIED_AT = given.A_MONDAY + timedelta(days=2)


def a_reply_to_be_told(cast: Cast, *, channel: str, now: datetime = given.A_MONDAY) -> Reply:
    """The company's reply to a slip typed in for an elder, who wants to hear by `channel`."""
    case = register.register_case(
        by=cast.by_community_worker,
        text="楼门口的台阶松了，上下不稳。",
        estate=cast.estate,
        area=cast.community,
        source=Source.PAPER,
        nickname="周大爷",
        building="3号楼",
        asker=register.AskerDraft(channel=channel, name="周有福", phone="13900000000"),
        now=now,
    )
    assign.assign(
        case,
        by=cast.by_secretary,
        case_list="short_term",
        lead=assign.Lead.company(cast.engagement),
        now=now + timedelta(days=1),
    )
    return reply.reply(
        Case.objects.get(pk=case.pk),
        by=cast.by_manager,
        text=given.GOOD_REPLY,
        no_evidence_reason="现场已恢复，没有拍照。",
        now=REPLIED_AT,
    )


def run_reactions(kind: str = "ledger.case_replied") -> int:
    """Run the waiting jobs of one kind of event; how many had their effect."""
    jobs = ProcrastinateJob.objects.filter(task_name="audit.react", args__reaction="publishing.tell_askers")
    wanted = set(Event.objects.filter(kind=kind).values_list("pk", flat=True))
    return sum(react(**job.args) for job in jobs if job.args["event_id"] in wanted)


def the_message(row: Reply) -> Message:
    return Message.objects.get(reply=row)


def a_slip_to_bring(cast: Cast) -> dict[str, Any]:
    """For the access table: a slip with a reply, waiting to be printed."""
    row = a_reply_to_be_told(cast, channel="slip")
    (made,) = messages_for(_witness_of(row), now=REPLIED_AT)
    return {"pk": made.pk}


def a_message_in_the_account(cast: Cast) -> dict[str, Any]:
    """For the access table: what the resident is told of the reply."""
    case = given.a_case(cast, status="replied")
    row = case.replies.get()
    made = messages_for(_witness_of(row), now=REPLIED_AT)
    return {"pk": next(each.pk for each in made if each.channel == "in_site")}


def _witness_of(row: Reply) -> Event:
    return Event.objects.get(stream=row.case.stream, kind="ledger.case_replied")
