"""For what we ask consent, in the words people read; a change of words is a new version (domain.md §9)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Purpose:
    """One purpose of processing; `is_necessary` for those without which there is no account."""

    code: str
    version: str
    label: str
    text: str
    is_necessary: bool = False


_PURPOSES = (
    Purpose(
        code="account",
        version="1",
        label="登录和提问",
        text=(
            "用您的手机号确认是您本人在登录和提问。手机号不公开，其他居民和物业企业看不到。"
            "网上只显示您的昵称，不写昵称就显示“居民”。"
        ),
        is_necessary=True,
    ),
    Purpose(
        code="reply_sms",
        version="1",
        label="用短信告诉我答复",
        text="您提的事有了答复、改了期限或需要您补充时，发短信到您的手机。撤回后只在网页上看得到。",
    ),
    Purpose(
        code="case_contact",
        version="1",
        label="办理时可以给我打电话",
        text=(
            "办理您的事时，社区工作人员可以查看您的手机号并打电话给您。"
            "每次查看都要写明事由，都记在“谁看过我的电话”里。"
        ),
    ),
    Purpose(
        code="household",
        version="1",
        label="核实我住在哪里",
        text=(
            "社区工作人员核对您写的楼号和房号，核对后您可以对邻居提的事点“同问”。"
            "公开页面最多显示到楼，不显示单元和房号。"
        ),
    ),
)
PURPOSES: dict[str, Purpose] = {purpose.code: purpose for purpose in _PURPOSES}
