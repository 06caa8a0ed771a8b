"""The commands of a meeting's desk page as a table: who may, when, with which form, and which service runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from huiyin.apps.meetings.covering import cover_at_meeting
from huiyin.apps.meetings.desk_forms import commands as forms
from huiyin.apps.meetings.models import Meeting
from huiyin.apps.meetings.permissions import (
    can_assist,
    can_decide,
    can_run,
    can_speak_for_company,
    can_supervise,
)
from huiyin.apps.meetings.services import announce, ask, attend, close, minutes, notes, plan, run
from huiyin.apps.people.models import Person
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import Activity, Phase, allows, is_open
from huiyin.web.now import now as clock

Rule = Callable[[Actor, Meeting], bool]
When = Callable[[Meeting], bool]


@dataclass(frozen=True)
class Command:
    """One thing to do with a meeting. `is_main` stands open where it is the first one available."""

    name: str
    label: str
    icon: str
    form: type[Any]
    permitted: Rule
    ready: When
    run: Callable[[Meeting, Actor, Any, str], object]
    done: str
    why: str = ""
    offered: When | None = None
    """Where it is shown later than its phase begins; pressed before, the service says what is still missing."""
    is_main: bool = False
    is_rare: bool = False

    def available(self, by: Actor, meeting: Meeting) -> bool:
        return self.permitted(by, meeting) and (self.offered or self.ready)(meeting)


def in_phase(command: str) -> When:
    return lambda meeting: allows(command, meeting.phase)


def while_open(activity: Activity) -> When:
    return lambda meeting: is_open(activity, meeting.phase)


def speaks_for_company(by: Actor, meeting: Meeting) -> bool:
    return any(
        heard.report is not None and can_speak_for_company(by, heard.report.engagement)
        for heard in meeting.estates.all()
    )


def may_name_deputy(meeting: Meeting) -> bool:
    return is_open(Activity.PLAN, meeting.phase) or is_open(Activity.MODERATE, meeting.phase)


def has_deputy(meeting: Meeting) -> bool:
    return bool(meeting.deputy_reason) and may_name_deputy(meeting)


def is_first_sitting(meeting: Meeting) -> bool:
    return meeting.sittings.count() < 2


def may_drop_sitting(meeting: Meeting) -> bool:
    return allows("drop_sitting", meeting.phase) and not is_first_sitting(meeting)


def may_cancel(meeting: Meeting) -> bool:
    return allows("cancel", meeting.phase) and is_first_sitting(meeting)


def was_announced(meeting: Meeting) -> bool:
    return meeting.phase != Phase.DRAFT


def may_lock(meeting: Meeting) -> bool:
    """The button and the refused command are one rule (services/minutes.py)."""
    if meeting.phase != Phase.MINUTES_OPEN:
        return False
    try:
        minutes.check_lockable(meeting.minutes, clock())
    except RuleBroken:
        return False
    return True


def _change_plan(meeting: Meeting, by: Actor, form: forms.ChangePlanForm, key: str) -> object:
    told = form.cleaned_data
    return plan.change_plan(
        meeting,
        by=by,
        title=told["title"],
        planned_at=told["planned_at"],
        venue=told["venue"],
        is_outside=told["is_outside"],
        venue_reason=told["venue_reason"],
        agenda=form.agenda_lines(),
    )


def _name_deputy(meeting: Meeting, by: Actor, form: forms.DeputyForm, key: str) -> object:
    told = form.cleaned_data
    person: Person | None = told["person"]
    return plan.name_deputy(
        meeting,
        by=by,
        label=told["label"],
        reason_code=told["reason_code"],
        note=told["note"],
        person_id=person.pk if person else None,
    )


def _raise_difficulty(meeting: Meeting, by: Actor, form: forms.CompanyWordsForm, key: str) -> object:
    return ask.raise_difficulty(
        meeting,
        by=by,
        estate=form.chosen_estate(),
        text=form.cleaned_data["text"],
        idempotency_key=key or None,
    )


def _company_asks(meeting: Meeting, by: Actor, form: forms.CompanyWordsForm, key: str) -> object:
    return ask.company_asks(
        meeting,
        by=by,
        estate=form.chosen_estate(),
        text=form.cleaned_data["text"],
        idempotency_key=key or None,
    )


def _lock(meeting: Meeting, by: Actor, form: forms.BareForm, key: str) -> object:
    return minutes.lock_minutes(meeting.minutes, by=by)


COMMANDS: tuple[Command, ...] = (
    Command(
        "announce",
        _("发布公告"),
        "bell",
        forms.AnnounceForm,
        can_decide,
        in_phase("announce"),
        lambda meeting, by, form, key: announce.announce(
            meeting, by=by, short_notice_reason=form.cleaned_data.get("short_notice_reason", "")
        ),
        _("已公告。居民能看到报告，也能先提问了。"),
        _("公告后报告一并公开，居民可以先提问。每个小区都要有审定过的报告。"),
        is_main=True,
    ),
    Command(
        "change_plan",
        _("修改安排和议程"),
        "edit",
        forms.ChangePlanForm,
        can_decide,
        while_open(Activity.PLAN),
        _change_plan,
        _("改好了。"),
    ),
    Command(
        "open_reporting",
        _("开会，开始报告"),
        "presentation",
        forms.OpenReportingForm,
        can_run,
        in_phase("open_reporting"),
        lambda meeting, by, form, key: run.open_reporting(meeting, by=by, absences=form.absences()),
        _("会开始了。报告完，在控制台按“开始提问”。"),
        _("项目负责人本人报告是原则。有人代为报告的，在这里写明，会公开。"),
    ),
    Command(
        "close",
        _("转台账，出会议记录"),
        "clipboard-list",
        forms.CloseForm,
        can_decide,
        in_phase("close"),
        lambda meeting, by, form, key: close.close_meeting(
            meeting, by=by, no_sitting_reason=form.cleaned_data.get("no_sitting_reason", "")
        ),
        _("每个问题都有了去向，会议记录已公开，核对期开始。"),
        _("每个提问只有一个去向：进台账、并入同一件事，或不受理并写明理由。一次办完，不会漏掉一个。"),
        is_main=True,
    ),
    Command(
        "lock",
        _("锁定会议记录"),
        "lock",
        forms.BareForm,
        can_decide,
        in_phase("lock"),
        _lock,
        _("记录已锁定，校验码已公开。"),
        _("核对期过了，每条更正都有决定。不按的话，系统也会自己锁定。"),
        offered=may_lock,
    ),
    Command(
        "add_sitting",
        _("再开一次"),
        "calendar-plus",
        forms.SittingForm,
        can_decide,
        in_phase("add_sitting"),
        lambda meeting, by, form, key: run.add_sitting(
            meeting,
            by=by,
            planned_at=form.cleaned_data["planned_at"],
            venue=form.cleaned_data["venue"],
            short_notice_reason=form.cleaned_data["short_notice_reason"],
        ),
        _("续开的时间已公告。时钟接着算。"),
        _("提问时间不足或到场户数不够的，可以接着开，还是同一场会，时钟接着走。"),
    ),
    Command(
        "drop_sitting",
        _("不再续开"),
        "circle-x",
        forms.DropSittingForm,
        can_decide,
        may_drop_sitting,
        lambda meeting, by, form, key: run.drop_sitting(meeting, by=by, reason=form.cleaned_data["reason"]),
        _("已公布不再续开。"),
    ),
    Command(
        "record_team",
        _("登记物业到场人员"),
        "users",
        forms.TeamForm,
        can_assist,
        while_open(Activity.TEAM),
        lambda meeting, by, form, key: attend.record_team(
            meeting, by=by, estate=form.chosen_estate(), members=form.cleaned_data["members"]
        ),
        _("到场人员记好了。"),
        _("管理团队一起到场，谁来了、谁没来都公开。"),
    ),
    Command(
        "add_note",
        _("记录监督意见"),
        "eye",
        forms.WordsForm,
        can_supervise,
        while_open(Activity.NOTE),
        lambda meeting, by, form, key: notes.add_supervision_note(
            meeting, by=by, text=form.cleaned_data["text"], idempotency_key=key or None
        ),
        _("监督意见已记入会议记录。"),
    ),
    Command(
        "add_result",
        _("记录协商成果"),
        "users-group",
        forms.ResultForm,
        can_run,
        while_open(Activity.NOTE),
        lambda meeting, by, form, key: notes.add_result(
            meeting,
            by=by,
            text=form.cleaned_data["text"],
            owner=form.cleaned_data["owner"],
            due_on=form.cleaned_data["due_on"],
            idempotency_key=key or None,
        ),
        _("协商成果已记入会议记录。"),
    ),
    Command(
        "company_asks",
        _("向居民提问"),
        "message-circle",
        forms.CompanyWordsForm,
        speaks_for_company,
        while_open(Activity.ASK),
        _company_asks,
        _("已提出，会上由居民回答。"),
        _("问答是双向的：物业也可以问居民。回答记入会议记录，不进台账，也不算在居民提问里。"),
    ),
    Command(
        "raise_difficulty",
        _("提出需要支持的困难"),
        "hand-stop",
        forms.CompanyWordsForm,
        speaks_for_company,
        while_open(Activity.RAISE_DIFFICULTY),
        _raise_difficulty,
        _("困难已登记进台账，由社区或街镇牵头。"),
    ),
    Command(
        "name_deputy",
        _("指定代为主持的人"),
        "user-check",
        forms.DeputyForm,
        can_decide,
        may_name_deputy,
        _name_deputy,
        _("已公布由谁代为主持。"),
        _("书记主持是原则。不能到场的写明原因，原因会公开。"),
        is_rare=True,
    ),
    Command(
        "unname_deputy",
        _("不再由别人代为主持"),
        "user",
        forms.MeetingForm,
        can_decide,
        has_deputy,
        lambda meeting, by, form, key: plan.unname_deputy(meeting, by=by),
        _("已改回书记主持。"),
        _("代为主持的人不能再用控制台。已经由其主持开场的，记录里仍写明。"),
        is_rare=True,
    ),
    Command(
        "cover",
        _("遮盖不该公开的字"),
        "eye-off",
        forms.CoverForm,
        can_decide,
        was_announced,
        lambda meeting, by, form, key: cover_at_meeting(meeting, by=by, **form.cleaned_data),
        _("已遮盖。锁定的记录会另注新旧校验码。"),
        _("姓名、电话这类不该公开的字，在提问、答复、意见、更正和会议记录里一起换掉；进了台账的也换。"),
        is_rare=True,
    ),
    Command(
        "postpone",
        _("延期"),
        "calendar-due",
        forms.PostponeForm,
        can_decide,
        in_phase("postpone"),
        lambda meeting, by, form, key: announce.postpone(
            meeting, by=by, reason_code=form.cleaned_data["reason_code"], note=form.cleaned_data["note"]
        ),
        _("已公布延期。定下新时间后再公告一次。"),
        _("报告仍然公开，已经提的问题都留着。"),
        is_rare=True,
    ),
    Command(
        "cancel",
        _("取消"),
        "x",
        forms.CancelForm,
        can_decide,
        may_cancel,
        lambda meeting, by, form, key: announce.cancel(
            meeting, by=by, reason_code=form.cleaned_data["reason_code"], note=form.cleaned_data["note"]
        ),
        _("已公布取消。提过的问题都进了台账。"),
        _("报告收回到“已审定”；已经提的问题会逐个登记进台账，仍有答复。"),
        is_rare=True,
    ),
)
BY_NAME = {command.name: command for command in COMMANDS}


def not_now(command: Command, meeting: Meeting) -> RuleBroken:
    return RuleBroken(
        "报告会现在是“%(phase)s”，不能这样操作。请刷新页面看最新情况。",
        code=f"meeting.{command.name}.not_now",
        phase=meeting.get_phase_display(),
    )
