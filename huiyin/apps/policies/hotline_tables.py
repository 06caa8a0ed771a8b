"""The policy of the hotline as readable tables."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from huiyin.apps.policies.cells import Table, table
from huiyin.domain.policy_hotline import CaseRule, HotlinePolicy, NthRule, RecurrenceRule, UrgentWord


def tables_of_hotline(values: HotlinePolicy) -> list[Table]:
    small, heat = values.small_samples, values.heat
    return [
        table(
            _("诉求类别"),
            (_("类别"), _("包括什么"), _("归入大类")),
            ((each.label, each.meaning, each.practice) for each in values.categories),
        ),
        table(
            _("自动登记为台账事项（文件里已经解决或办结的不登记）"),
            (_("规则"), _("类别"), _("工单上的紧急程度"), _("受理后")),
            ((rule.label, *_of_rule(values, rule)) for rule in values.case_rules),
        ),
        table(
            _("反复反映的，自动登记为台账事项（登记没有解决或办结的那件）"),
            (_("规则"), _("哪些诉求")),
            (
                (_("同一小区同类诉求到第几件"), _joined(_nth(values, rule) for rule in values.nth_rules)),
                (_("办结后又反映"), _joined(_again(values, rule) for rule in values.recurrence_rules)),
            ),
        ),
        table(
            _("紧急的诉求"),
            (_("规则"), _("怎么办")),
            (
                (_("紧急的只限物业类"), _joined(map(_reach, values.case_rules))),
                (_("工单上的紧急程度对应的时限"), _joined(map(_limit, values.urgent_words))),
            ),
        ),
        table(
            _("样本少的时候"),
            (_("规则"), _("数值")),
            (
                (_("各种率：向全区平均值靠拢的份量"), _("%(n)s 次回访") % {"n": small.call_backs_weight}),
                (_("各种率：不足则不排名"), _("%(n)s 次回访") % {"n": small.call_backs_least}),
                (_("每千户：向全区平均值靠拢的份量"), _("%(n)s 户") % {"n": small.households_weight}),
                (_("每千户：不足则不排名"), _("%(n)s 户") % {"n": small.households_least}),
            ),
        ),
        table(
            _("热度怎么算"),
            (_("部分"), _("份量")),
            (
                (_("件数，%(n)s 件算多") % {"n": heat.many}, str(heat.volume)),
                (_("多少人反映"), str(heat.spread)),
                (
                    _("近不近，过 %(n)s 天减半") % {"n": heat.half_life_in_days},
                    str(heat.recency),
                ),
                (_("紧急工单占比"), str(heat.urgency)),
                (_("回访不满意、未解决占比"), str(heat.negative)),
            ),
        ),
    ]


def _of_rule(values: HotlinePolicy, rule: CaseRule) -> tuple[str, str, str]:
    return (
        "、".join(values.labels_of(rule)),
        "、".join(rule.urgencies),
        _("%(n)s 天内") % {"n": rule.within_days},
    )


def _nth(values: HotlinePolicy, rule: NthRule) -> str:
    return _("%(label)s：%(categories)s，%(days)s 天内第 %(nth)s 件，受理后 %(within)s 天内") % {
        "label": rule.label,
        "categories": "、".join(values.labels_of(rule)),
        "days": rule.days,
        "nth": rule.nth,
        "within": rule.within_days,
    }


def _again(values: HotlinePolicy, rule: RecurrenceRule) -> str:
    return _("%(label)s：%(categories)s，受理后 %(within)s 天内") % {
        "label": rule.label,
        "categories": "、".join(values.labels_of(rule)),
        "within": rule.within_days,
    }


def _reach(rule: CaseRule) -> str:
    told = _("%(label)s：只限") if rule.only_property else _("%(label)s：不限，机器读成不是物业类的也登记")
    return told % {"label": rule.label}


def _limit(word: UrgentWord) -> str:
    return _("%(word)s：%(label)s") % {"word": word.word, "label": word.label}


def _joined(rules: Iterable[str]) -> str:
    return "；".join(rules) or _("没有")
