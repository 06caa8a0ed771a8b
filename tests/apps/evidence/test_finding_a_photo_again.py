"""The same photo in another estate or period is found again, whatever was done to it; other photos are not."""

from __future__ import annotations

import io
from functools import cache
from itertools import combinations
from random import Random

import pytest
from django.db import connection
from django.db.models import Q
from PIL import Image

from huiyin.apps.evidence import fingerprints, owners, services, tasks
from huiyin.apps.evidence.fingerprints import SAME, Fingerprint, fingerprint, likeness, may_be_same
from huiyin.apps.evidence.lookalikes import lookalikes, lookalikes_of
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.models import Fingerprint as Row
from huiyin.domain.access import SYSTEM
from huiyin.integrations.storage import store
from tests.apps.evidence.made_over import MAKEOVERS, a_photograph, as_jpeg, cut, drawn, half, recompressed
from tests.apps.evidence.photos import MANAGER, NOW, a_photo

PHOTOGRAPHS = 16


@cache
def pictures() -> dict[str, Image.Image]:
    return drawn(1) | {f"photograph {seed}": a_photograph(seed) for seed in range(PHOTOGRAPHS)}


@cache
def prints() -> dict[str, Fingerprint]:
    return {name: made for name, picture in pictures().items() if (made := fingerprint(picture))}


def is_same(one: Fingerprint, other: Fingerprint) -> bool:
    return may_be_same(one, other) and likeness(one.thumb, other.thumb) >= SAME


# --- the fingerprint --------------------------------------------------------------------------------------


@pytest.mark.parametrize("makeover", MAKEOVERS)
def test_nearly_every_photo_is_found_after_a_makeover(makeover):
    """Measured on more pictures by `python -m bench lookalikes`; here at least nine in ten of each kind."""
    rng = Random(makeover)
    found = [
        is_same(prints()[name], fingerprint(MAKEOVERS[makeover](pictures()[name], rng))) for name in prints()
    ]
    assert sum(found) >= 0.9 * len(found)


def test_different_photos_are_not_taken_for_the_same():
    pairs = list(combinations(prints(), 2))
    wrong = [pair for pair in pairs if is_same(prints()[pair[0]], prints()[pair[1]])]
    assert len(wrong) <= 0.01 * len(pairs), wrong


def test_before_and_after_of_one_place_are_two_photos():
    same = [
        name for name in prints() if " before " in name
        and is_same(prints()[name], prints()[name.replace(" before ", " after ")])
    ]  # fmt: skip
    assert same == []


def test_a_part_is_found_from_the_whole_and_the_whole_from_a_part():
    whole = prints()["photograph 3"]
    part = fingerprint(cut(pictures()["photograph 3"], 0.08, 0, 0.03, 0.1))
    assert likeness(whole.thumb, part.thumb) == likeness(part.thumb, whole.thumb) > SAME


def test_a_picture_of_one_colour_has_no_fingerprint():
    assert fingerprint(Image.new("RGB", (640, 480), (90, 120, 90))) is None


def test_keys_fit_the_column():
    for made in prints().values():
        assert all(-(2**31) <= key < 2**31 for key in made.views | made.guesses)
        assert len(made.views) <= 81
        assert len(made.guesses) == 93


# --- the search -------------------------------------------------------------------------------------------


def add(picture: Image.Image, quality: int = 88) -> Evidence:
    return services.add_photo(by=MANAGER, upload=io.BytesIO(as_jpeg(picture, quality)), now=NOW)


@pytest.mark.django_db
def test_the_same_photo_used_again_is_shown_with_its_score():
    used = a_photograph(1, 480, 360)
    first = add(used)
    other = add(a_photograph(2, 480, 360))
    again, made_over = add(used), add(recompressed(half(cut(used, 0.1, 0, 0, 0.05)), 40))
    found = lookalikes(made_over)
    assert {each.evidence for each in found} == {first, again}
    assert all(SAME <= each.score < 1 for each in found)
    assert not any(each.is_same_file for each in found)
    (same, alike) = lookalikes(again)
    assert (same.evidence, same.score, same.is_same_file) == (first, 1.0, True)
    assert alike.evidence == made_over
    assert lookalikes(other) == []


@pytest.mark.django_db
def test_a_withdrawn_photo_is_still_found_and_a_purged_one_forgotten():
    used = a_photograph(1, 480, 360)
    first, again = add(used), add(half(used))
    services.withdraw(first, reason="拍错了", by=MANAGER, now=NOW)
    assert [each.evidence for each in lookalikes(again)] == [first]
    services.purge(first, by=SYSTEM, now=NOW)
    assert lookalikes(again) == []
    assert not Row.objects.filter(evidence=first).exists()


@pytest.mark.django_db
def test_plain_walls_are_not_all_the_same_photo():
    one, other = (add(Image.new("RGB", (400, 300), (shade, shade, shade))) for shade in (90, 95))
    assert lookalikes(one) == lookalikes(other) == []


@pytest.mark.django_db
def test_each_find_names_the_page_it_stands_on():
    first, again = add(a_photograph(1, 480, 360)), add(half(a_photograph(1, 480, 360)))
    page = owners.Page("/desk/cases/26-0041-738", "26-0041-738")
    owners.register(
        "test",
        may_manage=lambda actor, evidence: None,
        page=lambda evidence: page if evidence == first else None,
    )
    try:
        assert [each.page for each in lookalikes(again)] == [page]
    finally:
        owners.register("test", may_manage=lambda actor, evidence: None, page=lambda evidence: None)


@pytest.mark.django_db
def test_the_search_takes_four_queries_however_many_photos_are_asked_for(django_assert_num_queries):
    asked = [add(a_photograph(seed, 240, 180)) for seed in range(1, 6)]
    first, again = add(a_photograph(6, 480, 360)), add(half(a_photograph(6, 480, 360)))
    with django_assert_num_queries(4):
        assert [each.evidence for each in lookalikes(again)] == [first]
    with django_assert_num_queries(4):
        found = lookalikes_of([*asked, first, again])
    assert {pk: [each.evidence for each in alike] for pk, alike in found.items()} == {
        **{each.pk: [] for each in asked},
        first.pk: [again],
        again.pk: [first],
    }


@pytest.mark.django_db
def test_the_search_reads_the_index():
    """The planner would read all rows, because it takes comparing two lists for cheap: the function forbids it."""
    made = fingerprint(a_photograph(1, 240, 180))
    alike = Row.objects.filter(
        Q(views__overlap=sorted(made.guesses)) | Q(guesses__overlap=sorted(made.views))
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(proconfig) FROM pg_proc WHERE proname = 'evidence_begin_alike'")
        (setting,) = cursor.fetchone()
        assert setting == "enable_seqscan=off"
        cursor.execute(f"SET LOCAL {setting}")
        plan = alike.explain()
    assert "fingerprint_views" in plan
    assert "fingerprint_guesses" in plan


# --- photos brought before --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_older_photos_get_their_fingerprints_by_a_task():
    used = a_photograph(1, 480, 360)
    old, without_original, gone = add(used), add(half(used)), add(cut(used, 0.1, 0, 0, 0))
    Row.objects.all().delete()
    services.make_missing_sizes(without_original.pk, 1)
    services.drop_original(without_original, by=SYSTEM, now=NOW)
    store().remove(gone.original_key)
    tasks.make_fingerprints(timestamp=0)
    assert Row.objects.count() == 3
    assert [each.evidence for each in lookalikes(old)] == [without_original]
    assert bytes(Row.objects.get(evidence=gone).thumb) == b""
    assert services.make_missing_fingerprints(10) == 0


@pytest.mark.django_db
def test_a_newer_method_makes_all_anew(monkeypatch):
    evidence = add(a_photograph(1, 240, 180))
    monkeypatch.setattr(fingerprints, "METHOD", fingerprints.METHOD + 1)
    assert lookalikes(evidence) == []
    assert services.make_missing_fingerprints(10) == 1
    assert Row.objects.get(evidence=evidence).method == fingerprints.METHOD


@pytest.mark.django_db
def test_listing_photos_does_not_read_fingerprints(django_assert_num_queries):
    evidence = services.add_photo(by=MANAGER, upload=a_photo(), now=NOW)
    with django_assert_num_queries(1) as queries:
        Evidence.objects.get(pk=evidence.pk)
    assert "fingerprint" not in queries[0]["sql"]
