"""The pages, without JavaScript: upload, columns, dry run, progress, outcome, and who may see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from huiyin.apps.imports import services
from huiyin.apps.imports.models import Import
from huiyin.domain.access import Role
from tests.apps.imports.notes import NAME, NOW, a_file, a_row, registered
from tests.people import Cast, a_cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    with registered(
        can=lambda actor: actor.holds(Role.SECRETARY),
        sees_all=lambda actor: actor.holds(Role.DISTRICT_OFFICER),
    ):
        yield


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def secretary(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.secretary)
    return client


def an_import(cast: Cast, rows: int = 3, bad: int = 1) -> Import:
    data = a_file(
        [*(a_row(n) for n in range(1, rows + 1)), *(a_row(n, 户数="x") for n in range(900, 900 + bad))]
    )
    by = cast.by_secretary
    import_ = services.upload_file(kind=NAME, data=data, name="六月便条.xlsx", by=by, now=NOW)
    return services.set_mapping(import_, mapping=import_.mapping, options={"area": "1"}, by=by, now=NOW)


def test_a_file_goes_from_upload_to_the_error_file_by_plain_forms(secretary: Client, cast: Cast) -> None:
    page = secretary.get(reverse("imports:new")).content.decode()
    assert 'enctype="multipart/form-data"' in page
    data = a_file([a_row(1), a_row(2, 户数="三十"), a_row(3)])
    sent = secretary.post(
        reverse("imports:new"), {"kind": NAME, "file": SimpleUploadedFile("六月便条.xlsx", data)}, follow=True
    )
    import_ = Import.objects.get()
    page = sent.content.decode()
    assert "核对列名" in page
    assert '<option value="编号" selected>编号（如：0001）</option>' in page

    mapping = {f"column_{key}": header for key, header in import_.mapping.items()} | {
        "option_area": "110106001"
    }
    page = secretary.post(
        reverse("imports:mapping", args=[import_.pk]), mapping, follow=True
    ).content.decode()
    assert "读到 3 行：2 行可以导入，1 行有问题。" in page
    assert "“三十”不是整数。" in page
    assert "第 1 件" in page

    page = secretary.post(reverse("imports:start", args=[import_.pk]), follow=True).content.decode()
    assert "正在导入" in page
    assert reverse("imports:detail", args=[import_.pk]) in re.findall(r'<a class="btn" href="([^"]+)"', page)

    services.run_import(import_.pk)
    page = secretary.get(reverse("imports:detail", args=[import_.pk])).content.decode()
    assert "读了 3 行 = 导入 2 行 + 未导入 1 行。" in page
    assert "下载错误文件（1 行）" in page
    given = secretary.get(reverse("imports:errors", args=[import_.pk]))
    assert unquote(given["Content-Disposition"]).endswith("六月便条-未导入.xlsx")
    assert "no-store" in given["Cache-Control"]

    page = secretary.get(reverse("imports:list")).content.decode()
    assert "六月便条.xlsx" in page
    assert "已导入" in page


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"kind": NAME}, "请选一个文件。"),
        ({"file": SimpleUploadedFile("a.xlsx", b"1,2")}, "请选一种表。"),
        (
            {"kind": NAME, "file": SimpleUploadedFile("台账.xlsx", b"MZ\x90\0")},
            "这是一个程序文件，不是表格。",
        ),
        ({"kind": NAME, "file": SimpleUploadedFile("台账.xls", b"<html><table>")}, "这是网页文件改了后缀"),
        ({"kind": "people.secrets", "file": SimpleUploadedFile("a.csv", b"a\n1")}, "请选一种表。"),
    ],
)
def test_a_wrong_upload_is_told_beside_the_field(
    secretary: Client, sent: dict[str, object], sentence: str
) -> None:
    answer = secretary.post(reverse("imports:new"), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Import.objects.exists()


def test_a_wrong_mapping_is_told_beside_its_column(secretary: Client, cast: Cast) -> None:
    import_ = an_import(cast)
    answer = secretary.post(
        reverse("imports:mapping", args=[import_.pk]),
        {"column_number": "编号", "column_text": "编号", "option_area": "1"},
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“编号”这一列选了两次。" in page
    assert 'aria-describedby="id_column_text-error"' in page


def test_the_columns_can_be_changed_after_the_dry_run(secretary: Client, cast: Cast) -> None:
    page = secretary.get(
        reverse("imports:detail", args=[an_import(cast).pk]), {"mapping": ""}
    ).content.decode()
    assert "检查每一行" in page


def test_progress_is_polled_as_a_fragment_and_unchanged_is_304(secretary: Client, cast: Cast) -> None:
    import_ = services.start_import(an_import(cast), by=cast.by_secretary)
    address = reverse("imports:detail", args=[import_.pk])
    first = secretary.get(address, headers={"HX-Request": "true"})
    assert "<html" not in first.content.decode()
    assert 'hx-trigger="every 2s"' in first.content.decode()
    again = secretary.get(address, headers={"HX-Request": "true", "If-None-Match": first["ETag"]})
    assert again.status_code == 304
    services.run_import(import_.pk)
    over = secretary.get(address, headers={"HX-Request": "true", "If-None-Match": first["ETag"]})
    assert over["HX-Refresh"] == "true"


def test_undoing_asks_once(secretary: Client, cast: Cast) -> None:
    import_ = services.start_import(an_import(cast), by=cast.by_secretary)
    assert secretary.get(reverse("imports:undo", args=[import_.pk])).status_code == 404
    services.run_import(import_.pk)
    assert "会被取回" in secretary.get(reverse("imports:undo", args=[import_.pk])).content.decode()
    page = secretary.post(reverse("imports:undo", args=[import_.pk]), follow=True).content.decode()
    assert "已撤销，取回 3 条。" in page


def test_another_sheet_of_the_file_can_be_chosen(secretary: Client, cast: Cast) -> None:
    import_ = an_import(cast)
    assert secretary.post(reverse("imports:sheet", args=[import_.pk]), {"sheet": "没有"}).status_code == 303
    import_.refresh_from_db()
    assert import_.sheet == "便条"


def test_a_blank_table_has_the_columns(secretary: Client) -> None:
    given = secretary.get(reverse("imports:blank", args=[NAME]))
    assert given.content[:2] == b"PK"
    assert secretary.get(reverse("imports:blank", args=["people.secrets"])).status_code == 404


@pytest.mark.parametrize(
    ("who", "may_list", "may_see", "may_upload"),
    [
        ("secretary", 200, 200, 200),
        ("district_officer", 200, 200, 404),
        ("stranger", 200, 404, 200),
        ("street_officer", 404, 404, 404),
        ("community_worker", 404, 404, 404),
        ("technician", 404, 404, 404),
        ("operator", 404, 404, 404),
        ("resident", 404, 404, 404),
        ("anonymous", 302, 302, 302),
    ],
)
def test_who_sees_which_page(cast: Cast, who: str, may_list: int, may_see: int, may_upload: int) -> None:
    import_ = an_import(cast)
    client = Client()
    if who != "anonymous":
        sign_in(client, getattr(cast, who))
    assert client.get(reverse("imports:list")).status_code == may_list
    assert client.get(reverse("imports:detail", args=[import_.pk])).status_code == may_see
    assert client.get(reverse("imports:errors", args=[import_.pk])).status_code == may_see
    assert client.get(reverse("imports:new")).status_code == may_upload
    started = client.post(reverse("imports:start", args=[import_.pk])).status_code
    assert started == {"secretary": 303, "anonymous": 302}.get(who, 404)


def test_the_list_takes_the_same_queries_for_two_and_for_twenty(
    secretary: Client,
    cast: Cast,
    django_assert_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    an_import(cast)
    address = reverse("imports:list")
    secretary.get(address)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        secretary.get(address)
    for _ in range(19):
        an_import(cast)
    with django_assert_num_queries(len(few)):
        secretary.get(address)
