"""Whatever bytes are brought: they are taken whole, or refused with a sentence and nothing is stored."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from huiyin.apps.evidence import services
from huiyin.apps.evidence.models import Evidence
from huiyin.domain.errors import RuleBroken
from tests.apps.evidence.pdfs import a_pdf
from tests.apps.evidence.photos import MANAGER, NOW, a_heic, a_photo, a_png_that_claims, files_kept

pytestmark = pytest.mark.django_db
Add = Callable[[bytes], Evidence]
# A HEIC or a PDF starts a process each time: fewer examples of them.
FAST, SLOW = 25, 8
FORMS = {"JPEG": FAST, "PNG": FAST, "WEBP": FAST, "HEIC": SLOW, "PDF": SLOW}
STRANGERS = (
    b"PK\x03\x04",
    b"MZ\x90\x00",
    b"<script>alert(1)</script>",
    b"<?php system($_GET[0]); ?>",
    b"<!DOCTYPE html><p>",
    b"GIF89a",
    b"%PDX-1.7\n",
    b"\x7fELF",
    b"Rar!\x1a\x07\x00",
    b"#!/bin/sh\n",
)


@cache
def whole(form: str) -> bytes:
    noise = Image.effect_noise((96, 64), 70).convert("RGB")
    if form == "PDF":
        return a_pdf(pages=2)
    return (a_heic(picture=noise) if form == "HEIC" else a_photo(form, picture=noise)).getvalue()


def add(form: str, data: bytes) -> Evidence:
    upload = io.BytesIO(data)
    if form == "PDF":
        return services.add_document(by=MANAGER, upload=upload, now=NOW)
    return services.add_photo(by=MANAGER, upload=upload, now=NOW)


def refusal_of(form: str, data: bytes) -> str:
    """The code of the refusal, empty when the file was taken; checks that nothing is left of a refused one."""
    before = Evidence.objects.count(), files_kept()
    try:
        evidence = add(form, data)
    except RuleBroken as error:
        refusal = error
    else:
        assert evidence.original_key in files_kept()
        return ""
    assert (Evidence.objects.count(), files_kept()) == before
    assert str(refusal).endswith("。")
    return refusal.code


def few(form: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(
        max_examples=FORMS[form],
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_file_cut_anywhere_is_refused_or_whole(form):
    data = whole(form)

    @few(form)
    @given(st.integers(0, len(data) - 1))
    def cut(at: int) -> None:
        code = refusal_of(form, data[:at])
        # The last bytes may be padding, without which the picture is as whole as before.
        assert code.endswith(("_broken", "_wrong_type", "_empty")) or at > len(data) * 0.9

    cut()


@pytest.mark.parametrize("form", FORMS)
def test_wrong_bytes_anywhere_do_no_harm(form):
    data = whole(form)

    @few(form)
    @given(st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), min_size=1, max_size=12))
    def spoil(places: list[tuple[int, int]]) -> None:
        spoilt = bytearray(data)
        for at, value in places:
            spoilt[at] = value
        refusal_of(form, bytes(spoilt))

    spoil()


@pytest.mark.parametrize("form", FORMS)
def test_a_head_alone_makes_no_file(form):
    head = whole(form)[:16]

    @few(form)
    @given(st.binary(max_size=2000))
    def invent(rest: bytes) -> None:
        assert refusal_of(form, head + rest)

    invent()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("stranger", STRANGERS)
def test_nothing_stands_before_the_head_of_a_file(form, stranger):
    assert refusal_of(form, stranger + whole(form)) in ("photo_wrong_type", "document_wrong_type")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "stranger",
    [b"\n<script>alert(1)</script>", b"<!doctype html><p>", b"<?php\nx();", b"Rar!\x1a\x07\x01\x00"],
)
def test_a_page_program_or_archive_behind_a_file_is_refused(form, stranger):
    assert refusal_of(form, whole(form) + stranger) in ("photo_polyglot", "document_polyglot")


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_also_unpacks_is_refused(form):
    out = io.BytesIO(whole(form))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Main-Class: Steal")
    assert refusal_of(form, out.getvalue()) in ("photo_polyglot", "document_polyglot")


def test_a_pdf_that_calls_itself_a_photo_inside_is_refused():
    hidden = whole("JPEG")
    comment = b"\xff\xfe" + struct.pack(">H", len(b"%PDF-1.7 ") + 2) + b"%PDF-1.7 "
    assert refusal_of("JPEG", hidden[:2] + comment + hidden[2:]) == "photo_polyglot"


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (40_000, 20)])
def test_a_picture_that_claims_huge_dimensions_is_refused(size):
    assert refusal_of("PNG", a_png_that_claims(*size).getvalue()) in ("photo_too_many_pixels", "photo_broken")
    data = whole("HEIC")
    at = data.index(b"ispe") + 8
    lying = data[:at] + struct.pack(">II", *size) + data[at + 8 :]
    assert refusal_of("HEIC", lying) in ("photo_too_many_pixels", "photo_broken")


@pytest.mark.parametrize(
    ("form", "data", "code"),
    [
        ("JPEG", whole("PDF"), "photo_wrong_type"),
        ("JPEG", b"PK\x03\x04" + b"\0" * 100, "photo_wrong_type"),
        ("PDF", whole("JPEG"), "document_wrong_type"),
        ("PDF", b"PK\x03\x04[Content_Types].xml", "document_wrong_type"),
        ("PDF", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "document_wrong_type"),
    ],
)
def test_the_wrong_type_is_named(form, data, code):
    assert refusal_of(form, data) == code


def test_a_pdf_that_unpacks_to_far_more_is_refused_by_its_process_and_not_by_the_site():
    packer = zlib.compressobj(9)
    million = b"\0" * 1_000_000
    bomb = b"".join(packer.compress(million) for _ in range(120)) + packer.flush()
    objects = b"<< /Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /Length %d >>\nstream\n" % len(bomb)
    table = struct.pack(">BIH", 2, 11, 0)
    out = b"%PDF-1.7\n11 0 obj\n" + objects + bomb + b"\nendstream\nendobj\n"
    at = len(out)
    out += (
        b"12 0 obj\n<< /Type /XRef /Size 13 /Index [10 1 11 1] /W [1 4 2] /Root 10 0 R /Length 14 >>\nstream\n"
        + table
        + struct.pack(">BIH", 1, 9, 0)
        + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % at
    )
    assert refusal_of("PDF", out) == "document_broken"
