"""A secretary prints what hangs on the board and lies in the letter box."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from huiyin.documents.paper.batches import NotPrinted, render_apart
from huiyin.documents.paper.documents import ClockCertificate, DigestSection, Sheet
from huiyin.documents.paper.press import SIZES, Size, as_data, render
from tests.documents.paper import samples
from tests.documents.paper.reading import flat, letters_by_size, pages_of, text_of

EACH = pytest.mark.parametrize("sheet", samples.one_of_each(), ids=lambda sheet: sheet.template)
MM = 72 / 25.4


def test_a_meeting_notice_says_when_where_who_and_how_to_ask() -> None:
    text = text_of(render(samples.meeting_notice()))
    for words in (
        "青槐街道云杉里社区物业服务报告会通知云杉里小区云杉里南院",
        "时间2026年6月27日星期六上午9:30",
        "地点云杉里小区中心花园（遇雨改到社区活动室一层）",
        "报告人安和物业云杉里项目经理梁小禾",
        "2居民提问，物业当场答复30分钟",
        "·电梯应做保养156次，做了151次，少做的5次写明了原因。",
        "现在就可以提问：扫码写下您要问的事。",
        "云杉里社区居民委员会2026年6月18日",
    ):
        assert words in text
    assert "原定" not in text


def test_a_postponed_meeting_shows_when_it_was_to_be() -> None:
    notice = samples.meeting_notice()
    moved = replace(notice, changed_from=notice.starts_at.replace(day=20, hour=14))
    assert "原定2026年6月20日下午2:30，改为2026年6月27日星期六上午9:30" in text_of(render(moved))


def test_a_bulletin_shows_three_lists_and_the_first_date_that_was_promised() -> None:
    text = text_of(render(samples.bulletin()))
    assert "2026年6月截至6月18日本月提出23件，提问人确认解决12件。" in text
    assert "一立即解决4件，另外1件见网页" in text
    assert "26-0041-7382号楼电梯按键失灵（8户同问）梁小禾6月17日，逾期" in text
    assert "6号楼东侧楼道灯不亮（14户同问）梁小禾已答复，等确认" in text
    assert "增设充电桩（41户同问）物业和街道5月31日11月30日" in text
    assert len(pages_of(render(samples.bulletin()))) == 1


def test_a_long_bulletin_goes_on_over_numbered_pages() -> None:
    pdf = render(samples.whole_bulletin())
    pages = [page.extract_text() for page in pages_of(pdf)]
    assert len(pages) == 3
    assert [f"第 {at} 页，共 3 页" in page for at, page in enumerate(pages, start=1)] == [True] * 3
    assert "本月提问人确认解决12件10号楼门禁修好（26-0010-111）；" in text_of(pdf)


def test_a_digest_shows_each_number_with_what_it_is_out_of() -> None:
    text = text_of(render(samples.report_digest()))
    assert "安和物业服务有限公司2026年1月1日至2026年6月30日" in text
    for words in ("151次", "应做156次", "2号楼停梯大修期间少做5次", "6件办完共8件"):
        assert words in text
    assert "4号楼屋面重做防水（维修资金）工程主管周满仓8月31日10月31日前" in text


def test_a_digest_with_every_section_and_five_promises_is_one_page() -> None:
    digest = samples.report_digest()
    lines = ("草坪修剪 5 次（常见频次 6 次，少 1 次）", "防火检查 5 次（常见频次 6 次，少 1 次）")
    books = ("物业服务收支：收 119.19，支 121.84，余 1.59 万元",) * 3
    sections = tuple(DigestSection("服务履约", each) for each in (lines, books, lines, lines))
    promises = tuple(replace(each, owner="工程主管") for each in (*digest.promises, *digest.promises[:2]))
    whole = replace(digest, figures=digest.figures[:3], sections=sections, promises=promises)
    pages = pages_of(render(whole))
    assert len(pages) == 1
    assert flat(digest.whole_report.label)[:4] in flat(pages[0].extract_text())


def test_the_number_of_a_matter_is_as_large_as_its_words() -> None:
    agenda = samples.forum_agenda()
    shorter = replace(
        agenda,
        groups=tuple(
            replace(group, lines=tuple(replace(line, number=line.number[-1]) for line in group.lines))
            for group in agenda.groups
        ),
    )
    before, after = (
        sum(count for size, count in letters_by_size(render(sheet)).items() if size < 16)
        for sheet in (agenda, shorter)
    )
    assert before == after


def test_a_forum_agenda_lists_what_is_open_by_group() -> None:
    text = text_of(render(samples.forum_agenda()))
    assert "2026年9月19日星期六下午3:00" in text
    assert "一没有办完的事6件" in text
    assert "二到期的阶段目标2件" in text
    assert "承诺34号楼屋面重做防水周满仓8月31日10月31日" in text
    assert len(pages_of(render(samples.forum_agenda()))) == 1


def test_a_certificate_lists_the_intervals_and_the_balance() -> None:
    text = text_of(render(samples.clock_certificate()))
    assert "居民可以提问的时间，合计42分05秒本区规定不少于30分钟。达到规定时长" in text
    assert "第1场10:02:10起10:21:40止19分30秒" in text
    assert "31个提问：26个立为台账事项，4个并入已有事项，1个不受理并公布了理由。" in text
    assert samples.clock_certificate().digest in text


def test_each_household_gets_a_letter_of_its_own() -> None:
    pages = [page.extract_text() for page in pages_of(render(samples.rating_letters(count=5)))]
    assert len(pages) == 5
    for at, page in enumerate(pages, start=1):
        assert f"3号楼 2单元 {at}01" in page
        assert page.count("住户收") == 1
        assert "不是业主共同决定事项的法定投票" in page


@pytest.mark.parametrize(("size", "pages"), [("A4", 3), ("A3", 2)])
def test_slips_are_three_on_a4_and_six_on_a3(size: Size, pages: int) -> None:
    pdf = render(samples.question_slips(count=7), size)
    assert len(pages_of(pdf)) == pages
    assert [f"第{at:03}号" in text_of(pdf) for at in range(1, 8)] == [True] * 7
    assert max(letters_by_size(pdf)) == 22  # as large in the hand, whatever sheet it was cut from


def test_a_slip_says_how_its_number_is_read_out_and_by_when_there_is_an_answer() -> None:
    text = text_of(render(samples.case_slips(count=1)))
    assert "已登记26-0041-738念作：二六零零四幺七三八" in text
    assert "2026年6月12日登记，最晚2026年6月17日答复。" in text
    assert "请拨010-55501234或12345，报上编号。" in text


@EACH
def test_every_sheet_bears_the_anchor_and_where_to_check_it(sheet: Sheet) -> None:
    for page in pages_of(render(sheet)):
        text = flat(page.extract_text())
        assert "最近存档校验2026年6月17日，校验码5d2091ae。" in text
        assert samples.SITE in text


@EACH
def test_every_sheet_is_read_at_arm_s_length(sheet: Sheet) -> None:
    """Body of at least 16 points; smaller only notes, numbers and the foot."""
    sizes = letters_by_size(render(sheet))
    large = sum(count for size, count in sizes.items() if size >= 16)
    assert min(sizes) >= 11
    assert large / sizes.total() > 0.45, sizes


@EACH
def test_a3_says_the_same_on_larger_paper(sheet: Sheet) -> None:
    on_a4, on_a3 = (pages_of(render(sheet, size)) for size in SIZES)
    width, height = sorted((float(on_a4[0].mediabox.width), float(on_a4[0].mediabox.height)))
    assert (round(width / MM), round(height / MM)) == (210, 297)
    wide, high = sorted((float(on_a3[0].mediabox.width), float(on_a3[0].mediabox.height)))
    assert (round(wide / MM), round(high / MM)) == (297, 420)
    if sheet.template.endswith("_slips"):
        assert len(on_a3) == -(-len(on_a4) // 2)
    else:
        assert text_of(render(sheet, "A3")) == text_of(render(sheet, "A4"))


@EACH
def test_a_screen_reader_can_read_the_sheet(sheet: Sheet) -> None:
    """PDF/UA-1: typst refuses to write it without title, language, structure and words for each picture."""
    reader = PdfReader(BytesIO(render(sheet)))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert reader.metadata is not None
    assert reader.metadata.title == sheet.title
    assert b"pdfuaid:part" in root["/Metadata"].get_data()  # type: ignore[attr-defined]


def digests() -> list[str]:
    return [
        hashlib.sha256(render(sheet, size)).hexdigest() for sheet in samples.one_of_each() for size in SIZES
    ]


def test_the_same_sheet_gives_the_same_bytes_in_another_process() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tests.documents.paper import test_printing_a_sheet as t; print(*t.digests())",
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    assert told.stdout.split() == digests()


def test_a_pile_printed_apart_is_the_same() -> None:
    letters = samples.rating_letters(count=30)
    assert render_apart(letters) == render(letters)


def test_a_pile_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClockCertificate, "template", "no_such_sheet")
    with pytest.raises(NotPrinted, match="No such file"):
        render_apart(samples.clock_certificate())


def test_threads_that_print_at_once_get_each_their_own_sheet() -> None:
    sheets = samples.one_of_each() * 3
    alone = [render(sheet) for sheet in sheets]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(render, sheets)) == alone


def test_what_is_no_text_number_or_date_is_not_printed() -> None:
    with pytest.raises(TypeError, match="float cannot be printed"):
        as_data(18.4)
