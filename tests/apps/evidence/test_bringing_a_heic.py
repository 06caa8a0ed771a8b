"""An iPhone's own format: taken in like every photo, by a process that can do no harm."""

from __future__ import annotations

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image

from huiyin.apps.evidence import pictures, services
from huiyin.apps.evidence.forms import PhotoField
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.selectors import renditions
from huiyin.domain.errors import RuleBroken
from huiyin.integrations import confined
from tests.apps.evidence.photos import (
    BLUE,
    MANAGER,
    NOW,
    RED,
    a_heic,
    bytes_of,
    files_kept,
    halves,
    picture_of,
)

pytestmark = pytest.mark.django_db


def add(upload: io.BytesIO, **more: object) -> Evidence:
    return services.add_photo(by=MANAGER, upload=upload, now=NOW, **more)


def turned_by_the_container(quarter: int) -> io.BytesIO:
    """A picture that lies on its side in the file; the container says how to turn it."""
    import pillow_heif

    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = quarter
    out = io.BytesIO()
    heif = pillow_heif.from_pillow(halves(800, 600))
    heif.info["exif"] = exif.tobytes()
    heif.save(out, quality=60)
    return io.BytesIO(out.getvalue())


def test_a_heic_gets_the_same_public_copies_as_every_photo():
    upload = a_heic()
    evidence = add(upload, all_sizes=True)
    assert (evidence.original_format, evidence.width, evidence.height) == ("HEIC", 800, 600)
    assert evidence.captured_at == datetime(2026, 6, 15, 19, 55, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert bytes_of(evidence.original_key) == upload.getvalue()
    assert [each.width for each in renditions(evidence, "jpeg")] == [320, 640, 800]
    copy = picture_of(renditions(evidence, "jpeg")[0].path)
    for at, colour in ((60, RED), (260, BLUE)):
        seen = copy.getpixel((at, 120))
        assert all(abs(have - want) < 16 for have, want in zip(seen, colour, strict=True))
    for row in renditions(evidence):
        for trace in (b"Exif", b"GPS", b"2026:06:15"):
            assert trace not in bytes_of(row.path)


def test_a_heic_taken_with_the_phone_turned_stands_upright():
    evidence = add(turned_by_the_container(6))
    assert (evidence.width, evidence.height) == (600, 800)
    copy = picture_of(renditions(evidence, "jpeg")[0].path)
    red, _green, blue = copy.getpixel((copy.width // 2, copy.height // 4))
    assert red > 180
    assert blue < 90


def test_a_form_takes_it_at_the_door():
    upload = SimpleUploadedFile("a.heic", a_heic().getvalue())
    assert add(PhotoField().clean(upload)).original_format == "HEIC"


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_a_heic_cut_off_in_the_middle_is_refused_and_leaves_nothing(share):
    noise = Image.effect_noise((320, 240), 80).convert("RGB")
    whole = a_heic(picture=noise).getvalue()
    before = files_kept()
    with pytest.raises(RuleBroken, match="坏了或没有传完"):
        add(io.BytesIO(whole[: max(16, int(len(whole) * share))]))
    assert files_kept() == before
    assert not Evidence.objects.exists()


def test_a_heic_that_is_none_inside_is_refused():
    for data in (b"\0\0\0\x18ftypheic" + b"\0" * 400, b"\0\0\0\x18ftypmif1" + b"\xff" * 4000):
        with pytest.raises(RuleBroken) as refusal:
            add(io.BytesIO(data))
        assert refusal.value.code == "photo_broken"


def test_a_heic_of_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch):
    upload = a_heic(picture=Image.new("RGB", (600, 400), RED))
    monkeypatch.setattr(pictures, "MAX_PIXELS", 600 * 400 - 1)
    with pytest.raises(RuleBroken, match="像素太多"):
        add(upload)


def test_a_decoder_that_dies_is_a_broken_photo_and_not_a_broken_site(monkeypatch):
    def dying(*arguments: object, **options: object) -> bytes:
        raise confined.NotReadable("exit -11")

    monkeypatch.setattr(confined, "run", dying)
    with pytest.raises(RuleBroken) as refusal:
        add(a_heic())
    assert refusal.value.code == "photo_broken"
