"""Journey (d) by plain forms: 500 rows with 12 bad ones, mended from the error file, exported, brought in again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.imports import services
from huiyin.apps.imports.models import Import
from huiyin.apps.ledger.imports import NAME
from huiyin.apps.ledger.models import Case
from tests.apps.ledger.ledgers import Row, a_file, a_row, open_row, read
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db

BAD: dict[int, Row] = {
    17: {"小区": "云山里"},
    58: {"小区": None},
    99: {"登记时间": "三月初"},
    140: {"登记时间": None},
    181: {"登记时间": "2126-03-02"},
    222: {"答复时间": "2026-02-01"},
    263: {"答复时间": None},
    304: {"答复": None},
    345: {"标题": None, "内容": None},
    386: {"类别": "别的"},
    427: {"清单": "以后再说"},
    468: {"编号": "旧0001"},
}
MENDED: Row = {
    "小区": "云杉里",
    "登记时间": "2026-03-02 09:15:00",
    "答复": "已经修好。",
    "答复时间": "2026-03-12 16:00:00",
    "内容": "楼道灯不亮，老人晚上不敢下楼。",
    "类别": "公共设施维修与改造",
    "清单": "短期推进",
}


def the_ledger() -> Iterator[Row]:
    for number in range(1, 501):
        row = open_row(number) if number % 10 == 0 else a_row(number)
        yield row | {"清单": "短期推进"} | BAD.get(number, {})


@pytest.fixture
def secretary(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.secretary)


def take_through(client: Client, data: bytes, name: str) -> Import:
    """Upload, agree on the columns as offered, look at the dry run, import; the worker's part is done here."""
    import_ = upload(client, data, name)
    assert f"读到 {import_.rows_total} 行" in agree(client)
    client.post(reverse("imports:start", args=[import_.pk]))
    return services.run_import(import_.pk)


def upload(client: Client, data: bytes, name: str) -> Import:
    client.post(reverse("imports:new"), {"kind": NAME, "file": SimpleUploadedFile(name, data)}, follow=True)
    return Import.objects.latest("pk")


def agree(client: Client) -> str:
    """The page of the dry run, with the columns as offered."""
    import_ = Import.objects.latest("pk")
    told = {f"column_{key}": header for key, header in import_.mapping.items()}
    told |= {
        "option_source": "2026 年旧台账",
        "option_area": "",
        "option_unknown_estate": "refuse",
        "option_lead": "",
    }
    page = client.post(reverse("imports:mapping", args=[import_.pk]), told, follow=True)
    return page.content.decode()


def mend(row: dict[str, Any]) -> dict[str, Any]:
    """What a person does with the reason beside the row."""
    why = row["未导入原因"]
    mended = MENDED | {"编号": "旧0468"}
    return row | {label: value for label, value in mended.items() if f"{label}：" in why}


def test_a_ledger_of_500_rows_with_12_bad_ones(secretary: Client) -> None:
    first = take_through(secretary, a_file(the_ledger()), "旧台账.xlsx")
    assert (first.state, first.created_count, first.rows_bad) == ("done", 488, 12)
    page = secretary.get(reverse("imports:detail", args=[first.pk])).content.decode()
    assert "读了 500 行 = 导入 488 行 + 未导入 12 行。" in page
    assert "没有“云山里”这个小区" in page

    bad = read(secretary.get(reverse("imports:errors", args=[first.pk])).content)
    assert len(bad) == 12
    second = take_through(secretary, a_file(map(mend, bad)), "旧台账-改好.xlsx")
    assert (second.created_count, second.rows_bad) == (12, 0)
    assert Case.objects.count() == 500
    assert Case.objects.filter(status="confirmed").count() == 0

    data = secretary.get(reverse("ledger:export_cases", kwargs={"form": "xlsx"}), {"state": "all"}).getvalue()
    assert len(read(data)) == 500
    third = take_through(secretary, data, "台账.xlsx")
    assert (third.created_count, third.updated_count, third.unchanged_count, third.rows_bad) == (0, 0, 500, 0)
    page = secretary.get(reverse("imports:detail", args=[third.pk])).content.decode()
    assert "读了 500 行 = 导入 0 行 + 没有变化 500 行 + 未导入 0 行。" in page
    assert "<dt>原来就有，没有变</dt><dd>500</dd>" in page
    assert Case.objects.count() == 500
    assert list(problems(Counts())) == []


def test_new_rows_are_told_from_known_ones_before_and_after(secretary: Client) -> None:
    take_through(secretary, a_file([a_row(1), a_row(2)]), "一月.xlsx")
    upload(secretary, a_file([a_row(1), a_row(2), a_row(3), a_row(4, 小区="云山里东")]), "二月.xlsx")
    page = agree(secretary)
    assert "读到 4 行：1 行可以导入，2 行原来就有、没有变化，1 行有问题。" in page
    assert "导入 1 行</button>" in page
    import_ = Import.objects.latest("pk")
    secretary.post(reverse("imports:start", args=[import_.pk]))
    services.run_import(import_.pk)
    listed = secretary.get(reverse("imports:list")).content.decode()
    for label, count in (("读到", 4), ("新增或更新", 1), ("没有变化", 2), ("未导入", 1)):
        assert f'<td data-th="{label}" class="num">{count}</td>' in listed


def test_a_file_without_anything_new_offers_nothing_to_import(secretary: Client) -> None:
    take_through(secretary, a_file([a_row(1)]), "一月.xlsx")
    upload(secretary, a_file([a_row(1)]), "一月.xlsx")
    page = agree(secretary)
    assert "这个文件里没有新的内容，不用导入。" in page
    assert reverse("imports:start", args=[Import.objects.latest("pk").pk]) not in page
    assert "将会存成这样" not in page
    listed = secretary.get(reverse("imports:list")).content.decode()
    assert "检查过，没有可导入的" in listed
    assert '<td data-th="没有变化" class="num">1</td>' in listed


def test_the_empty_list_names_what_this_person_may_import(secretary: Client, cast: Cast) -> None:
    assert "台账可以从表格导入。" in secretary.get(reverse("imports:list")).content.decode()
    officer = sign_in(Client(), cast.district_officer)
    page = officer.get(reverse("imports:list")).content.decode()
    assert all(label in page for label in ("台账", "区划", "小区", "可以从表格导入。"))
