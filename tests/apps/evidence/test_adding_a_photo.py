"""A manager brings photos: what is taken, what is refused, and what the public copies still know."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageStat

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.evidence import pictures, services, tasks
from huiyin.apps.evidence.models import Evidence, Rendition
from huiyin.apps.evidence.selectors import evidence_public, renditions
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.storage import store
from tests.apps.evidence.photos import (
    BLUE,
    MANAGER,
    NOW,
    RED,
    a_photo,
    a_png_that_claims,
    bytes_of,
    halves,
    picture_of,
)

pytestmark = pytest.mark.django_db


def add(upload: io.BytesIO, **more: object) -> Evidence:
    return services.add_photo(by=MANAGER, upload=upload, now=NOW, **more)


def files_of(evidence: Evidence) -> dict[str, bytes]:
    return {row.path: bytes_of(row.path) for row in Rendition.objects.filter(evidence=evidence)}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_gets_public_copies_in_three_widths_and_two_formats(form):
    evidence = add(a_photo(form), all_sizes=True)
    assert (evidence.state, evidence.original_format) == ("ready", form)
    sizes = [(each.width, each.height) for each in renditions(evidence)]
    assert sizes == [(320, 240), (640, 480), (1280, 960)]
    assert sizes == [(each.width, each.height) for each in renditions(evidence, "jpeg")]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_no_public_copy_keeps_place_camera_or_comment(form):
    upload = a_photo(form)
    assert b"SecretCamera" in upload.getvalue()
    files = files_of(add(upload, all_sizes=True))
    assert len(files) == 6
    for data in files.values():
        with Image.open(io.BytesIO(data)) as copy:
            assert not copy.getexif()
            assert not {"exif", "xmp", "comment", "icc_profile"} & set(copy.info)
        for trace in (b"Secret", b"Exif", b"GPS", b"2026:06:15"):
            assert trace not in data


def test_the_original_is_kept_for_the_service_only():
    upload = a_photo()
    evidence = add(upload)
    kept = store().root / evidence.original_key
    assert evidence.original_key.startswith("private/")
    assert kept.read_bytes() == upload.getvalue()
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.parent.stat().st_mode & 0o077 == 0
    assert evidence.sha256 == hashlib.sha256(upload.getvalue()).hexdigest()


@pytest.mark.parametrize(
    ("orientation", "red_side"),
    [
        (1, "left"),
        (2, "right"),
        (3, "right"),
        (4, "left"),
        (5, "top"),
        (6, "top"),
        (7, "bottom"),
        (8, "bottom"),
    ],
)
def test_a_photo_taken_with_the_phone_turned_stands_upright(orientation, red_side):
    evidence = add(a_photo(orientation=orientation), all_sizes=True)
    turned = red_side in ("top", "bottom")
    assert (evidence.width, evidence.height) == ((1200, 1600) if turned else (1600, 1200))
    copy = picture_of(renditions(evidence)[0].path)
    width, height = copy.size
    where = {
        "left": (width // 4, height // 2),
        "right": (width * 3 // 4, height // 2),
        "top": (width // 2, height // 4),
        "bottom": (width // 2, height * 3 // 4),
    }
    red, _green, blue = copy.convert("RGB").getpixel(where[red_side])
    assert red > 180
    assert blue < 90


@pytest.mark.parametrize(
    ("taken", "offset", "kept"),
    [
        ("2026:06:15 19:55:02", "", datetime(2026, 6, 15, 19, 55, 2, tzinfo=ZoneInfo("Asia/Shanghai"))),
        ("2026:06:15 11:55:02", "+00:00", datetime(2026, 6, 15, 19, 55, 2, tzinfo=ZoneInfo("Asia/Shanghai"))),
        (
            "2026:06:15 19:55:02",
            "nonsense",
            datetime(2026, 6, 15, 19, 55, 2, tzinfo=ZoneInfo("Asia/Shanghai")),
        ),
        ("1980:01:01 00:00:00", "", None),
        ("2031:01:01 00:00:00", "", None),
        ("0000:00:00 00:00:00", "", None),
    ],
)
def test_the_time_of_the_camera_is_kept_when_it_can_be_believed(taken, offset, kept):
    assert add(a_photo(taken=taken, offset=offset)).captured_at == kept


def test_one_size_is_there_at_once_and_the_others_after_the_task():
    evidence = add(a_photo())
    assert evidence.state == "processing"
    assert [each.width for each in renditions(evidence)] == [640]
    tasks.make_sizes(evidence_id=evidence.pk, version=1)
    evidence = Evidence.objects.get(pk=evidence.pk)
    assert evidence.state == "ready"
    assert [each.width for each in renditions(evidence)] == [320, 640, 1280]


def test_the_task_runs_twice_without_harm():
    evidence = add(a_photo())
    assert services.make_missing_sizes(evidence.pk, 1) == 4
    assert services.make_missing_sizes(evidence.pk, 1) == 0


@pytest.mark.parametrize(
    ("size", "widths"), [((200, 150), [200]), ((500, 700), [320, 500]), ((900, 600), [320, 640, 900])]
)
def test_a_small_photo_is_never_made_larger(size, widths):
    evidence = add(a_photo(picture=halves(*size)), all_sizes=True)
    assert [each.width for each in renditions(evidence)] == widths


def test_a_transparent_picture_stands_on_white():
    out = io.BytesIO()
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(out, "PNG")
    evidence = add(io.BytesIO(out.getvalue()))
    copy = picture_of(renditions(evidence, "jpeg")[0].path)
    assert min(copy.getpixel((200, 200))) > 250


def test_sixteen_bit_grey_and_cmyk_are_readable():
    grey, cmyk = io.BytesIO(), io.BytesIO()
    Image.new("I;16", (400, 300), 40_000).save(grey, "PNG")
    Image.new("CMYK", (400, 300), (0, 0, 0, 100)).save(cmyk, "JPEG")
    for upload in (grey, cmyk):
        copy = picture_of(renditions(add(io.BytesIO(upload.getvalue())), "jpeg")[0].path)
        assert 120 < copy.convert("L").getpixel((200, 150)) < 190


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jpg", b"GIF89a" + b"\0" * 400),
        ("b.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("c.webp", b"<!doctype html><title>photo</title>" + b" " * 400),
        ("d.jpg", b"%PDF-1.7" + b"\0" * 400),
        ("e.jpg", b"RIFF\0\0\0\0WAVEfmt " + b"\0" * 400),
        ("f.avif", b"\0\0\0\x18ftypavif" + b"\0" * 400),
        ("g.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 400),
    ],
)
def test_other_files_are_refused_whatever_their_name(name, data):
    upload = io.BytesIO(data)
    upload.name = name
    with pytest.raises(RuleBroken, match="只收 JPEG、PNG、WebP、HEIC") as refusal:
        add(upload)
    assert refusal.value.code == "photo_wrong_type"


def test_a_real_gif_named_jpg_is_refused():
    out = io.BytesIO()
    halves(300, 200).save(out, "GIF")
    with pytest.raises(RuleBroken, match="只收"):
        add(io.BytesIO(out.getvalue()))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_photo_cut_off_in_the_middle_is_refused(form, share):
    noise = Image.effect_noise((700, 500), 80).convert("RGB")
    whole = a_photo(form, picture=noise).getvalue()
    with pytest.raises(RuleBroken) as refusal:
        add(io.BytesIO(whole[: int(len(whole) * share)]))
    assert refusal.value.code == "photo_broken"


def test_a_png_with_one_wrong_byte_is_refused():
    whole = bytearray(a_photo("PNG").getvalue())
    whole[len(whole) // 2] ^= 0xFF
    with pytest.raises(RuleBroken, match="坏了"):
        add(io.BytesIO(bytes(whole)))


@pytest.mark.parametrize(
    "size", [(8000, 8000), (60_000, 60_000), (2_000_000_000, 2_000_000_000), (17_000, 20)]
)
def test_a_decompression_bomb_is_refused_before_it_unpacks(size):
    with pytest.raises(RuleBroken) as refusal:
        add(a_png_that_claims(*size))
    assert refusal.value.code in ("photo_too_many_pixels", "photo_broken")


@pytest.mark.parametrize(
    ("form", "options", "is_taken"),
    [
        ("JPEG", {}, True),
        ("JPEG", {"progressive": True}, False),
        ("PNG", {}, False),
        ("WEBP", {}, False),
    ],
)
def test_only_what_can_be_decoded_in_part_may_have_very_many_pixels(form, options, is_taken):
    out = io.BytesIO()
    Image.new("RGB", (5000, 4000), RED).save(out, form, **options)
    if is_taken:
        assert add(io.BytesIO(out.getvalue())).width == 5000
    else:
        with pytest.raises(RuleBroken, match="最多 1600 万像素"):
            add(io.BytesIO(out.getvalue()))


# Alone in a process, whose highest use of memory the system remembers.
DECODE = """
import pathlib, re, sys
from huiyin.apps.evidence import pictures

def highest():
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])

before = highest()
with pictures.opened(pathlib.Path(sys.argv[1]).read_bytes()) as (facts, picture):
    list(pictures.copies(picture, widths=pictures.widths_for(facts.width), boxes=[]))
print((highest() - before) // 1024)
"""


@pytest.mark.parametrize(
    ("form", "mode", "colour"),
    [("PNG", "RGBA", (10, 20, 30, 128)), ("PNG", "I;16", 300), ("WEBP", "RGBA", (10, 20, 30, 128))],
)
def test_a_picture_as_large_as_allowed_takes_no_more_than_300_mb(form, mode, colour, tmp_path):
    Image.new(mode, (4000, 4000), colour).save(tmp_path / "large", form)
    command = [sys.executable, "-c", DECODE, tmp_path / "large"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 300


def test_a_tiny_picture_is_refused():
    with pytest.raises(RuleBroken, match="太小"):
        add(a_photo(picture=halves(10, 10)))


def test_a_file_over_the_limit_and_an_empty_one_are_refused():
    with pytest.raises(RuleBroken, match="超过 15 MB"):
        add(io.BytesIO(b"\xff\xd8\xff" + b"\0" * pictures.MAX_BYTES))
    with pytest.raises(RuleBroken, match="空的"):
        add(io.BytesIO(b""))


def test_what_a_phone_appends_to_a_photo_is_not_published():
    """Moving pictures lie behind the photo; they are no reason to refuse it."""
    moving = b"\0\0\0\x18ftypmp42" + b"MovingPicture" * 50
    upload = io.BytesIO(a_photo().getvalue() + moving)
    for data in files_of(add(upload, all_sizes=True)).values():
        assert b"MovingPicture" not in data


def test_a_refused_photo_leaves_nothing_behind():
    with pytest.raises(RuleBroken):
        add(io.BytesIO(b"GIF89a" + b"\0" * 100))
    assert not Evidence.objects.exists()


def test_adding_is_witnessed_with_the_hash_and_without_words():
    evidence = add(a_photo(), caption="6号楼张三家门口", alt="灯亮了")
    (event,) = history_of(evidence.stream)
    assert (event.kind, event.actor_key) == ("evidence.photo_added", "person:7")
    assert event.public == {"sha256": evidence.sha256, "width": 1600, "height": 1200, "version": 1}
    assert "张三" not in str(event.public) + str(event.digests)


@pytest.mark.parametrize("count", [2, 20])
def test_listing_photos_takes_two_queries(count, django_assert_num_queries):
    for number in range(count):
        add(a_photo(picture=halves(100 + number, 80)))
    with django_assert_num_queries(2):
        assert all(renditions(evidence) for evidence in evidence_public())


def test_leftovers_of_broken_uploads_are_swept_after_a_day(settings, monkeypatch):
    evidence = add(a_photo())
    kept = store()
    kept.put("private/0123/original", b"left")
    kept.put("e/ab/abcd/640.webp", b"left")
    monkeypatch.setenv("HUIYIN_NOW", "2020-01-01T00:00:00")
    tasks.sweep_files(timestamp=0)
    assert bytes_of("private/0123/original") == b"left"
    monkeypatch.setenv("HUIYIN_NOW", (datetime.now(NOW.tzinfo) + timedelta(days=2)).isoformat())
    tasks.sweep_files(timestamp=0)
    keys = {file.key for prefix in ("private", "e") for file in kept.files(prefix)}
    assert evidence.original_key in keys
    assert not keys & {"private/0123/original", "e/ab/abcd/640.webp"}


def test_colours_come_through():
    copy = picture_of(renditions(add(a_photo()), "jpeg")[0].path)
    for part, colour in (((10, 10, 300, 470), RED), ((340, 10, 630, 470), BLUE)):
        mean = ImageStat.Stat(copy.crop(part)).mean
        assert all(abs(have - want) < 8 for have, want in zip(mean, colour, strict=True))
