"""(d) 500 rows with 12 bad ones: imported, mended from the error file, exported, imported again without a change.

At a desktop; the other ways lead through the same pages to the same import, and bring a shorter ledger.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from huiyin.documents.spreadsheets import open_table
from huiyin.documents.writing import Sheet, write_xlsx
from tests.journeys.visitors import DESKTOP, EVERY_WAY, Visitor, Way, a_member

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.living_site import LivingSite

BAD = 12
MATTERS = [
    (
        "楼道灯不亮",
        "公共设施维修与改造",
        "东侧楼道的灯不亮，晚上上下楼要打手电。",
        "灯和开关都换了，保修一年。",
    ),
    (
        "门口有积水",
        "公共设施维修与改造",
        "单元门口一下雨就积水，老人进出要绕路。",
        "地漏疏通了，下雨天再来看过，没有积水。",
    ),
    ("楼前垃圾没清", "保洁与垃圾", "大件垃圾堆了一个星期，有异味。", "当天清走，以后每天下午来看一次。"),
]
# What is wrong with a row, and how somebody who knows the matter mends it.
FAULTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"登记时间": "去年冬天"}, {"登记时间": "2026-02-03 09:00"}),
    ({"登记时间": None}, {"登记时间": "2026-02-03 10:00"}),
    ({"答复时间": "2026-01-01 08:00"}, {"答复时间": "2026-05-22 08:00"}),
    ({"类别": "天外来客"}, {"类别": "公共设施维修与改造"}),
]


def rows_of(way: Way) -> int:
    return 500 if way == DESKTOP else 3 * BAD


def a_ledger(estate: str, way: Way) -> list[dict[str, Any]]:
    """Every third row is still open; twelve, spread over the ledger, have a fault."""
    rows = []
    between = rows_of(way) // BAD
    for number in range(1, rows_of(way) + 1):
        title, category, text, reply = MATTERS[number % len(MATTERS)]
        building = f"{number % 20 + 1}号楼"
        is_open = number % 3 == 0
        row = {
            "编号": f"{way}-{number:04d}",
            "小区": estate,
            "楼栋": building,
            "标题": f"{building}{title}",
            "内容": f"{building}{number % 6 + 1}单元，{text}",
            "类别": category,
            "登记时间": f"2026-04-{number % 28 + 1:02d} {8 + number % 10:02d}:{number % 60:02d}",
            "答复": None if is_open else reply,
            "答复时间": None if is_open else f"2026-05-{number % 20 + 1:02d} 15:30",
        }
        if number % between == 1 and number // between < BAD:
            row |= {"答复": reply, "答复时间": "2026-05-20 15:30"} | FAULTS[number // between % len(FAULTS)][
                0
            ]
        rows.append(row)
    return rows


def as_file(rows: list[dict[str, Any]]) -> bytes:
    header = list(rows[0])
    out = io.BytesIO()
    write_xlsx(out, [Sheet("台账", header, [[row[name] for name in header] for row in rows])])
    return out.getvalue()


def write(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.write_bytes(as_file(rows))
    return file


def read(file: Path) -> list[dict[str, Any]]:
    table = open_table(file.read_bytes())
    return [dict(zip(table.headers, row.values, strict=True)) for row in table.rows()]


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
def test_a_ledger_goes_in_and_out_and_in_again(
    site: LivingSite, browser: Browser, way: Way, tmp_path: Path
) -> None:
    estate, count = an_estate(site, way), rows_of(way)
    old = write(tmp_path / f"旧台账{way}.xlsx", a_ledger(estate, way))
    with a_member(site, browser, "secretary", way) as secretary:
        secretary.open("/desk/imports")
        secretary.press("导入一个表格")
        bring(secretary, old, said=f"读到 {count} 行：{count - BAD} 行可以导入，{BAD} 行有问题。")
        begin(secretary, f"导入 {count - BAD} 行")
        secretary.reads(
            f"读了 {count} 行 = 导入 {count - BAD} 行 + 未导入 {BAD} 行", "看不出日期", "不在事项类别里"
        )

        errors = secretary.download("下载错误文件（12 行）", tmp_path)
        mended = write(tmp_path / f"改好{way}.xlsx", [mend(row) for row in read(errors)])
        secretary.press("改好了，再导入")
        bring(secretary, mended, said="读到 12 行：12 行可以导入，0 行有问题。")
        begin(secretary, "导入 12 行")
        secretary.reads("读了 12 行 = 导入 12 行 + 未导入 0 行")

        exported = take_out(secretary, estate, count, tmp_path)
        rows = read(exported)
        assert len(rows) == count
        assert sum(1 for row in rows if row["状态"] == "没有反馈") == sum(1 for row in rows if row["答复"])

        secretary.open("/desk/imports/new")
        unchanged = f"读到 {count} 行：0 行可以导入，{count} 行原来就有、没有变化，0 行有问题。"
        bring(secretary, exported, said=unchanged)
        secretary.reads("这个文件里没有新的内容，不用导入")
        assert secretary.page.get_by_role("button", name="导入").count() == 0


def an_estate(site: LivingSite, way: Way) -> str:
    """Each way of using the site gets an estate of its own, so that exports stay apart."""
    from huiyin.apps.places.services import EstateFacts, add_estate

    name = f"云杉里{EVERY_WAY.index(way) + 1}区"
    add_estate(
        code=f"YSL1{EVERY_WAY.index(way)}",
        slug=f"ysl-{way}",
        name=name,
        area=site.cast.community,
        facts=EstateFacts(),
        by=site.cast.by_district_officer,
    )
    return name


def bring(secretary: Visitor, file: Path, *, said: str) -> None:
    """Upload, agree to the columns as suggested, read the result of the dry run."""
    kinds = secretary.page.get_by_role("radio")
    if kinds.count() > 1:
        secretary.tick("台账")
    secretary.hand_in("表格文件", file)
    secretary.press("上传并核对列名")
    secretary.reads("核对列名")
    secretary.write("台账名称", "2026 年旧台账")
    secretary.press("检查每一行")
    secretary.reads(said)


def begin(secretary: Visitor, button: str) -> None:
    """Start it, leave it alone until the task process is done, look again."""
    secretary.press(button)
    secretary.site.work_off()
    secretary.open(secretary.path)
    secretary.reads("已导入")


def mend(row: dict[str, Any]) -> dict[str, Any]:
    """What the reasons ask for; the column with the reasons itself may stay."""
    for fault, cure in FAULTS:
        if all(_same(row[name], value) for name, value in fault.items()):
            return row | cure
    raise AssertionError(f"nobody expected this row to be refused: {row}")


def _same(cell: Any, value: Any) -> bool:
    return str(cell or "").startswith(str(value or "")) if value else not cell


def take_out(secretary: Visitor, estate: str, count: int, folder: Path) -> Path:
    """The ledger of one estate as a table."""
    secretary.open("/desk/cases?state=all")
    secretary.choose("小区", estate)
    secretary.press("筛选")
    secretary.reads(f"共 {count} 件")
    return secretary.download("导出 Excel", folder)
