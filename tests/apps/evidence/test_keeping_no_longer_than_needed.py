"""Originals with time and place go with the person who brought them, and in any case when the policy says."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.evidence import owners, personal, services
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.personal import KEPT_DAYS, remove_old_originals
from huiyin.apps.people import retention
from huiyin.apps.people.models import Person
from huiyin.apps.people.selectors import actor_of
from huiyin.apps.people.services import erase_person, export_person
from huiyin.apps.policies.retention import keep_days
from huiyin.domain.access import SYSTEM
from tests.apps.evidence.pdfs import a_pdf
from tests.apps.evidence.photos import NOW, a_photo, halves
from tests.people import a_person

pytestmark = pytest.mark.django_db
LAST_DAY = NOW + timedelta(days=KEPT_DAYS)
AFTER = LAST_DAY + timedelta(days=1)


@pytest.fixture
def person() -> Person:
    return a_person(21, name="段立新")


@pytest.fixture
def attached() -> Iterator[set[int]]:
    """The keys of what some app uses."""
    keys: set[int] = set()
    owners.register(
        "test",
        may_manage=lambda actor, evidence: False if evidence.pk in keys else None,
        page=lambda evidence: None,
    )
    yield keys
    owners.register("test", may_manage=lambda actor, evidence: None, page=lambda evidence: None)


def a_small_photo(person: Person) -> Evidence:
    return services.add_photo(by=actor_of(person), upload=a_photo(picture=halves(64, 48)), now=NOW)


def a_document(person: Person) -> Evidence:
    return services.add_document(by=actor_of(person), upload=io.BytesIO(a_pdf()), caption="合格证", now=NOW)


def test_whoever_brought_a_photo_gets_told_what_is_kept_of_it(person: Person) -> None:
    evidence = a_small_photo(person)
    told = export_person(person=person, by=actor_of(person))["sections"]["evidence"]["data"]
    assert [(each["sha256"], each["captured_near"]) for each in told] == [(evidence.sha256, "39.85, 116.28")]


def test_with_the_person_go_originals_and_places_and_what_nobody_uses(
    person: Person, attached: set[int]
) -> None:
    photo, document, unused = a_small_photo(person), a_document(person), a_small_photo(person)
    attached |= {photo.pk, document.pk}
    assert erase_person(person=person, by=actor_of(person))["evidence"] == 3
    for each in (photo, document, unused):
        each.refresh_from_db()
        assert (each.uploaded_by_key, each.original_key, each.captured_north) == ("", "", None)
    assert (photo.is_shown, photo.renditions.exists()) == (True, True)
    assert (document.is_shown, bool(document.copy_key)) == (True, True)
    assert unused.state == Evidence.State.PURGED


def test_originals_go_when_the_policy_says_and_copies_stay(person: Person, attached: set[int]) -> None:
    assert keep_days("photo_original", NOW) == KEPT_DAYS
    photo, withdrawn = a_small_photo(person), a_small_photo(person)
    attached |= {photo.pk, withdrawn.pk}
    services.withdraw(withdrawn, reason="拍到了人。", by=SYSTEM, now=NOW)
    assert remove_old_originals(LAST_DAY) == 0
    assert remove_old_originals(AFTER) == 2
    assert remove_old_originals(AFTER) == 0
    photo.refresh_from_db()
    withdrawn.refresh_from_db()
    assert (photo.original_key, photo.captured_east, photo.is_shown) == ("", None, True)
    assert withdrawn.state == Evidence.State.PURGED
    assert history_of(photo.stream)[-1].kind == "evidence.original_dropped"


def test_a_photo_whose_sizes_are_still_missing_gets_them_before_its_original_goes(person: Person) -> None:
    photo = services.add_photo(by=actor_of(person), upload=a_photo(), now=NOW)
    assert photo.state == Evidence.State.PROCESSING
    assert remove_old_originals(AFTER) == 1
    photo.refresh_from_db()
    assert (photo.state, photo.original_key) == (Evidence.State.READY, "")


def test_where_the_adopted_policy_does_not_know_originals_they_go_all_the_same(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never_heard(code: str, now: object) -> int:
        raise KeyError(code)

    monkeypatch.setattr(personal, "keep_days", never_heard)
    a_small_photo(person)
    assert remove_old_originals(AFTER) == 1


def test_the_daily_run_knows_originals() -> None:
    (rule,) = (rule for rule in retention.rules() if rule.name == "evidence.originals")
    assert rule.run(NOW) == 0
