"""What a fault test needs inside its site, done there by `huiyin manage shell -c`; answers go to a JSON file."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.test import Client

from huiyin.apps.imports import services
from huiyin.apps.meetings.models import Meeting
from huiyin.apps.meetings.services import letters
from huiyin.apps.people.models import Person
from huiyin.apps.people.selectors import actor_of
from huiyin.apps.places.models import Estate, Household
from huiyin.documents.writing import Sheet, write_xlsx
from huiyin.web.now import now
from tests import given_meetings, people
from tests.serving import ServedSite

HEADER = ("编号", "小区", "标题", "内容", "登记时间", "主办", "答复", "答复时间")


def told(site: ServedSite, call: str) -> Any:
    """Run a function of this module inside the site; what it returned."""
    answer = site.folder / "answer.json"
    module = "tests.faults.preparing"
    site.run(
        "manage",
        "shell",
        "-c",
        f"import json, pathlib; from {module} import *; "
        f"pathlib.Path({str(answer)!r}).write_text(json.dumps({call}))",
    )
    return json.loads(answer.read_text())


def signed_in_residents(count: int) -> dict[str, Any]:
    """An estate and `count` residents of it, each with a session."""
    estate = people.a_cast().estate
    found = [people.a_person(200 + number, nickname=f"住户{number}") for number in range(count)]
    return {"estate": estate.slug, "sessions": [_session(person) for person in found]}


def a_full_hall(phones: int) -> dict[str, Any]:
    """A meeting whose floor is open, with a question of every kind; so many phones and the secretary are signed in."""
    cast = people.a_cast()
    meeting = given_meetings.a_meeting(cast, phase="questions")
    given_meetings.everything_is_asked(cast, meeting)
    found = [people.a_person(200 + number, nickname=f"住户{number}") for number in range(phones)]
    return {
        "meeting": meeting.pk,
        "asked": meeting.questions.count(),
        "sessions": [_session(person) for person in found],
        "secretary": _session(cast.secretary),
    }


def a_pile_of_letters(homes: int) -> int:
    """Ordered for one building of so many homes; the worker begins with it at once."""
    if not Meeting.objects.exists():
        a_full_hall(0)
    meeting = Meeting.objects.get()
    (estate,) = (each.estate for each in meeting.estates.select_related("estate"))
    Household.objects.bulk_create(
        Household(estate=estate, building="12", unit="1", room=f"{number:04d}") for number in range(homes)
    )
    by = actor_of(Person.objects.get(display_name="何知夏"))
    (pile,) = letters.order_letters(meeting, by=by, estate=estate, building="12")
    return int(pile.pk)


def _session(person: Person) -> str:
    return people.sign_in(Client(), person).cookies["sessionid"].value


def start_import(rows: int, folder: str) -> int:
    """An old ledger of that many rows, brought by the secretary, checked, and now being written by the worker."""
    if not Estate.objects.exists():
        people.a_cast()
    secretary = Person.objects.get(display_name="何知夏")
    by = actor_of(secretary)
    # The number of rows already there keeps a second file apart from the first.
    path = Path(folder) / f"ledger-{time.time_ns()}.xlsx"
    begun = now().replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=400)
    with path.open("wb") as file:
        write_xlsx(file, [Sheet("台账", HEADER, (_row(number, begun, path.stem) for number in range(rows)))])
    import_ = services.upload_file(kind="ledger.cases", data=path.read_bytes(), name=path.name, by=by)
    import_ = services.set_mapping(
        import_,
        mapping=import_.mapping,
        options={"source": path.stem, "area": "", "unknown_estate": "refuse", "lead": ""},
        by=by,
    )
    while import_.state == "mapped":
        time.sleep(0.2)
        import_.refresh_from_db()
    assert (import_.state, import_.rows_ok) == ("checked", rows), (import_.state, import_.error)
    return int(services.start_import(import_, by=by).pk)


def _row(number: int, begun: Any, ledger: str) -> list[Any]:
    at = (begun + timedelta(minutes=37 * number % 400_000)).replace(tzinfo=None)
    replied = number % 3 != 0
    return [
        f"{number:06d}",
        "云杉里",
        f"第 {number} 件：楼道灯不亮",
        f"{number % 12 + 1} 号楼楼道灯不亮，晚上下楼要打手电。（{ledger}）",
        at,
        "青禾物业",
        "已换感应灯，保修一年。" if replied else None,
        at + timedelta(days=number % 40) if replied else None,
    ]
