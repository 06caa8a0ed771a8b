"""The pages, without JavaScript: upload, columns, dry run, progress, balance, rejected rows, undo, names."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.urls import reverse

from huiyin.apps.audit.models import Event
from huiyin.apps.hotline import services
from huiyin.apps.hotline.asking import FOLDER, folder
from huiyin.apps.hotline.models import HotlineImport, UnknownName
from huiyin.domain.errors import NotPermitted
from huiyin.integrations.storage import store
from tests.counting import queries_of
from tests.given_hotline import a_check, a_file, a_name, an_upload
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.secretary)
    return client


def page_of(client: Client, name: str, *args: int) -> str:
    return client.get(reverse(f"hotline:{name}", args=args)).content.decode()


def test_a_file_goes_from_upload_to_its_undoing_by_plain_forms(secretary: Client, cast: Cast) -> None:
    page = page_of(secretary, "new_import")
    assert 'enctype="multipart/form-data"' in page
    assert 'accept=".xlsx,.xls,.csv,.parquet"' in page
    sent = secretary.post(
        reverse("hotline:new_import"),
        {"source": "街道日报", "file": SimpleUploadedFile("五月诉求.csv", a_file())},
        follow=True,
    )
    import_ = HotlineImport.objects.get()
    page = sent.content.decode()
    assert "核对列名" in page
    assert '<option value="诉求内容" selected>诉求内容</option>' in page

    columns = {f"column_{key}": header for key, header in import_.mapping.items()}
    page = secretary.post(
        reverse("hotline:map_columns", args=[import_.pk]), columns, follow=True
    ).content.decode()
    assert "正在检查每一行" in page
    services.check_import_file(import_.pk)
    page = page_of(secretary, "import", import_.pk)
    assert "读到 5 行：4 行可以存入，1 行退回。" in page
    assert "13800001234" not in page
    assert "归到小区 1 行，没有归到小区 3 行" in page
    assert "将会存成这样" in page
    assert "<dt>小区</dt><dd>云杉里</dd>" in page
    assert '<th scope="row">2026年5月</th><td class="num">3</td>' in page
    assert "工单编号与第 … 行重复" in page

    page = secretary.post(reverse("hotline:start_import", args=[import_.pk]), follow=True).content.decode()
    assert "正在存入" in page
    services.store_import(import_.pk)
    page = page_of(secretary, "import", import_.pk)
    assert "读到 5 行 = 存入 4 行 + 退回 1 行。" in page
    assert "认领小区写法（所有文件里还有 1 个）" in page
    assert f'href="{reverse("hotline:desk_hotline")}?period=2026-06"' in page
    given = secretary.get(reverse("hotline:rejected_rows", args=[import_.pk]))
    assert unquote(given["Content-Disposition"]).endswith("五月诉求-退回的行.csv")
    assert "no-store" in given["Cache-Control"]

    undo = reverse("hotline:undo_import", args=[import_.pk])
    assert secretary.post(undo, {"reason": ""}).status_code == 422
    assert "正在撤销" in secretary.post(undo, {"reason": "文件选错了"}, follow=True).content.decode()
    services.take_back(import_.pk)
    assert "撤销：文件选错了" in page_of(secretary, "import", import_.pk)
    assert "已撤销" in page_of(secretary, "imports")


def test_a_wrong_upload_is_deleted_by_who_brought_it_and_its_file_goes_at_once(
    secretary: Client, cast: Cast
) -> None:
    import_ = a_check(cast.by_secretary)
    page = page_of(secretary, "import", import_.pk)
    address = reverse("hotline:delete_upload", args=[import_.pk])
    assert f'action="{address}"' in page
    with TestCase.captureOnCommitCallbacks(execute=True):
        page = secretary.post(address, follow=True).content.decode()
    assert "“五月诉求.csv”已删除，没有存入任何诉求。" in page
    assert not HotlineImport.objects.exists()
    kept = {file.key for file in store().files(FOLDER)}
    assert not kept & {import_.file_key, import_.errors_key}
    assert list((folder() / "_incoming").iterdir()) == []
    event = Event.objects.get(kind="hotline.file_deleted")
    assert (event.actor_key, event.public) == (cast.by_secretary.key, {"sha256": import_.sha256})


def test_what_is_stored_or_underway_or_anothers_is_not_deleted(secretary: Client, cast: Cast) -> None:
    import_ = an_upload(cast.by_secretary)
    address = reverse("hotline:delete_upload", args=[import_.pk])
    for state in ("checking", "running", "stored"):
        HotlineImport.objects.filter(pk=import_.pk).update(state=state, store_id="web-1")
        assert secretary.post(address).status_code == 409
    assert HotlineImport.objects.filter(pk=import_.pk).exists()
    others = an_upload(cast.by_street_officer)
    assert secretary.post(reverse("hotline:delete_upload", args=[others.pk])).status_code == 404
    with pytest.raises(NotPermitted):
        services.delete_upload(others, by=cast.by_secretary)


def a_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 25_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"source": "街道日报"}, "请选一个文件。"),
        ({"file": SimpleUploadedFile("a.csv", b"a\n1")}, "请写这份表从哪里来。"),
        (
            {"source": "街道日报", "file": SimpleUploadedFile("a.xlsx", b"MZ\x90\0")},
            "这是一个程序文件，不是表格。",
        ),
        ({"source": "街道日报", "file": SimpleUploadedFile("a.xlsx", a_bomb())}, "文件解开后大得不正常"),
        ({"source": "街道日报", "file": SimpleUploadedFile("a.parquet", b"PAR1 and no more")}, "文件已损坏"),
    ],
)
def test_a_wrong_upload_is_told_beside_the_field(
    secretary: Client, sent: dict[str, object], sentence: str
) -> None:
    answer = secretary.post(reverse("hotline:new_import"), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not HotlineImport.objects.exists()


def test_progress_is_asked_for_alone_and_not_sent_again_while_nothing_moved(
    secretary: Client, cast: Cast
) -> None:
    import_ = an_upload(cast.by_secretary)
    services.set_mapping(import_, mapping=import_.mapping, by=cast.by_secretary)
    address = reverse("hotline:import", args=[import_.pk])
    first = secretary.get(address, headers={"HX-Request": "true"})
    assert first.content.decode().startswith("<section")
    again = secretary.get(address, headers={"HX-Request": "true", "If-None-Match": first["ETag"]})
    assert again.status_code == 304
    services.check_import_file(import_.pk)
    assert secretary.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_an_import_is_its_uploaders_and_the_districts(client: Client, cast: Cast) -> None:
    import_ = a_check(cast.by_secretary)
    sign_in(client, cast.street_officer)
    assert client.get(reverse("hotline:import", args=[import_.pk])).status_code == 404
    sign_in(client, cast.auditor)
    page = page_of(client, "import", import_.pk)
    assert "读到 5 行" in page
    assert "将会存成这样" not in page
    assert "云杉里物业不修电梯" not in page
    assert "<form" not in page.split("<main")[1].split("</main")[0]


def test_a_name_is_claimed_with_one_click_or_by_the_estates_name(secretary: Client, cast: Cast) -> None:
    brought = a_check(cast.by_secretary)
    like = a_name(cast, "云杉园小区", brought_by=brought)
    other = a_name(cast, "明珠花园", brought_by=brought)
    page = page_of(secretary, "names")
    assert "“云杉园小区”就是云杉里（" in page
    assert "3 件物业诉求里提到，多在望溪街道" in page
    (button,) = re.findall(r'name="estate" value="(\w+)"', page)
    told = secretary.post(reverse("hotline:claim_name", args=[like.pk]), {"estate": button}, follow=True)
    assert "“云杉园小区”记为云杉里的别名" in told.content.decode()
    claim = reverse("hotline:claim_name", args=[other.pk])
    wrong = secretary.post(claim, {"estate": "北桥苑"})
    assert wrong.status_code == 422
    assert "没有找到这个小区，或不在您的范围里" in wrong.content.decode()
    asked = secretary.post(claim, {"estate": "云杉里"})
    assert asked.status_code == 422
    assert "的名称很不一样" in asked.content.decode()
    assert UnknownName.objects.get(pk=other.pk).state == "open"
    secretary.post(claim, {"estate": "YSL01", "sure": "1"})
    assert set(UnknownName.objects.values_list("state", "estate__code")) == {("named", "YSL01")}
    assert "没有等着认领的写法" in page_of(secretary, "names")


def test_the_lists_take_the_same_queries_for_few_rows_and_for_many(secretary: Client, cast: Cast) -> None:
    def pages() -> list[int]:
        return [queries_of(lambda name=name: page_of(secretary, name)) for name in ("imports", "names")]

    for number in range(2):
        a_name(cast, f"写法{number}", brought_by=an_upload(cast.by_secretary))
    pages()
    few = pages()
    for number in range(2, 15):
        a_name(cast, f"写法{number}", brought_by=an_upload(cast.by_secretary))
    assert pages() == few
    assert max(few) <= 12


def test_what_was_decided_of_a_name_is_taken_back_on_the_page(secretary: Client, cast: Cast) -> None:
    brought = a_check(cast.by_secretary)
    named, ignored = (a_name(cast, name, brought_by=brought) for name in ("云杉园小区", "望溪集市"))
    secretary.post(reverse("hotline:claim_name", args=[named.pk]), {"estate": "YSL01"})
    secretary.post(reverse("hotline:ignore_name", args=[ignored.pk]))
    page = page_of(secretary, "names")
    assert "“云杉园小区”记为云杉里的别名" in page
    assert "“望溪集市”不是本区的小区" in page
    told = secretary.post(reverse("hotline:reopen_name", args=[named.pk]), follow=True).content.decode()
    assert "“云杉园小区”不再是别名" in told
    secretary.post(reverse("hotline:reopen_name", args=[ignored.pk]))
    assert set(UnknownName.objects.values_list("state", "estate")) == {("open", None)}
    again = secretary.post(reverse("hotline:reopen_name", args=[named.pk]))
    assert again.status_code == 409


def test_older_decisions_stand_on_a_page_of_their_own(secretary: Client, cast: Cast) -> None:
    brought = an_upload(cast.by_secretary)
    for number in range(12):
        services.ignore_name(a_name(cast, f"集市{number}", brought_by=brought), by=cast.by_secretary)
    page = page_of(secretary, "names")
    assert "看全部处理过的" in page
    assert "“集市0”不是本区的小区" not in page
    assert "“集市0”不是本区的小区" in secretary.get(reverse("hotline:names") + "?decided").content.decode()
