"""Asking: the same key twice at the same moment, and what may be called a recurrence."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from huiyin.apps.ledger.models import Case, NumberCounter
from huiyin.domain.errors import RuleBroken
from tests import given
from tests.people import Cast


def test_two_requests_with_one_key_at_once_get_the_same_case(fresh_database: str) -> None:
    from tests.people import a_cast

    cast = a_cast()
    together, numbers = Barrier(4), list[str]()

    def ask() -> None:
        try:
            together.wait()
            numbers.append(given.a_registered_case(cast, idempotency_key="k" * 20).number)
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 4
    assert len(set(numbers)) == 1
    assert Case.objects.count() == NumberCounter.objects.get().last == 1


def test_only_a_settled_case_of_the_same_place_recurs(cast: Cast) -> None:
    open_case = given.a_registered_case(cast)
    with pytest.raises(RuleBroken, match="还没有办完"):
        given.a_registered_case(cast, recurrence_of=open_case)
    settled = given.a_case(cast, status="confirmed")
    assert given.a_registered_case(cast, recurrence_of=settled).recurrence_of == settled
    Case.objects.filter(pk=settled.pk).update(estate=cast.other_estate)
    with pytest.raises(RuleBroken, match="同一个小区"):
        given.a_registered_case(cast, recurrence_of=Case.objects.get(pk=settled.pk))
