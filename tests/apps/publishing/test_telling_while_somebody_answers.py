"""Messages, answers and redactions meet on the same asker and case; no two wait for each other for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Asker, Case
from huiyin.apps.ledger.services.transition import locked
from huiyin.apps.people.services import erase_person
from huiyin.apps.publishing import services
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.redaction import replace_in_messages
from huiyin.apps.publishing.services import messages_for
from huiyin.integrations.sms import DeliveryReport
from tests import given
from tests.people import Cast, a_cast

SOLVED = given._STEPS["solved"]


def test_an_answer_does_not_wait_for_the_message_that_is_being_made(fresh_database: str) -> None:
    cast = a_cast()
    case = given.a_case(cast, status="replied")
    event = Event.objects.get(stream=case.stream, kind="ledger.case_replied")
    refused: list[Exception] = []

    def answer() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
            SOLVED(cast, Case.objects.get(pk=case.pk), given.A_MONDAY.replace(hour=20))
        except Exception as problem:
            refused.append(problem)
        finally:
            connection.close()

    with transaction.atomic():
        assert messages_for(event)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at the commit, a moment later
        meanwhile = threading.Thread(target=answer)
        meanwhile.start()
        meanwhile.join()
    assert refused == []
    assert Case.objects.get(pk=case.pk).status == "confirmed"


def gateway_reports(cast: Cast, message: Message) -> None:
    services.take_report(DeliveryReport(number=f"huiyin-{message.pk}", is_delivered=True))


def slip_is_brought(cast: Cast, message: Message) -> None:
    services.record_brought(message, by=cast.by_community_worker, reached=True)


def asker_opens(cast: Cast, message: Message) -> None:
    services.open_message(message, by=cast.by_resident)


def finds_no_number(cast: Cast, message: Message) -> None:
    services.send_sms(message.pk)


NEWS: list[tuple[Callable[[Cast, Message], None], str, str, str]] = [
    (gateway_reports, "sms", "sent", "delivered"),
    (finds_no_number, "sms", "waiting", "failed"),
    (slip_is_brought, "slip", "printed", "delivered"),
    (asker_opens, "in_site", "waiting", "delivered"),
]


@pytest.mark.parametrize(
    ("arrives", "channel", "before", "after"), NEWS, ids=[each[0].__name__ for each in NEWS]
)
def test_news_of_a_message_waits_for_a_redaction_before_it_holds_the_message(
    fresh_database: str, arrives: Callable[[Cast, Message], None], channel: str, before: str, after: str
) -> None:
    cast = a_cast()
    case = given.a_case(cast, status="replied")
    Asker.objects.update(delivered_at=None)
    messages_for(Event.objects.get(stream=case.stream, kind="ledger.case_replied"))
    message = Message.objects.earliest("pk")
    Message.objects.exclude(pk=message.pk).delete()
    Message.objects.update(channel=channel, state=before)
    while_the_title_is_redacted(case, lambda: arrives(cast, Message.objects.get(pk=message.pk)))
    message.refresh_from_db()
    assert (message.state, "门口的灯不亮" in message.body) == (after, True)


def test_forgetting_a_person_waits_for_a_redaction_before_it_holds_the_messages(fresh_database: str) -> None:
    cast = a_cast()
    case = given.a_case(cast, status="replied")
    messages_for(Event.objects.get(stream=case.stream, kind="ledger.case_replied"))
    while_the_title_is_redacted(case, lambda: erase_person(person=cast.resident, by=cast.by_resident))
    assert not Message.objects.filter(asker__person=cast.resident).exists()


def while_the_title_is_redacted(case: Case, arrives: Callable[[], object]) -> None:
    """What arrives in another thread waits for the case; the redaction then finds no message held by it."""
    problems: list[Exception] = []

    def meanwhile() -> None:
        try:
            arrives()
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=meanwhile)
    with transaction.atomic():
        locked(case)
        thread.start()
        wait_until_somebody_waits()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        replace_in_messages(case, case.title, "门口的灯不亮")
    thread.join()
    assert problems == []


def wait_until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
            time.sleep(0.02)
    raise AssertionError("nobody waits for a lock")
