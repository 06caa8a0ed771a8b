"""10,000 cases for the measured site, some with a whole history, and the sessions of two people."""

from __future__ import annotations

import json
import sys

import django

WITH_HISTORY = ("confirmed", "reopened", "replied", "in_progress")


def main(count: int) -> None:
    django.setup()
    from django.db import transaction
    from django.test import Client

    from tests import given, people
    from tests.apps.ledger.many import many_cases

    with transaction.atomic():
        cast = people.a_cast()
        many_cases(cast, count)
        cases = [given.a_case(cast, status=status) for status in WITH_HISTORY for _ in range(5)]

    def session(name: str) -> str:
        value: str = people.sign_in(Client(), getattr(cast, name)).cookies["sessionid"].value
        return value

    print(
        json.dumps(
            {
                "estate": cast.estate.slug,
                "cases": [case.number for case in cases],
                "resident": session("resident"),
                "secretary": session("secretary"),
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
