"""Time and place of the camera: kept as a clue for reviewers, coarse, private, and gone with the original."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.template import Context, Template

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.evidence import services
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.selectors import apart_km, held_against
from huiyin.domain.access import SYSTEM
from huiyin.domain.captures import Held
from tests.apps.evidence.photos import MANAGER, NOW, a_heic, a_photo, halves

pytestmark = pytest.mark.django_db
SMALL = halves(64, 48)


def add(upload) -> Evidence:
    return services.add_photo(by=MANAGER, upload=upload, now=NOW, all_sizes=True)


@pytest.mark.parametrize("make", [a_photo, a_heic])
def test_the_place_is_kept_as_a_square_of_a_kilometre(make):
    evidence = add(make(picture=SMALL))
    assert (evidence.captured_north, evidence.captured_east) == (3985, 11628)


def test_a_photo_without_a_place_has_none():
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (64, 48)).save(out, "JPEG")
    evidence = add(io.BytesIO(out.getvalue()))
    assert (evidence.captured_north, evidence.captured_at) == (None, None)
    assert apart_km(evidence, evidence) is None


def test_neither_place_nor_time_stands_in_the_public_history():
    evidence = add(a_photo(picture=SMALL))
    told = str([event.public for event in history_of(evidence.stream)])
    assert "3985" not in told
    assert "11628" not in told


def test_the_place_goes_with_the_original():
    evidence = services.drop_original(add(a_photo(picture=SMALL)), by=SYSTEM, now=NOW)
    assert (evidence.captured_north, evidence.captured_east) == (None, None)
    with pytest.raises(IntegrityError, match="evidence_place_goes_with_the_original"), transaction.atomic():
        Evidence.objects.filter(pk=evidence.pk).update(captured_north=3985, captured_east=11628)


def test_two_photos_know_how_far_apart_they_were_taken():
    here, there = add(a_heic(picture=SMALL)), add(a_heic(picture=SMALL, place=(39.905, 116.655)))
    assert apart_km(here, there) == 29
    assert apart_km(here, here) == 0


@pytest.mark.parametrize(
    ("claimed_on", "outcome", "sentence"),
    [
        (date(2026, 6, 15), Held.FITS, "与所说的一致"),
        (date(2026, 6, 12), Held.DIFFERS, "比所说的晚 3 天"),
        (date(2026, 6, 17), Held.DIFFERS, "比所说的早 2 天"),
        (date(2026, 6, 20), Held.IMPOSSIBLE, "比所说的拍摄日期早 2 天"),
    ],
)
def test_a_reviewer_reads_how_the_claimed_day_stands_to_the_camera(claimed_on, outcome, sentence):
    evidence = add(a_photo(picture=SMALL))
    assert held_against(claimed_on, evidence).outcome is outcome
    page = Template("{% load evidence %}{% held day evidence %}").render(
        Context({"day": claimed_on, "evidence": evidence})
    )
    assert sentence in page


def test_a_photo_that_says_nothing_is_not_blamed():
    evidence = add(a_photo(picture=SMALL, taken="0000:00:00 00:00:00"))
    assert held_against(date(2026, 6, 15), evidence).outcome is Held.SILENT
    page = Template("{% load evidence %}{% held day evidence %}").render(
        Context({"day": date(2026, 6, 15), "evidence": evidence})
    )
    assert "无法对照" in page
