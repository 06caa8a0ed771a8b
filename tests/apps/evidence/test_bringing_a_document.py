"""A company brings a PDF: what is taken, what is refused, what is handed out instead of the file, and to whom."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.template import Context, Template
from django.test import Client, RequestFactory
from pypdf import PdfReader

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.evidence import documents, owners, services, tasks, views
from huiyin.apps.evidence.forms import DocumentField
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.selectors import document_for
from huiyin.domain.access import ANONYMOUS, SYSTEM, Actor
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.storage import store
from tests.apps.evidence.pdfs import DRAWN, PHOTOS, REFUSED, a_pdf, with_drawn_photos, with_photos
from tests.apps.evidence.photos import MANAGER, NOW, STRANGER, a_photo, bytes_of, files_kept

pytestmark = pytest.mark.django_db
TRACES = (b"SecretCamera", b"SecretComment", b"2026:06:15", b"Exif")


def add(data: bytes, caption: str = "电梯维保记录") -> Evidence:
    return services.add_document(by=MANAGER, upload=io.BytesIO(data), caption=caption, now=NOW)


@pytest.fixture
def evidence() -> Evidence:
    return add(a_pdf(pages=3, info=b"/Author (Zhang San) /Producer (SecretPrinter)"))


@pytest.fixture
def owner() -> Iterator[dict[str, bool | None]]:
    """An app that has attached the document: who may see it and who may manage it, by key."""
    seen: dict[str, bool | None] = {}
    owners.register(
        "test",
        may_manage=lambda actor, evidence: False if seen else None,
        page=lambda evidence: None,
        may_see=lambda actor, evidence: seen.get(actor.key, False) if seen else None,
    )
    yield seen
    owners.register("test", may_manage=lambda actor, evidence: None, page=lambda evidence: None)


def downloaded(actor: Actor, evidence: Evidence) -> tuple[dict[str, str], bytes]:
    """Headers and body."""
    request = RequestFactory().get("/")
    request.actor = actor
    response = views.document(request, evidence.pk)
    body = b"".join(response)
    response.file_to_stream.close()
    return dict(response.headers), body


# --- what is taken ----------------------------------------------------------------------------------------


def test_a_pdf_is_kept_with_its_pages_and_hash(evidence):
    assert (evidence.kind, evidence.state, evidence.page_count) == ("document", "ready", 3)
    assert (evidence.original_format, evidence.width, evidence.height) == ("PDF", 0, 0)
    (event,) = history_of(evidence.stream)
    assert event.kind == "evidence.document_added"
    assert event.public == {"sha256": evidence.sha256, "pages": 3, "version": 1}


def test_the_copy_shows_the_same_pages_and_says_nothing_of_its_author(evidence):
    assert b"Zhang San" in bytes_of(evidence.original_key)
    copy = bytes_of(evidence.copy_key)
    for trace in (b"Zhang San", b"SecretPrinter"):
        assert trace not in copy
    pages = PdfReader(io.BytesIO(copy)).pages
    assert [page.extract_text() for page in pages] == ["Maintenance record"] * 3


def test_photos_in_a_document_lose_place_and_camera_however_they_are_wrapped():
    page = PdfReader(io.BytesIO(bytes_of(add(with_photos()).copy_key))).pages[0]
    assert [each.image.size for each in page.images] == [(80, 60)] * len(PHOTOS)
    held = [page["/Resources"]["/XObject"][f"/P{at}"]._data for at in range(len(PHOTOS))]
    told = {
        name: [trace for trace in TRACES if trace in photo] for name, photo in zip(PHOTOS, held, strict=True)
    }
    assert not any(told.values()), told


@pytest.mark.parametrize("is_packed", [False, True])
def test_photos_written_into_a_page_lose_them_too_and_the_page_looks_the_same(is_packed):
    brought = with_drawn_photos(is_packed=is_packed)
    copy = bytes_of(add(brought).copy_key)
    page = PdfReader(io.BytesIO(copy)).pages[0]
    words = page.get_contents().get_data()
    assert words.count(b"/F /DCT ID ") == len(DRAWN)
    for trace in TRACES:
        assert trace not in words
        assert trace.hex().encode() not in words
    shown = [each.image.tobytes() for each in page.images]
    assert shown == [each.image.tobytes() for each in PdfReader(io.BytesIO(brought)).pages[0].images]
    assert len(shown) == len(DRAWN)
    assert page.extract_text().split("\n") == ["Maintenance (BI record ID )", "Last line"]


def test_a_note_does_not_say_who_wrote_it_nor_what_its_bubble_says():
    notes = (
        b"/Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /T (Zhang San) /Contents (13800000000) >>"
        b" << /Type /Annot /Subtype /Highlight /Rect [0 0 9 9] /T (Zhang San) /Contents (13800000000) >>"
        b" << /Type /Annot /Subtype /Popup /Rect [0 0 9 9] /T (Zhang San) >>"
        b" << /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] /T (Zhang San) /Contents (On the page) >>]"
    )
    copy = bytes_of(add(a_pdf(page=notes)).copy_key)
    for trace in (b"Zhang San", b"13800000000"):
        assert trace not in copy
    left = PdfReader(io.BytesIO(copy)).pages[0]["/Annots"]
    assert [note.get_object()["/Subtype"] for note in left] == ["/Highlight", "/FreeText"]
    assert left[1].get_object()["/Contents"] == "On the page"


def test_what_a_click_would_do_is_taken_out():
    link = b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://evil.example) >> >>]"
    copy = bytes_of(add(a_pdf(page=link)).copy_key)
    assert b"evil.example" not in copy


# --- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REFUSED)
def test_what_runs_or_hides_something_is_refused_with_the_reason(name):
    data, reason = REFUSED[name]
    before = files_kept()
    with pytest.raises(RuleBroken) as refusal:
        add(data)
    assert refusal.value.code == f"document_{reason}"
    assert refusal.value.field == "document"
    assert files_kept() == before


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "document_empty"),
        (b"%PDF-1.7\n" + b"\0" * documents.MAX_BYTES, "document_too_large"),
        (b"PK\x03\x04" + b"\0" * 400, "document_wrong_type"),
        (b"\n\n" + a_pdf(), "document_wrong_type"),
        (b"<html>%PDF-1.7" + a_pdf(), "document_wrong_type"),
        (a_photo().getvalue(), "document_wrong_type"),
        (a_pdf()[:-300], "document_broken"),
        (b"%PDF-1.7\nnothing here\n%%EOF\n", "document_broken"),
        (a_pdf(pages=0), "document_no_pages"),
        (a_pdf(pages=documents.MAX_PAGES + 1), "document_too_many_pages"),
        (a_pdf() + b"<script>alert(1)</script>", "document_polyglot"),
        (a_pdf().replace(b"%PDF-1.7\n", b"%PDF-1.7\n%<script>alert(1)</script>\n"), "document_polyglot"),
    ],
)
def test_other_files_are_refused(data, code):
    with pytest.raises(RuleBroken) as refusal:
        add(data)
    assert refusal.value.code == code


def test_a_pdf_that_also_unpacks_is_refused():
    import zipfile

    out = io.BytesIO(a_pdf())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("setup.exe", b"MZ")
        archive.comment = b"\n%%EOF\n"
    with pytest.raises(RuleBroken, match="藏着别的东西"):
        add(out.getvalue())


def test_a_form_tells_beside_the_field_that_only_pdf_is_taken():
    field = DocumentField()
    with pytest.raises(Exception, match="文件只收 PDF"):
        field.clean(SimpleUploadedFile("a.docx", b"PK\x03\x04" + b"\0" * 40))
    upload = field.clean(SimpleUploadedFile("a.pdf", a_pdf()))
    assert services.add_document(by=MANAGER, upload=upload, now=NOW).page_count == 1


# --- who sees it ------------------------------------------------------------------------------------------


def test_it_is_downloaded_and_never_opened_in_the_page(evidence):
    response, body = downloaded(MANAGER, evidence)
    assert body == bytes_of(evidence.copy_key)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment;")
    assert "%E7%94%B5%E6%A2%AF" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]


def test_the_name_of_a_download_is_masked_and_harmless():
    evidence = add(a_pdf(), caption='联系 13800138000 / "..\\..\r\nX: y"')
    told = downloaded(MANAGER, evidence)[0]["Content-Disposition"]
    for bad in ("13800138000", "..", "\\", "\r", "\n"):
        assert bad not in told


def test_while_nobody_attached_it_only_who_brought_it_sees_it(evidence, client: Client):
    assert document_for(MANAGER, evidence.pk) == evidence
    for actor in (STRANGER, ANONYMOUS):
        with pytest.raises(Http404):
            downloaded(actor, evidence)
    assert client.get(f"/evidence/{evidence.pk}/document").status_code == 404


def test_once_attached_the_owner_says_who_sees_it(evidence, owner):
    owner |= {STRANGER.key: True, MANAGER.key: False}
    assert document_for(STRANGER, evidence.pk) == evidence
    assert document_for(MANAGER, evidence.pk) is None
    assert document_for(ANONYMOUS, evidence.pk) is None


def test_a_photo_is_no_document():
    photo = services.add_photo(by=MANAGER, upload=a_photo(), now=NOW)
    assert document_for(MANAGER, photo.pk) is None


# --- taking it down ---------------------------------------------------------------------------------------


def test_a_withdrawn_document_cannot_be_downloaded(evidence):
    copy = evidence.copy_key
    withdrawn = services.withdraw(evidence, reason="写了住户的名字", by=MANAGER, now=NOW)
    assert document_for(MANAGER, evidence.pk) is None
    assert (withdrawn.state, withdrawn.copy_key) == ("withdrawn", "")
    assert history_of(evidence.stream)[-1].kind == "evidence.document_withdrawn"
    tasks.remove_files(keys=[copy])
    with pytest.raises(FileNotFoundError):
        store().open(copy)
    with pytest.raises(RuleBroken, match="这份文件已经撤下"):
        services.withdraw(withdrawn, reason="再撤", by=MANAGER, now=NOW)


def test_a_document_cannot_be_covered(evidence):
    with pytest.raises(RuleBroken, match="文件不能遮盖"):
        services.redact(evidence, boxes=[], by=MANAGER, now=NOW)


def test_a_purged_document_leaves_a_tombstone(evidence):
    purged = services.purge(evidence, by=SYSTEM, now=NOW)
    assert (purged.state, purged.original_key, purged.copy_key, purged.caption) == ("purged", "", "", "")
    assert history_of(evidence.stream)[-1].kind == "evidence.document_purged"


def test_its_original_may_go_and_the_copy_stays(evidence):
    kept = services.drop_original(evidence, by=SYSTEM, now=NOW)
    assert downloaded(MANAGER, kept)[1].startswith(b"%PDF")


def test_files_of_documents_are_not_swept(evidence, monkeypatch):
    monkeypatch.setenv("HUIYIN_NOW", "2040-01-01T00:00:00")
    tasks.sweep_files(timestamp=0)
    assert {evidence.original_key, evidence.copy_key} <= files_kept()


# --- pages ------------------------------------------------------------------------------------------------


def shown(evidence: Evidence) -> str:
    return Template("{% load evidence %}{% document evidence %}").render(Context({"evidence": evidence}))


def test_a_page_names_kind_pages_and_size(evidence):
    page = shown(evidence)
    assert f'href="/evidence/{evidence.pk}/document"' in page
    assert "电梯维保记录" in page
    assert "PDF，3 页" in page
    assert "style=" not in page


def test_a_withdrawn_document_says_so_in_its_place(evidence):
    page = shown(services.withdraw(evidence, reason="错了", by=MANAGER, now=NOW))
    assert "文件已撤下" in page
    assert "href" not in page
