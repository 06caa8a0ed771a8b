"""(h) A reply that says nothing is refused with what to write; improved, it reaches the asker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import given
from tests.journeys.visitors import DESKTOP, WITHOUT_SCRIPT, Visitor, Way, a_member, a_visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.living_site import LivingSite

EMPTY = "您反映的问题已收悉，我们高度重视，会尽快处理，感谢您的支持。"
WEAK = "单元门禁的读卡器坏了，已经更换，请您再试一试。"
FULL = "6月2日，工程部更换了门禁读卡器，旧卡不用重办，负责人梁师傅。"


def write_reply(manager: Visitor, text: str) -> None:
    form = manager.form_of("reply")
    manager.write("答复", text, within=form)
    manager.write("没有照片的原因", "读卡器拍不出好坏。", within=form)


def see_hints(manager: Visitor, *texts: str) -> None:
    """What stands beside the form while somebody types; without a script there is none."""
    if manager.way.script:
        manager.comes_to_read(*texts)


@pytest.mark.parametrize("way", [DESKTOP, WITHOUT_SCRIPT], ids=str)
def test_from_empty_words_to_a_reply(site: LivingSite, browser: Browser, way: Way) -> None:
    with site.at_rest():
        case = given.a_case(
            site.cast, status="in_progress", now=site.now, text="单元门禁刷卡没有反应，进不了门。"
        )
    site.later(days=1)
    with a_member(site, browser, "manager", way) as manager:
        manager.open_at_desk(case.number)
        write_reply(manager, EMPTY)
        see_hints(manager, "这样还不能发给提问人", "可以照这个样子写")
        manager.press("公开答复", within=manager.form_of("reply"))
        manager.reads("这样的答复不能发给提问人", "请写明查到了什么、做了什么或者准备怎么办")
        assert manager.field("答复", within=manager.form_of("reply")).input_value() == EMPTY

        write_reply(manager, WEAK)
        see_hints(manager, "发出前看看还缺什么", "没有写由谁负责")
        manager.press("公开答复", within=manager.form_of("reply"))
        manager.reads("还没有发出，请看看缺不缺这几样", "没有日期或期限", "仍然发出")

        write_reply(manager, FULL)
        see_hints(manager, "该写的都写到了")
        manager.press("公开答复", within=manager.form_of("reply"))
        manager.reads("已公开答复", "6月2日，工程部更换了门禁读卡器")

    with a_visitor(site, browser, way) as anybody:
        anybody.open(f"/cases/{case.number}")
        anybody.reads("6月2日，工程部更换了门禁读卡器", "等提问人确认")
        anybody.reads_not("高度重视", "该写的都写到了", "没有写由谁负责")
