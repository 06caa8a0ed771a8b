"""10,000 cases over thirty estates for the measured site, a report, a live meeting; sessions of who opens them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from huiyin.apps.people.models import Person
    from tests.people import Cast

ESTATES = 30
RESIDENTS = 160
"""So many that nobody asks more in a day than the policy lets one person ask."""
WITH_HISTORY = ("confirmed", "reopened", "replied", "in_progress")


def main(count: int) -> None:
    django.setup()
    from django.db import transaction
    from django.test import Client

    from tests import given, given_meetings, people
    from tests.apps.ledger.many import many_cases

    with transaction.atomic():
        cast = people.a_cast()
        many_cases(cast, count)
        spread_over(cast, ESTATES)
        cases = [given.a_case(cast, status=status) for status in WITH_HISTORY for _ in range(5)]
        meeting = given_meetings.a_meeting(cast, phase="questions")
        for text in (given_meetings.LIFT, given_meetings.CHARGING, given_meetings.REVENUE):
            given_meetings.a_question(cast, meeting, text=text)

    def session_of(person: Person) -> str:
        value: str = people.sign_in(Client(), person).cookies["sessionid"].value
        return value

    def session(name: str) -> str:
        return session_of(getattr(cast, name))

    print(
        json.dumps(
            {
                "estate": cast.estate.slug,
                "other_estate": "estate-1",
                "cases": [case.number for case in cases],
                "meeting": meeting.pk,
                "report": meeting.estates.get().report_id,
                "residents": [session_of(people.a_person(100 + number)) for number in range(RESIDENTS)],
                "secretary": session("secretary"),
                "officer": session("district_officer"),
            }
        )
    )


def spread_over(cast: Cast, count: int) -> None:
    """One estate in `count` stays at 云杉里; each other share goes to an estate and a community of its own."""
    from django.db import connection

    from huiyin.apps.places.services import EstateFacts, add_estate, create_area
    from tests.people import BEGINNING

    by = cast.actor("district_officer")
    for number in range(1, count):
        area = create_area(
            code=f"{cast.other_street.code[:9]}{number + 100:03d}",
            name=f"第{number}社区",
            parent=cast.other_street,
            valid_from=BEGINNING,
            by=by,
        )
        estate = add_estate(
            code=f"E{number:02d}", slug=f"estate-{number}", name=f"第{number}小区", area=area,
            facts=EstateFacts(household_count=300), by=by,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE ledger_case SET estate_id = %s, area_id = %s, place_path = %s WHERE id %% %s = %s",
                [estate.pk, area.pk, f"{area.path}e{estate.pk}/", count, number],
            )


if __name__ == "__main__":
    main(int(sys.argv[1]))
