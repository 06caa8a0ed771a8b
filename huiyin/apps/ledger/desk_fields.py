"""Parts the forms of case work are made of: a lead, an asker, planned steps, a yes or no."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.desk_work import Work
from huiyin.apps.ledger.models import Asker
from huiyin.apps.ledger.services.assign import Lead, Step
from huiyin.web.forms import Form

STEP = re.compile(r"^(?P<title>.+?)[\s,，:：、]+(?P<date>\S+)$")
DATE = re.compile(r"^(?:(?P<y>\d{4})[年./-])?(?P<m>\d{1,2})[月./-](?P<d>\d{1,2})日?$")
PUBLIC = _("会公开。")


def short(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def read_steps(text: str, today: date) -> tuple[Step, ...]:
    """Lines "步骤 日期"; a date without a year is the next such day. ValidationError names the line."""
    steps = []
    for number, line in enumerate((each for each in text.splitlines() if each.strip()), start=1):
        parts = STEP.match(line.strip())
        day = _read_day(parts["date"], today) if parts else None
        if parts is None or day is None:
            raise forms.ValidationError(
                gettext("第 %(n)s 行没有看懂。请写“步骤 日期”，例如：签订施工合同 2026-07-31。"),
                code="bad_step",
                params={"n": number},
            )
        steps.append(Step(parts["title"].strip(" ，,：:、"), day))
    return tuple(steps)


def _read_day(text: str, today: date) -> date | None:
    found = DATE.match(text)
    if found is None:
        return None
    try:
        day = date(int(found["y"] or today.year), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    return day if found["y"] or day >= today else day.replace(year=day.year + 1)


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        errors = {"invalid": _("没有看懂这个日期，请写成 2026-07-31 这样。")}
        super().__init__(widget=widget, error_messages=errors, **kwargs)


class CommandForm(Form):
    """A command's form knows the case; ids carry the command's name, as several forms stand on one page."""

    is_to_think_over = False
    """Valid, yet to be shown once more with what speaks against it, before it is done."""

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        self.work = work
        super().__init__(*args, **kwargs)
        self.prepare(work)

    def prepare(self, work: Work) -> None:
        """Fill in the choices."""

    def choices(self, name: str, choices: list[tuple[Any, Any]], *, initial: Any = None) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if initial is not None and not self.is_bound:
            self.initial.setdefault(name, initial)


def radio(label: Any, *, required: bool = True, hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=required, help_text=hint, widget=forms.RadioSelect)


class BareForm(CommandForm):
    """Nothing to fill in."""


class LeadForm(CommandForm):
    """Who leads: a choice and, for a department without an account, its name."""

    lead = radio(_("谁主办"))
    department = forms.CharField(
        label=_("部门名称"), help_text=_("选“其他部门”时填写。"), max_length=80, required=False
    )

    def prepare(self, work: Work) -> None:
        choices: list[tuple[Any, Any]] = [(key, lead.label) for key, lead in work.leads.items()]
        choices.append(("department", _("其他部门（没有账号，由社区代办）")))
        self.choices("lead", choices, initial=work.default_lead)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("lead") == "department" and not cleaned.get("department", "").strip():
            self.add_error("department", gettext("请写清楚由哪个部门主办。"))
        return cleaned

    def chosen_lead(self) -> Lead:
        if self.cleaned_data["lead"] == "department":
            return Lead.department(self.cleaned_data["department"])
        return self.work.leads[self.cleaned_data["lead"]]


class StepsForm(CommandForm):
    milestones = forms.CharField(
        label=_("分几步"),
        help_text=_("只有长期规划要写。一行一步，后面写日期：签订施工合同 2026-07-31"),
        required=False,
        widget=short(),
    )

    def clean_milestones(self) -> tuple[Step, ...]:
        return read_steps(self.cleaned_data["milestones"], limits.day_of(self.work.now))


class DecisionForm(CommandForm):
    """Yes or no; `no_reason` says whether a no needs words. The words of both come from the command."""

    decision = radio(_("决定"))
    reason = forms.CharField(
        label=_("理由"), help_text=PUBLIC, max_length=300, required=False, widget=short(2)
    )
    yes: Any = _("同意")
    no: Any = _("不同意")

    def prepare(self, work: Work) -> None:
        self.choices("decision", [("yes", self.yes), ("no", self.no)])

    @property
    def is_yes(self) -> bool:
        return bool(self.cleaned_data["decision"] == "yes")


def asker_label(asker: Asker, work: Work) -> str:
    """Who it is without saying who: part and place in the row."""
    if asker.case_id != work.case.pk:
        return gettext("并进来的 %(number)s 的%(part)s") % {
            "number": asker.case.number,
            "part": asker.get_part_display(),
        }
    if asker.part == "original":
        return gettext("提问人 %(name)s") % {
            "name": work.case.nickname or work.case.building or gettext("居民")
        }
    order = [each.pk for each in work.askers if each.part == "me_too"].index(asker.pk) + 1
    return gettext("同问的第 %(n)s 户") % {"n": order}


class AskerForm(CommandForm):
    """Which of the askers; hidden while there is only one."""

    asker = radio(_("谁"))

    def askers(self, work: Work) -> list[Asker]:
        return work.askers

    def prepare(self, work: Work) -> None:
        askers = self.askers(work)
        self.choices(
            "asker",
            [(str(each.pk), asker_label(each, work)) for each in askers],
            initial=str(askers[0].pk) if askers else None,
        )
        if len(askers) == 1:
            self.fields["asker"].widget = forms.HiddenInput()

    def chosen_asker(self) -> Asker:
        wanted = int(self.cleaned_data["asker"])
        return next(each for each in self.work.askers if each.pk == wanted)
