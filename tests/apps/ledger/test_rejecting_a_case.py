"""What the secretary does not take on: the public reason, and nothing of a person in it."""

from __future__ import annotations

from django.test import Client

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.bulk import History, write
from huiyin.apps.ledger.bulk.history import Rejected
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services import assign
from tests import given
from tests.people import Cast

NOTE = "提问人住6号楼2单元302室，电话13912345678，已当面说明。"


def is_public_without(case: Case, *secrets: str) -> None:
    event = Event.objects.select_related("secret").get(stream=case.stream, kind="ledger.case_rejected")
    page = Client().get(f"/cases/{case.number}").text
    assert "已当面说明" in page
    for said in (case.public_reason, f"{event.public}{event.secret.texts}", page):
        for secret in secrets:
            assert secret not in said


def test_the_note_of_a_rejection_is_masked_before_it_is_public(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    code = given.a_rejection_code(given.A_MONDAY)
    rejected = assign.reject(case, by=cast.by_secretary, reason_code=code, note=NOTE, now=given.A_MONDAY)
    is_public_without(rejected, "13912345678", "302")


def test_so_is_one_that_is_written_in_bulk(cast: Cast) -> None:
    code = given.a_rejection_code(given.A_MONDAY)
    history = History(
        key="rejected",
        at=given.A_MONDAY,
        by=cast.by_resident,
        text=given.TEXT,
        area=cast.community,
        estate=cast.estate,
        steps=(Rejected(at=given.A_MONDAY, by=cast.by_secretary, reason_code=code, note=NOTE),),
    )
    is_public_without(write([history])[0], "13912345678", "302")
