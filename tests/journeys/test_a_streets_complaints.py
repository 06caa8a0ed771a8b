"""A secretary brings a street's complaints, says what names mean and what was misread, and puts the hot topic into the
demands."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from huiyin.documents.writing import Sheet, write_xlsx
from tests.journeys.visitors import DESKTOP, PHONE, Visitor, a_member

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.living_site import LivingSite

HEADER = ["流水号", "受理时间", "诉求内容", "街道代码", "紧急程度", "是否解决", "来电号码"]
NAMES = ("明珠花园", "锦绣家园", "东风小区")
"""What callers say for 云杉里; no estate is known by it."""
MATTERS = (
    "{}6号楼电梯又停了，老人上不去楼，物业公司一直没有修好",
    "{}的电梯经常困人，反映给物业没有人管",
    "{}楼道里的垃圾三天没有清运，物业不管",
)
PHONE_NUMBER = "13800001234"


def a_file(path: Path, rows: list[list[str | None]]) -> Path:
    out = io.BytesIO()
    write_xlsx(out, [Sheet("诉求", HEADER, rows)])
    path.write_bytes(out.getvalue())
    return path


def a_streets_file(path: Path) -> Path:
    """Eighteen complaints that name 云杉里 otherwise, two that name it rightly, one twice, one without words."""
    texts = [matter.format(name) for name in NAMES for matter in MATTERS for _ in range(2)]
    texts += [
        f"云杉里的物业费三年没有公示过收支，业主要求公开账目，请打{PHONE_NUMBER}",
        "云杉里绿化带里的树枝挡住一楼窗户，物业一直没有人来修剪",
    ]
    rows: list[list[str | None]] = [
        [
            f"T{number:04d}",
            f"2026-05-{number:02d} 09:00:00",
            text,
            "119901001",
            None,
            "否" if number % 3 else "是",
            f"139{number:08d}",
        ]
        for number, text in enumerate(texts, start=1)
    ]
    rows += [rows[0], ["T0099", "2026-05-20 09:00:00", None, "119901001", None, None, None]]
    return a_file(path, rows)


def a_file_with_guesses(path: Path) -> Path:
    """Two complaints that name 云杉里 by half, one that the machine takes for something else than it is."""
    texts = (
        "云衫里小区6号楼的电梯坏了，物业不修",
        "云衫里小区的物业不扫楼道",
        "云杉里地下车库的灯坏了，物业一直不修",
    )
    return a_file(
        path,
        [
            [f"G{number}", f"2026-04-{number:02d} 09:00:00", text, "119901001", None, None, None]
            for number, text in enumerate(texts, start=1)
        ],
    )


def test_a_streets_file_ends_in_the_demand_list_of_an_estate(
    site: LivingSite, browser: Browser, tmp_path: Path
) -> None:
    with a_member(site, browser, "secretary", DESKTOP) as secretary:
        bring(secretary, a_streets_file(tmp_path / "五月诉求.xlsx"))
        secretary.reads("读到 22 行：20 行可以存入，2 行退回。", "缺少诉求内容 1", "工单编号与第 … 行重复 1")
        assert PHONE_NUMBER not in secretary.page.content()

        secretary.press("存入 20 行")
        waited_for(secretary)
        secretary.reads("读到 22 行 = 存入 20 行 + 退回 2 行。", "没有归到小区 18")

        secretary.press("认领小区写法（所有文件里还有 3 个）")
        for name in NAMES:
            claim(secretary, name)
        secretary.reads("没有等着认领的写法")
        site.work_off(within=120)

        secretary.open(f"/desk/hotline/estates/{site.cast.estate.slug}")
        secretary.reads("物业诉求 20 件", "电梯 12 件")
        hottest = secretary.page.locator("li").filter(has_text="人来电，电梯").first
        secretary.press("加入核心诉求", within=hottest)
        secretary.write("标题", "单元电梯经常停运")
        secretary.press("加入核心诉求")
        secretary.reads("还没有收集过核心诉求。开始收集第一份清单时，只要这件事还没办完，就会列入。")
        open_the_demand_list(secretary)
        secretary.reads("单元电梯经常停运")


def test_what_the_machine_guessed_is_settled_and_what_it_misread_corrected(
    site: LivingSite, browser: Browser, tmp_path: Path
) -> None:
    with a_member(site, browser, "secretary", PHONE) as secretary:
        bring(secretary, a_file_with_guesses(tmp_path / "四月诉求.xlsx"))
        secretary.press("存入 3 行")
        waited_for(secretary)
        secretary.open("/desk/hotline/review")
        secretary.reads("“云衫里小区” → 云杉里", "2 件")
        secretary.press("是云杉里")
        secretary.reads("“云衫里小区”：2 件归到云杉里")
        site.work_off(within=120)
        secretary.open("/desk/hotline/review")
        secretary.reads("没有拿不准的归属")

        secretary.open(f"/desk/hotline/estates/{site.cast.estate.slug}/complaints?month=2026-04")
        secretary.reads("共 3 件")
        misread = secretary.page.locator("main li").filter(has_text="地下车库").first
        secretary.press("更正", within=misread)
        secretary.choose("类别", "停车与充电")
        secretary.write("原因", "说的是车库")
        secretary.press("更正")
        secretary.reads("已更正。数字在后台更新，过一会儿才变。", "→ 停车与充电")
        site.work_off(within=120)
        secretary.open(f"/desk/hotline/estates/{site.cast.estate.slug}?period=2026-04")
        secretary.reads("停车与充电 1 件")

        secretary.open("/desk/hotline/complaints/find")
        secretary.write("工单编号", "G3")
        secretary.press("找这件诉求")
        secretary.press("更正")
        secretary.press("恢复机器的读法")
        secretary.reads("已恢复机器的读法。")


def bring(secretary: Visitor, file: Path) -> None:
    """Up to the dry run."""
    secretary.open("/desk/hotline/imports")
    secretary.press("导入诉求表格")
    secretary.write("这份表从哪里来", "街道接诉即办日报")
    secretary.hand_in("诉求表格", file)
    secretary.press("上传并核对列名")
    secretary.choose("工单编号", "流水号")
    secretary.choose("区划代码", "街道代码")
    secretary.press("检查每一行")
    waited_for(secretary)


def waited_for(secretary: Visitor) -> None:
    """Left alone until the task process is done, and found again. The first child compiles its loops."""
    secretary.site.work_off(within=120)
    secretary.open(secretary.path)


def claim(secretary: Visitor, name: str) -> None:
    about = secretary.page.locator("main li").filter(has=secretary.page.get_by_role("heading", name=name))
    secretary.unfold("是别的小区", within=about)
    secretary.write(f"{name}是哪个小区", "云杉里")
    secretary.press("记为它的别名", within=about)
    secretary.reads(f"“{name}”和云杉里（")
    secretary.press("确认，就是云杉里")
    secretary.reads(f"“{name}”记为云杉里的别名")


def open_the_demand_list(secretary: Visitor) -> None:
    """The list of the half-year begins with what the ledger knows as hot."""
    secretary.open("/desk/demands")
    secretary.write("云杉里：报告期从哪个月开始", "2026-01")
    secretary.press("开始收集")
    secretary.reads("开始收集了")
