"""The columns of a ledger as a table: what imports understand, what exports write, and what a case says in each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from huiyin.apps.imports.kinds import Field, Values
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case, Reply
from huiyin.documents.writing import Value
from huiyin.domain.case_workflow import LABELS, Status
from huiyin.domain.clocks import BEIJING
from huiyin.domain.ledger_rules import KIND_LABELS, LIST_LABELS, SOURCE_LABELS
from huiyin.web.now import now as clock

FIELDS = (
    Field(
        "number",
        "编号",
        ("留言编号", "工单编号", "事项编号", "受理编号", "序号"),
        kind="code",
        hint="本系统的编号，或旧台账自己的编号；同一编号只导入一次。",
    ),
    Field("estate", "小区", ("小区名称", "项目名称", "物业项目", "项目编号"), hint="名称、别名或项目编号。"),
    Field("area", "社区", ("社区（村）", "所属社区", "所在社区", "街道", "街镇"), hint="名称或区划代码。"),
    Field("title", "标题", ("留言主题", "主题", "事项", "诉求标题"), max_length=200),
    Field("text", "内容", ("留言详情", "诉求内容", "问题描述", "具体内容", "问题", "详情")),
    Field("building", "楼栋", ("楼栋或位置", "位置", "楼号", "地址"), max_length=120),
    Field("category", "类别", ("问题类别", "诉求类别", "问题分类", "分类"), hint="规则里的事项类别。"),
    Field(
        "kind",
        "种类",
        ("诉求种类",),
        kind="choice",
        choices={str(key): label for key, label in KIND_LABELS.items()},
        choice_aliases={"咨询": "question", "建议": "wish", "求助": "question", "举报": "complaint"},
    ),
    Field(
        "source",
        "来源",
        ("诉求来源", "问题来源", "来源渠道"),
        kind="choice",
        choices={str(key): label for key, label in SOURCE_LABELS.items()},
        choice_aliases={
            "12345": "hotline",
            "热线": "hotline",
            "接诉即办": "hotline",
            "来电": "phone",
            "来信": "paper",
            "书面": "paper",
            "网络": "web",
            "网站": "web",
            "座谈会": "forum",
        },
    ),
    Field(
        "registered_at",
        "登记时间",
        ("留言时间", "登记日期", "受理时间", "受理日期", "提出时间", "来电时间"),
        required=True,
        kind="datetime",
        hint="期限从这一刻起算。",
    ),
    Field(
        "case_list",
        "清单",
        ("所属清单", "清单类型", "办理清单"),
        kind="choice",
        choices={str(key): label for key, label in LIST_LABELS.items()},
        choice_aliases={"立即": "immediate", "短期": "short_term", "长期": "long_term"},
    ),
    Field(
        "lead",
        "主办",
        ("主办单位", "责任单位", "承办单位", "责任人"),
        max_length=80,
        hint="写服务这个小区的企业、社区或街镇的全名，没办完的事就由它接着办。",
    ),
    Field(
        "first_due_on",
        "最初期限",
        (),
        kind="date",
        hint="新导入的事项按规则从登记时间算，不用表里的。",
    ),
    Field(
        "due_on",
        "现在期限",
        ("期限", "办理期限", "办结期限", "截止日期"),
        kind="date",
        hint="新导入的事项按规则从登记时间算，不用表里的。",
    ),
    Field(
        "status",
        "状态",
        ("办理状态", "办理情况状态"),
        hint="新导入的事项：有答复的记为“没有反馈”，没有答复的还在办。",
    ),
    Field("reply", "答复", ("答复意见", "回复内容", "答复内容", "办理结果", "处理结果", "回复")),
    Field(
        "replied_at",
        "答复时间",
        ("回复时间", "答复日期", "回复日期", "办结时间", "办结日期"),
        kind="datetime",
    ),
    Field("replier", "答复人", ("答复单位", "回复人", "回复单位"), max_length=80),
    Field("nickname", "称呼", ("提问人称呼", "昵称"), max_length=20, hint="会公开显示，不要写真名。"),
    Field(
        "contact",
        "联系人",
        ("留言用户", "姓名", "提问人", "来电人", "诉求人"),
        max_length=40,
        hint="不公开。",
    ),
    Field(
        "phone",
        "电话",
        ("联系电话", "手机", "手机号", "联系方式"),
        kind="code",
        max_length=120,
        hint="不公开。",
    ),
)
_CHOICES = {field.key: field.choices for field in FIELDS}
PRIVATE = frozenset({"contact", "phone"})
"""Understood, kept apart from the case, never written out."""
EXPORTED = tuple(field for field in FIELDS if field.key not in PRIVATE)
MORE = ("按时", "同问", "改期次数", "最近答复", "最近答复时间", "公开说明")
"""Exported for the reader; imports pass over them."""


def words_of(key: str, value: str) -> str:
    """The label of a choice; any other text as it is."""
    return _CHOICES.get(key, {}).get(value, value)


def values_of(case: Case) -> Values:
    """What the table says of a case, in the form in which imports read it; load estate, area and replies with it.

    答复 is the first full reply, by which punctuality was frozen; a later one stands in 最近答复.
    """
    first = _first_reply(case)
    return {
        "number": case.number,
        "estate": case.estate.name if case.estate else None,
        "area": case.area.name,
        "title": case.title,
        "text": case.text,
        "building": case.building,
        "category": category_label(case.category),
        "kind": case.kind,
        "source": case.source,
        "registered_at": to_second(case.registered_at),
        "case_list": case.case_list,
        "lead": case.lead_label,
        "first_due_on": limits.day_of(case.first_due_at),
        "due_on": limits.day_of(case.due_at),
        "status": LABELS[Status(case.status)],
        "reply": first.text if first else None,
        "replied_at": to_second(first.replied_at) if first else None,
        "replier": first.author_label if first else None,
        "nickname": case.nickname,
    }


def exported(case: Case) -> list[Value]:
    """The row of a case: the columns of EXPORTED, then those of MORE."""
    row: list[Value] = []
    values = values_of(case)
    for field in EXPORTED:
        value = values[field.key]
        if isinstance(value, datetime):
            row.append(value.replace(tzinfo=None))
        else:
            row.append(words_of(field.key, value) if field.kind == "choice" else value)
    on_time = {None: "", True: "是", False: "否"}[case.is_on_time]
    latest = max(case.replies.all(), key=lambda reply: reply.ordinal, default=None)
    again = latest if latest and latest.ordinal > 1 else None
    return [
        *row,
        on_time,
        case.me_too_count,
        case.extension_count,
        again.text if again else None,
        to_second(again.replied_at).replace(tzinfo=None) if again else None,
        case.public_reason,
    ]


def differences(told: Values, case: Case) -> Iterator[tuple[str, Any]]:
    """(key, what the ledger says) where a row says something else; an empty cell says nothing."""
    for key, known in values_of(case).items():
        value = told.get(key)
        if value is not None and key != "number" and plain(value) != plain(known):
            yield key, known


def plain(value: Any) -> Any:
    """A value for comparing: what a table cannot carry (line ends, blanks at the edge) left aside."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "" if value is None else value


def to_second(at: datetime) -> datetime:
    """A moment as a cell holds it: Beijing time, whole seconds."""
    return at.astimezone(BEIJING).replace(microsecond=0)


def category_label(code: str) -> str:
    try:
        return limits.categories(clock()).category(code).label
    except KeyError:
        return code


def category_code(told: str) -> str | None:
    """The code of a category named by its code or label; None for one the policy does not know."""
    for category in limits.categories(clock()).categories:
        if told in (category.code, category.label):
            return category.code
    return None


def _first_reply(case: Case) -> Reply | None:
    return min(case.replies.all(), key=lambda reply: reply.ordinal, default=None)
