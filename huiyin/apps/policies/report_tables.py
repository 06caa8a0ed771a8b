"""The tables of demand lists, reports and the catalogue of metrics."""

from __future__ import annotations

from django.utils.translation import gettext as _

from huiyin.apps.policies.cells import Table, reason_table, table
from huiyin.domain.demands import VOICE_SOURCE_LABELS
from huiyin.domain.policy_metrics import EVERY_LABELS, LEVELS, PER_LABELS, Frequency, Metric, MetricsPolicy
from huiyin.domain.policy_reports import LanguageRules, ReportsPolicy
from huiyin.domain.report_parts import ACCOUNT_LABELS


def tables_of_reports(values: ReportsPolicy) -> list[Table]:
    demands = values.demands
    return [
        table(
            _("报告的部分"),
            (_("部分"), _("写什么")),
            ((each.label, each.hint) for each in values.sections),
        ),
        table(
            _("报告"),
            (_("规则"), _("数值")),
            (
                (_("报告期"), _("%(count)s 个月") % {"count": values.period_months}),
                (_("要列的账"), _("、").join(_(ACCOUNT_LABELS[each]) for each in values.accounts)),
                (_("数据与记录相差不超过"), f"{values.verdict_tolerance_percent}%"),
                (_("承诺的事超过上期做到的多少就提醒"), f"{values.load_warning_percent}%"),
                (_("一条保养记录最多概括"), _("%(count)s 天") % {"count": values.record_longest_days}),
                (_("分量最重的诉求，必须回答"), _("前 %(count)s 件") % {"count": values.topics_top_count}),
                (
                    _("多少户提出的诉求，必须回答"),
                    _("%(count)s 户以上") % {"count": values.topics_household_count},
                ),
                (
                    _("在哪些部分回答诉求"),
                    _("、").join(each.label for each in values.answering_sections),
                ),
            ),
        ),
        _language(values.language),
        table(
            _("必报指标"),
            (_("服务等级"), _("另报的指标")),
            (
                (_("%(level)s 级和以上") % {"level": each.from_level}, _("、").join(each.metrics))
                for each in values.required
            ),
        ),
        table(
            _("核心诉求清单"),
            (_("规则"), _("数值")),
            (
                (_("收集诉求"), _("%(count)s 天") % {"count": demands.collect_days}),
                (_("一个人一天最多提"), _("%(count)s 条") % {"count": demands.voices_a_day}),
                *(
                    (
                        _("每户的分量：%(source)s") % {"source": _(VOICE_SOURCE_LABELS[each.source])},
                        str(each.weight),
                    )
                    for each in demands.weights
                ),
                (_("热点里每件台账事项的分量"), str(demands.case_weight)),
            ),
        ),
        reason_table(_("不列入诉求清单"), demands.set_aside),
        reason_table(_("报告退回修改"), values.return_reasons),
    ]


def _language(rules: LanguageRules) -> Table:
    def share(percent: int | None) -> str:
        return _("按训练时定的") if percent is None else f"{percent}%"

    return table(
        _("报告文字的核查"),
        (_("规则"), _("数值")),
        (
            (_("报告文字不用的规则"), _("、").join(rules.without_rules) or _("没有，全部在用")),
            *(
                (_("另加的词：%(group)s") % {"group": each.group}, _("、").join(each.words.split()))
                for each in rules.more_words
            ),
            (_("从多大把握起提醒"), share(rules.ask_from_percent)),
            (_("从多大把握起拦下"), share(rules.stop_from_percent)),
        ),
    )


def tables_of_metrics(values: MetricsPolicy) -> list[Table]:
    return [
        table(
            _("指标和常见频次（不是法定义务）"),
            (_("代码"), _("指标"), _("单位"), _("常见频次"), _("来源")),
            (
                (each.code, each.name, _("、").join(each.units), usual_words(each), each.note)
                for each in values.metrics
            ),
        )
    ]


def usual_words(metric: Metric) -> str:
    """每部电梯每 15 天 1 次; with levels where they differ; a dash where nothing is usual."""
    words = [
        ("" if each.levels == LEVELS else _levels(each)) + _(PER_LABELS[metric.per]) + frequency_words(each)
        for each in metric.usual
    ]
    return _("；").join(words) or "—"


def frequency_words(frequency: Frequency) -> str:
    """每 15 天 1 次, 每周 2 次 as "每 1 周 2 次"."""
    return _("每 %(every)s %(unit)s %(times)s 次") % {
        "every": frequency.every,
        "unit": _(EVERY_LABELS[frequency.unit]),
        "times": frequency.times,
    }


def _levels(frequency: Frequency) -> str:
    return _("%(levels)s 级：") % {"levels": _("、").join(str(level) for level in sorted(frequency.levels))}
