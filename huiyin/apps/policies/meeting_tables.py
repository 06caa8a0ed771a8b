"""The tables of report meetings and forums."""

from __future__ import annotations

from django.utils.translation import gettext as _

from huiyin.apps.policies.cells import Table, reason_table, table
from huiyin.domain.policy_meetings import MeetingsPolicy


def tables_of_meetings(values: MeetingsPolicy) -> list[Table]:
    notice, floor, live = values.notice, values.floor, values.live
    return [
        table(
            _("报告会"),
            (_("规则"), _("数值")),
            (
                (_("提前公告"), _days(notice.days)),
                (
                    _("新一届党组织开门第一件事，最迟"),
                    _("届期开始后 %(count)s 天") % {"count": notice.first_thing_days},
                ),
                (_("居民提问，至少"), _("%(count)s 分钟") % {"count": floor.question_minutes}),
                (_("到场，至少"), _("%(count)s 户") % {"count": floor.min_households}),
                (_("到场户数不足，再开一次"), _("%(count)s 天内") % {"count": floor.new_sitting_within_days}),
                (
                    _("结束提问以后，还可以续开"),
                    _("%(count)s 分钟内") % {"count": floor.go_on_within_minutes},
                ),
                (_("会议记录核对"), _days(values.minutes.correction_days)),
                (_("签到名单上的姓名和房号，会后保存"), _days(values.minutes.keep_lists_days)),
            ),
        ),
        table(
            _("会场"),
            (_("规则"), _("数值")),
            (
                (_("提前签到"), _("%(count)s 分钟") % {"count": live.check_in_opens_minutes}),
                (_("签到二维码更换"), _("%(count)s 秒") % {"count": live.code_seconds}),
                (_("手机页面更新，不快于"), _("%(count)s 秒") % {"count": live.poll_seconds}),
                (_("一个人一场会最多提"), _("%(count)s 个问题") % {"count": live.questions_a_person}),
            ),
        ),
        table(
            _("会后评议，1 到 5 分，每户一票"),
            (_("代码"), _("问题")),
            ((each.code, each.text) for each in values.rating.questions),
        ),
        table(
            _("评议结果"),
            (_("规则"), _("数值")),
            (
                (_("满多少户才公布"), _("%(count)s 户") % {"count": values.rating.min_shown}),
                (_("评议开放"), _days(values.rating.open_days)),
                (_("印好的评议信文件保存"), _days(values.rating.keep_letters_days)),
            ),
        ),
        table(
            _("季度业主座谈会"),
            (_("规则"), _("数值")),
            (
                (_("多久一次"), _("每季度")),
                (_("最迟"), _("本季度最后一天")),
                (
                    _("列入议程的阶段和承诺"),
                    _("本季度结束后 %(count)s 天内到期的") % {"count": values.forum.commitments_ahead_days},
                ),
            ),
        ),
        reason_table(_("提问不展示"), values.hiding),
        reason_table(_("代为主持或报告"), values.deputy),
        reason_table(_("报告会延期"), values.postponing),
        reason_table(_("报告会取消"), values.cancelling),
    ]


def _days(count: int) -> str:
    return _("%(count)s 天") % {"count": count}
