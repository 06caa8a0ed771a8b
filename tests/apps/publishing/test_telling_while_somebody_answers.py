"""Messages and answers meet on the same asker and case; neither waits for the other, or both would wait for ever."""

from __future__ import annotations

import threading

from django.db import connection, transaction

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Case
from huiyin.apps.publishing.services import messages_for
from tests import given
from tests.people import a_cast

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
