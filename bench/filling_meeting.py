"""A meeting whose floor is open and a hall of verified residents for the measured site; prints their sessions."""

from __future__ import annotations

import json
import sys

import django

ASKED_BEFORE = 12


def main(count: int) -> None:
    django.setup()
    from django.db import transaction
    from django.test import Client

    from huiyin.apps.meetings.services import ask
    from huiyin.apps.people.actors import actor_of
    from huiyin.apps.people.services import claim_household, verify_household
    from tests import given_meetings, people

    with transaction.atomic():
        cast = people.a_cast()
        residents = [people.a_person(1000 + number) for number in range(count)]
        for number, person in enumerate(residents):
            home = claim_household(
                person=person, estate=cast.estate, building=str(1 + number % 12), unit="1", room=str(100 + number),
                by=actor_of(person),
            )  # fmt: skip
            verify_household(membership=home, by=cast.by_community_worker)
        meeting = given_meetings.a_meeting(cast, phase="questions")
        for number in range(ASKED_BEFORE):
            ask.ask(
                meeting,
                by=actor_of(residents[number]),
                estate=cast.estate,
                text=f"第 {number + 1} 个问题：几时修好？",
                idempotency_key=f"before-{number}",
            )
    sessions = [people.sign_in(Client(), person).cookies["sessionid"].value for person in residents]
    print(
        json.dumps(
            {"meeting": meeting.pk, "sessions": sessions, "people": [person.pk for person in residents]}
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
