"""The values of a policy as readable tables: the desk page and the reference are drawn from the same ones."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from django.utils.translation import gettext as _

from huiyin.apps.policies.cells import Table, reason_table, table
from huiyin.apps.policies.hotline_tables import tables_of_hotline
from huiyin.apps.policies.meeting_tables import tables_of_meetings
from huiyin.apps.policies.report_tables import tables_of_metrics, tables_of_reports
from huiyin.domain.access import ROLE_LABELS
from huiyin.domain.clocks import UNIT_LABELS, Limit
from huiyin.domain.ledger_rules import KIND_LABELS, LIST_LABELS
from huiyin.domain.policy_deadlines import PERIOD_LABELS, DeadlinesPolicy
from huiyin.domain.policy_holidays import HolidaysPolicy
from huiyin.domain.policy_hotline import HotlinePolicy
from huiyin.domain.policy_meetings import MeetingsPolicy
from huiyin.domain.policy_metrics import MetricsPolicy
from huiyin.domain.policy_reports import ReportsPolicy
from huiyin.domain.policy_schema import Policy
from huiyin.domain.policy_words import CategoriesPolicy, ReasonsPolicy, RetentionPolicy


@singledispatch
def tables_of(values: Policy) -> list[Table]:
    """The tables of one policy, in the order in which people read them."""
    raise TypeError(f"no tables for {type(values).__name__}")


tables_of.register(ReportsPolicy)(tables_of_reports)
tables_of.register(MetricsPolicy)(tables_of_metrics)
tables_of.register(HotlinePolicy)(tables_of_hotline)
tables_of.register(MeetingsPolicy)(tables_of_meetings)


@tables_of.register
def _deadlines(values: DeadlinesPolicy) -> list[Table]:
    answers, escalation = values.answers, values.escalation
    return [
        table(
            _("三张清单"),
            (_("清单"), _("期限，从登记起算"), _("放哪些事")),
            (
                (
                    _(LIST_LABELS[rule.code]) + (_("（默认）") if rule.code is values.default_list else ""),
                    limit_words(rule.limit) + (_("，分阶段") if rule.needs_milestones else ""),
                    rule.meaning,
                )
                for rule in values.lists
            ),
        ),
        table(
            _("急事"),
            (_("类别"), _("期限，从登记起算"), _("例如")),
            ((each.label, limit_words(each.limit), each.examples) for each in values.urgent),
        ),
        table(
            _("办理"),
            (_("规则"), _("数值")),
            (
                (
                    _("一个人网上一天最多提"),
                    _("%(count)s 件") % {"count": values.asking.cases_a_day},
                ),
                (_("分派"), limit_words(values.assignment.within)),
                (_("没有按时分派，报给"), _(ROLE_LABELS[escalation.unassigned_to])),
                (_("换办理单位，新单位接受"), limit_words(values.assignment.new_lead_accepts_within)),
                (_("等提问人补充，每次最长"), _days(values.pauses.max_days)),
                (_("等提问人补充，最多"), _times(values.pauses.max_count)),
                (
                    _("改期，依次批准"),
                    _("、").join(_(ROLE_LABELS[role]) for role in values.extensions.approvers),
                ),
                (_("重新办理以后，再次答复"), limit_words(answers.reopened_within)),
            ),
        ),
        table(
            _("提问人的回答"),
            (_("规则"), _("数值")),
            (
                (_("答复送达后等回答"), _days(answers.days_after_delivery)),
                (_("纸面送达后等回答"), _days(answers.days_after_delivery_by_paper)),
                (_("答复送不到，显示“未送达”"), _days(answers.undelivered_days)),
                (_("没有反馈的，仍可确认或要求重新办理"), _days(answers.unconfirmed_days)),
                (_("确认解决后，仍可要求重新办理"), _days(answers.reopen_confirmed_days)),
                (_("提问人自己要求重新办理，最多"), _times(answers.own_reopenings)),
                (_("对不予受理、解决不了提出异议"), _days(answers.objection_days)),
            ),
        ),
        table(
            _("逐级上报"),
            (_("什么时候"), _("谁的工作台上出现")),
            (
                *(
                    (overdue_words(step.full_days_overdue), _(ROLE_LABELS[step.to]))
                    for step in escalation.overdue
                ),
                (
                    _("催办满 %(count)s 次") % {"count": escalation.urge_count},
                    _(ROLE_LABELS[escalation.urges_to]),
                ),
            ),
        ),
        table(
            _("清单通报"),
            (_("规则"), _("数值")),
            (
                (_("多久一期"), _(PERIOD_LABELS[values.bulletin.every])),
                (_("每期结束后，最迟公布"), _days(values.bulletin.due_after_days)),
            ),
        ),
    ]


@tables_of.register
def _reasons(values: ReasonsPolicy) -> list[Table]:
    groups = (
        (_("不予受理"), values.rejection),
        (_("等提问人补充"), values.pause),
        (_("改期"), values.extension),
        (_("解决不了"), values.not_solvable),
        (_("答复没有佐证"), values.no_evidence),
        (_("不公开原文"), values.hiding),
    )
    return [reason_table(title, reasons) for title, reasons in groups]


@tables_of.register
def _categories(values: CategoriesPolicy) -> list[Table]:
    return [
        table(
            _("事项种类"),
            (_("种类"), _("是什么")),
            ((_(KIND_LABELS[each.code]), each.meaning) for each in values.kinds),
        ),
        table(
            _("事项类别"),
            (_("类别"), _("包括什么"), _("建议清单"), _("一般由谁办")),
            (
                (
                    each.label,
                    each.meaning,
                    _(LIST_LABELS[each.suggested_list]),
                    _("物业企业") if each.is_property else _("其他单位"),
                )
                for each in values.categories
            ),
        ),
    ]


@tables_of.register
def _retention(values: RetentionPolicy) -> list[Table]:
    return [
        table(
            _("保存期限"),
            (_("信息"), _("从什么时候算"), _("保存"), _("理由")),
            ((each.label, each.counted_from, _days(each.keep_days), each.basis) for each in values.rules),
        )
    ]


@tables_of.register
def _holidays(values: HolidaysPolicy) -> list[Table]:
    return [
        table(
            _("每年固定的法定假日"),
            (_("日期"),),
            ((_month_day(text),) for text in values.yearly),
        ),
        table(
            _("还没有公布的年份，暂按法定假日计算，不含调休"),
            (_("年份"), _("除夕至初三、清明、端午、中秋")),
            (
                (str(year.year), _list(day.strftime("%m-%d") for day in year.days))
                for year in values.provisional
            ),
        ),
        table(
            _("本区另行采用的放假安排"),
            (_("年份"), _("通知"), _("放假"), _("调休上班")),
            (
                (
                    str(year.year),
                    year.document,
                    _list(day.strftime("%m-%d") for day in year.holidays),
                    _list(day.strftime("%m-%d") for day in year.workdays),
                )
                for year in values.announced
            ),
        ),
    ]


def limit_words(limit: Limit) -> str:
    """3 个工作日, 30 天, 2 小时."""
    return f"{limit.amount} {_(UNIT_LABELS[limit.unit])}"


def overdue_words(full_days: int) -> str:
    return _("逾期满 %(days)s 天") % {"days": full_days} if full_days else _("一逾期")


def _days(count: int) -> str:
    return _("%(count)s 天") % {"count": count}


def _times(count: int) -> str:
    return _("%(count)s 次") % {"count": count}


def _month_day(text: str) -> str:
    month, day = text.split("-")
    return _("%(month)s月%(day)s日") % {"month": int(month), "day": int(day)}


def _list(texts: Iterable[str]) -> str:
    return _("、").join(_month_day(text) for text in texts)
