"""Every component of the pages on three sheets, drawn without a database: for looking at and for axe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.http import HttpRequest, QueryDict
from django.template import engines
from django.test import RequestFactory

from huiyin.domain.errors import RuleBroken
from huiyin.web import chips, middleware
from huiyin.web.forms import Form
from huiyin.web.nav import Item
from huiyin.web.pagination import paginate

SHEETS = Path(__file__).parent / "templates"
PICTURES = Path(__file__).parent / "pictures"
AT = datetime(2026, 6, 18, 10, 0, tzinfo=UTC)
FIRST, DUE = date(2026, 6, 8), date(2026, 6, 16)

CASES = [
    ("26-0041-738", "东侧楼道灯不亮", "6号楼", "短期推进", FIRST, DUE, 14, "replied"),
    ("26-0042-611", "电梯按键失灵", "2号楼", "立即解决", DUE, DUE, 8, "overdue"),
    (
        "26-0043-104",
        "单元门关不严，冬天风直往里灌，老人孩子都受不了",
        "9号楼",
        "立即解决",
        DUE,
        DUE,
        3,
        "in_progress",
    ),
    ("26-0039-870", "车棚顶漏雨", "8号楼", "短期推进", FIRST, date(2027, 1, 2), 5, "reopened"),
    (
        "26-0038-855",
        "增设充电桩",
        "全小区",
        "长期规划",
        date(2026, 11, 30),
        date(2026, 11, 30),
        41,
        "assigned",
    ),
]
EVENTS = [
    (
        "key",
        "message-check",
        "物业公开答复",
        "几层共换 9 盏感应灯，线路老化的一段也换了。附照片 2 张。",
        "木棉树物业梁小禾",
    ),
    (
        "warn",
        "calendar-repeat",
        "批准改期：6月8日改为 6月16日",
        "理由：线路要找原施工单位查图。",
        "社区书记何知夏",
    ),
    ("bad", "arrow-up-right", "逾期 3 天，自动上报青槐街道", "", ""),
    ("none", "bell", "住户第 3 次催办", "前两次是 5月20日和 5月24日。", ""),
    ("ok", "user-check", "社区分派给木棉树物业", "列入短期推进，期限 6月8日。", "社区书记何知夏"),
]


class AskForm(Form):
    text = forms.CharField(
        label="问题", help_text="一次问一件事。写清哪栋楼、什么时候。", widget=forms.Textarea({"rows": 3})
    )
    building = forms.ChoiceField(label="几号楼", choices=[("", "不说"), ("6", "6号楼")], required=False)
    phone = forms.CharField(label="手机号", help_text="只用来告诉您办得怎么样，不公开。")
    code = forms.CharField(label="验证码", required=False)
    list_name = forms.ChoiceField(
        label="这是", choices=[("question", "问题"), ("wish", "心愿")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="我同意把问题公开在台账里，不含姓名和电话")
    photos = forms.FileField(label="照片", required=False, widget=forms.FileInput({"data-photos": ""}))


def ask_form() -> AskForm:
    form = AskForm({"text": "", "phone": "12", "list_name": "question"})
    form.is_valid()
    form.add_refusal(RuleBroken("手机号应是 11 位数字，现在是 %(count)s 位。", field="phone", count=2))
    return form


def a_request(path: str = "/", mode: str = "standard") -> HttpRequest:
    request = RequestFactory().get(path)
    request.COOKIES[middleware.READING_COOKIE] = mode
    request.user = AnonymousUser()
    request.actor = SimpleNamespace(label="社区书记 何知夏", holds=lambda role, scope=None: False)  # type: ignore[attr-defined]
    request.reading_mode = mode  # type: ignore[attr-defined]
    request.is_htmx = False  # type: ignore[attr-defined]
    request.resolver_match = None
    return request


def context(request: HttpRequest, surface: str) -> dict[str, Any]:
    names = ("number", "title", "place", "list_label", "first_due", "due", "supporters", "chip")
    request.GET = QueryDict("page=2&status=open")
    public = ["首页", "小区", "报告", "台账", "报告会", "核验"]
    desk = ["今天", "台账", "导入", "人员", "规则"]
    return {
        "request": request,
        "at": AT,
        "first": FIRST,
        "due": DUE,
        "cases": [dict(zip(names, case, strict=True)) for case in CASES],
        "events": [
            dict(zip(("kind", "icon", "title", "text", "by"), event, strict=True), at=AT) for event in EVENTS
        ],
        "states": sorted(chips._looks),
        "steps": ["上传", "对应列", "试运行", "确认", "完成"],
        "form": ask_form(),
        "page": paginate(request, list(range(59)), per_page=20),
        "district_name": "云杉区",
        "public_nav": [Item(label, "#main", label == "台账") for label in public],
        "desk_nav": [Item(label, "#main", label == "今天") for label in desk],
        "footer_nav": [
            Item(label, "#main", False) for label in ("数字怎么算", "怎么核验", "无障碍", "个人信息保护")
        ],
        "is_demo": True,
        "latest_anchor": SimpleNamespace(day=FIRST, short_code="3f9a 07c2 11de 9a20 c21d"),
    }


class Message(str):
    level_tag = "success"


def draw(surface: str, mode: str = "standard") -> str:
    """The HTML of a sheet: public, desk or paper."""
    request = a_request(f"/{surface}", mode)
    values = context(request, surface)
    values["messages"] = [Message("已登记，编号 26-0041-738。办到哪一步，都会告诉您。")]
    engine = engines["django"]
    with fixed_year():
        return engine.from_string((SHEETS / f"{surface}.html").read_text(encoding="utf-8")).render(
            values, request
        )


@contextmanager
def fixed_year() -> Iterator[None]:
    with patch("huiyin.web.dates.now", lambda: AT):
        yield


def static_file(path: str) -> bytes | None:
    """A built file by its plain or hashed name."""
    parts = path.rsplit("/", 1)[-1].split(".")
    plain = path if len(parts) < 3 or len(parts[-2]) != 12 else path.replace(f".{parts[-2]}.", ".")
    found = finders.find(plain)
    return Path(found).read_bytes() if found else None
