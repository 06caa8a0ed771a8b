"""What pages show of photos, how an address answers, and the desk page where parts are covered."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory

from huiyin.apps.evidence import demo_pictures, owners, pictures, services, views
from huiyin.apps.evidence.forms import PhotosForm
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.selectors import renditions
from huiyin.apps.evidence.templatetags.evidence import url_of
from huiyin.domain.access import Actor
from tests.apps.evidence.photos import MANAGER, NOW, STRANGER, a_photo, halves

pytestmark = pytest.mark.django_db


@cache
def all_sizes() -> tuple[pictures.Copy, ...]:
    """Of the usual photo, for all tests here: encoding them takes six times as long as the rest of bringing it."""
    with pictures.opened(a_photo().getvalue()) as (facts, picture):
        return tuple(pictures.copies(picture, widths=pictures.widths_for(facts.width), boxes=()))


@pytest.fixture
def evidence() -> Evidence:
    made = all_sizes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "copies", lambda *picture, **wanted: made)
        return services.add_photo(by=MANAGER, upload=a_photo(), caption="灯亮了", now=NOW, all_sizes=True)


def shown(template: str, **context: object) -> str:
    return Template("{% load evidence %}" + template).render(Context(context))


def test_a_picture_offers_each_size_to_the_browser(evidence):
    page = shown("{% photo evidence %}", evidence=evidence)
    assert re.findall(r"(\d+)w", page) == ["320", "640", "1280"] * 2
    assert 'type="image/webp"' in page
    assert 'width="640" height="480"' in page
    assert 'loading="lazy"' in page
    assert 'alt="灯亮了"' in page
    assert '拍摄于 <time datetime="2026-06-15T19:55+08:00">' in page
    assert "style=" not in page


def test_a_pair_says_which_is_before_and_after_with_dates(evidence):
    before = services.add_photo(
        by=MANAGER, upload=a_photo(taken="2026:05:09 19:40:00"), alt="走廊没有灯", now=NOW
    )
    page = shown("{% before_after before after %}", before=before, after=evidence)
    assert 'alt="之前：走廊没有灯"' in page
    assert 'alt="之后：灯亮了"' in page
    assert page.index("5月9日 19:40") < page.index("6月15日 19:55")
    assert page.count("<figure>") == 2


def test_a_withdrawn_photo_says_so_in_its_place(evidence):
    before = services.add_photo(by=MANAGER, upload=a_photo(), now=NOW)
    services.withdraw(before, reason="拍到了邻居", by=MANAGER, now=NOW)
    before.refresh_from_db()
    page = shown("{% before_after before after %}{% photo before %}", before=before, after=evidence)
    assert page.count("照片已撤下") == 2
    assert page.count("<img") == 1


def test_words_of_a_photo_are_masked():
    evidence = services.add_photo(by=MANAGER, upload=a_photo(), caption="联系 13800138000", now=NOW)
    assert "13800138000" not in shown("{% photo evidence %}", evidence=evidence)


def test_words_of_a_photo_are_escaped():
    evidence = services.add_photo(by=MANAGER, upload=a_photo(), caption='"><script>x</script>', now=NOW)
    assert "<script>" not in shown("{% photo evidence %}", evidence=evidence)


def test_an_address_answers_with_its_kind_and_may_be_kept(client, evidence):
    for row in evidence.renditions.all():
        response = client.get(url_of(row))
        assert len(b"".join(response)) == row.bytes
        assert response["Content-Type"] == f"image/{row.format}"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "max-age=31536000" in response["Cache-Control"]
        assert "immutable" in response["Cache-Control"]
        assert not response.cookies


def test_a_browser_that_has_it_gets_no_second_copy(client, evidence):
    url = url_of(renditions(evidence)[0])
    first = client.get(url)
    assert b"".join(first)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/media/e/0000/640.webp",
        "/media/e/{token}/../../{original}",
        "/media/e/{token}/original",
        "/media/{original}",
        "/media/e/{token}/640.png",
    ],
)
def test_no_address_leads_to_the_original(client, evidence, path):
    url = path.format(token=evidence.token, original=evidence.original_key)
    assert client.get(url).status_code == 404


def test_an_address_takes_one_query(client, evidence, django_assert_num_queries):
    url = url_of(renditions(evidence)[0])
    with django_assert_num_queries(1):
        b"".join(client.get(url))


# --- the desk page -------------------------------------------------------------------------------------------


@pytest.fixture
def _owned() -> Iterator[None]:
    owners.register(
        "test",
        may_manage=lambda actor, evidence: actor.key == MANAGER.key,
        page=lambda evidence: owners.Page("/cases/26-0041-738", "事项 26-0041-738"),
    )
    yield
    owners.register("test", may_manage=lambda actor, evidence: None, page=lambda evidence: None)


def asked(
    actor: Actor, evidence: Evidence, data: dict[str, str] | None = None, view: str = "redact"
) -> HttpResponse:
    """The view's answer to this actor; signing in is not what is tested here."""
    factory = RequestFactory()
    path = f"/desk/evidence/{evidence.pk}/{view}"
    request = factory.get(path) if data is None else factory.post(path, data)
    request.actor = actor
    request.reading_mode = "standard"
    request._messages = _Said()
    request._dont_enforce_csrf_checks = True
    return getattr(views, view)(request, evidence.pk)


class _Said(list):
    def add(self, level: int, message: str, extra_tags: str = "") -> None:
        self.append(message)


def rows(*boxes: tuple[str, str, str, str], **more: str) -> dict[str, str]:
    data = {"form-TOTAL_FORMS": "6", "form-INITIAL_FORMS": "0", **more}
    for number, box in enumerate(boxes):
        data |= {f"form-{number}-{side}": value for side, value in zip("xywh", box, strict=True)}
    return data


@pytest.mark.usefixtures("_owned")
def test_typed_numbers_cover_the_photo(evidence):
    response = asked(MANAGER, evidence, rows(("10", "20", "33.3", "25"), ("90", "90", "30", "30")))
    assert response.status_code in (302, 303)
    evidence.refresh_from_db()
    assert evidence.redactions == [
        {"x": 0.1, "y": 0.2, "w": 0.333, "h": 0.25},
        {"x": 0.9, "y": 0.9, "w": 0.1, "h": 0.1},
    ]


@pytest.mark.usefixtures("_owned")
def test_preview_draws_the_boxes_and_saves_nothing(evidence):
    response = asked(MANAGER, evidence, rows(("10", "20", "33.3", "25"), preview="1"))
    page = response.content.decode()
    assert 'x="10" y="20" width="33.3" height="25"' in page
    assert "返回" in page or "事项 26-0041-738" in page
    evidence.refresh_from_db()
    assert evidence.redactions == []


@pytest.mark.usefixtures("_owned")
@pytest.mark.parametrize(
    ("box", "sentence"), [(("10", "20", "", ""), "宽和高都要填"), (("10", "20", "300", "5"), "100")]
)
def test_numbers_that_make_no_box_are_told_beside_their_row(evidence, box, sentence):
    response = asked(MANAGER, evidence, rows(box))
    assert response.status_code == 422
    assert sentence in response.content.decode()


@pytest.mark.usefixtures("_owned")
def test_present_boxes_are_shown_as_numbers(evidence):
    asked(MANAGER, evidence, rows(("10", "20", "33.3", "25")))
    page = asked(MANAGER, evidence).content.decode()
    assert 'value="33.3"' in page
    assert 'width="33.3"' in page


@pytest.mark.usefixtures("_owned")
def test_taking_down_asks_why(evidence):
    response = asked(MANAGER, evidence, {"reason": ""}, "withdraw")
    assert response.status_code == 422
    assert "请写一句为什么撤下" in response.content.decode()
    assert asked(MANAGER, evidence, {"reason": "拍到了邻居"}, "withdraw").status_code in (302, 303)
    assert "已经撤下" in asked(MANAGER, evidence).content.decode()


@pytest.mark.usefixtures("_owned")
def test_for_a_stranger_the_page_does_not_exist(evidence):
    for data, view in ((None, "redact"), (rows(), "redact"), ({"reason": "x"}, "withdraw")):
        with pytest.raises(Http404):
            asked(STRANGER, evidence, data, view)


# --- bringing photos with another form --------------------------------------------------------------------


def a_file(name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_photo(picture=halves(64, 48)).getvalue(), "image/jpeg")


def form_with(**given: list[SimpleUploadedFile]) -> PhotosForm:
    from django.utils.datastructures import MultiValueDict

    return PhotosForm({}, MultiValueDict(given))


def test_a_pair_and_further_photos_come_in_order():
    form = form_with(photo_before=[a_file()], photo_after=[a_file()], photos=[a_file(), a_file()])
    assert form.is_valid(), form.errors
    assert [brought.role for brought in form.brought()] == ["before", "after", "other", "other"]


def test_no_photo_is_fine():
    form = form_with()
    assert form.is_valid()
    assert form.brought() == []


def test_half_a_pair_is_told_beside_the_missing_one():
    form = form_with(photo_before=[a_file()])
    assert not form.is_valid()
    assert "对比要有两张" in str(form.errors["photo_after"])


def test_more_than_six_together_are_too_many():
    form = form_with(photo_before=[a_file()], photo_after=[a_file()], photos=[a_file() for _ in range(5)])
    assert "最多 6 张" in str(form.errors["photos"])
    assert "现在选了 7 张" in str(form_with(photos=[a_file() for _ in range(7)]).errors["photos"])


def test_the_form_names_the_photo_that_is_none():
    form = form_with(photos=[a_file(), SimpleUploadedFile("b.jpg", b"GIF89a" + b"\0" * 50)])
    assert "第 2 张：只收 JPEG、PNG、WebP、HEIC" in str(form.errors["photos"])


def test_a_checked_upload_can_still_be_added():
    form = form_with(photos=[a_file()])
    assert form.is_valid()
    upload = form.brought()[0].file
    assert services.add_photo(by=MANAGER, upload=upload, now=NOW).width == 64


# --- drawn pictures ------------------------------------------------------------------------------------------


def test_drawn_pictures_are_the_same_every_time():
    first = demo_pictures.draw("lamp", "before", 1)
    demo_pictures.draw.cache_clear()
    assert demo_pictures.draw("lamp", "before", 1) == first
    assert demo_pictures.draw("lamp", "after", 1) != first


@pytest.mark.parametrize("scene", list(demo_pictures.SCENES))
def test_every_scene_can_be_brought_as_a_photo(scene):
    upload = io.BytesIO(demo_pictures.draw(scene, "before", 2))
    evidence = services.add_photo(
        by=MANAGER, upload=upload, alt=demo_pictures.words(scene, "before"), now=NOW
    )
    assert (evidence.width, evidence.height) == (1280, 960)


def test_the_client_is_a_visitor(client: Client, evidence):
    assert client.get(f"/desk/evidence/{evidence.pk}/redact").status_code == 302
