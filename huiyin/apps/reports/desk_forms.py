"""The forms of writing and reviewing a report, one for each command; a failed one keeps its text."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.evidence.forms import DocumentField, PhotoField, PhotosField
from huiyin.apps.ledger.desk_fields import DayField, short
from huiyin.apps.ledger.models import Case
from huiyin.apps.reports.covered_words import COVERED
from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.models import Claim, Commitment, ReportPhoto
from huiyin.apps.reports.promises import sayable_of
from huiyin.apps.reports.services.figures import MOST_LINES, LineDraft
from huiyin.apps.reports.silence import Place
from huiyin.domain.case_numbers import canonical
from huiyin.domain.policy_metrics import PERCENT, Metric, Per
from huiyin.domain.report_parts import BECAME_LABELS, OF_OWN, Side
from huiyin.web.charts.scales import say
from huiyin.web.forms import Form, depends_on_others

PUBLIC = _("会公开。")
LONGEST_LINE = 200
LONGEST_LINES = LONGEST_LINE * MOST_LINES
LONGEST_NAME = 24
"""Of a passage in a list to choose from."""
NOWHERE = "none"
"""Chosen to take the pointing back."""
BETWEEN = re.compile(r"[\s:：]")
AMOUNT = re.compile(r"-?[\d,，]+(?:\.\d+)?")


class AmountField(forms.DecimalField):
    """A number as people type it: with commas, full-width digits, spaces."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"invalid": _("请只写数字，如 1768000.00。")},
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.translate(str.maketrans("０１２３４５６７８９．", "0123456789.")).replace(",", "")
            value = value.replace("，", "").replace(" ", "")
        return super().to_python(value)


class WorkForm(Form):
    """A form that knows the report; `key` says which row of it, so that several may stand on one page."""

    section = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, work: Work, section: str = "", key: Any = None, **kwargs: Any) -> None:
        self.work, self.key = work, key
        super().__init__(*args, **kwargs)
        self.initial.setdefault("section", section)
        self.prepare(work)

    def prepare(self, work: Work) -> None:
        """Fill in the choices and what stands there already."""

    def choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def row_number(self) -> int | None:
        """The number of the row that is changed, as sent with the form or as it was opened; None for a new one."""
        told = str((self.data.get("number") if self.is_bound else self.key) or "")
        return int(told) if told.isdecimal() and len(told) < 6 else None


class BareForm(WorkForm):
    """Nothing to fill in."""


class ApproveForm(WorkForm):
    """Which wording was on the page when it was approved."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=60, required=False)


class NumberForm(WorkForm):
    number = forms.IntegerField(widget=forms.HiddenInput)


class ClaimForm(WorkForm):
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    metric = forms.ChoiceField(
        label=_("指标"), help_text=_("目录里有的从目录里选，单位和常见频次自动带出。"), required=False
    )
    name = forms.CharField(
        label=_("数据名称"), help_text=_("目录里没有的，自己起名。"), max_length=60, required=False
    )
    value = AmountField(label=_("数值"), help_text=_("百分比不用填，由分子和分母算出。"), required=False)
    unit = forms.CharField(
        label=_("单位"), help_text=_("从目录里选的不用填。"), max_length=20, required=False
    )
    unit_count = forms.IntegerField(
        label=_("台套数"),
        help_text=_("按每台、每具、每个算频次的指标填写；电梯按小区登记的部数。"),
        min_value=0,
        max_value=100_000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    numerator = AmountField(label=_("分子"), help_text=_("百分比要写分子和分母。"), required=False)
    denominator = AmountField(label=_("分母"), required=False)
    denominator_label = forms.CharField(
        label=_("分母是什么"), help_text=_("如：报修总数。"), max_length=60, required=False
    )
    period_from = DayField(label=_("自"), required=False)
    period_to = DayField(label=_("至"), help_text=_("不填就是整个报告期。"), required=False)
    kept = forms.MultipleChoiceField(
        label=_("已附的佐证"),
        help_text=_("去掉勾就不再附。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    photos = PhotosField(label=_("再附照片"), help_text=_("签字单、合格证、现场照片等。"), required=False)
    document = DocumentField(label=_("再附 PDF 文件"), required=False)
    explanation = forms.CharField(
        label=_("说明"),
        help_text=_("比常见频次少的、口径特殊的，写明原因。会公开。"),
        required=False,
        widget=short(2),
    )

    def prepare(self, work: Work) -> None:
        """`initial["metric"]` is the metric that was asked for: the form then asks only what belongs to it."""
        section = self.data.get("section") if self.is_bound else self.initial["section"]
        metrics = work.catalogue.of_section(section or "")
        self.choices(
            "metric", [("", gettext("自己起名")), *((each.code, work.metric_words(each)) for each in metrics)]
        )
        claim = next((each for each in work.content.claims if each.number == self.row_number), None)
        attached = claim.shown_evidence if claim else []
        self.choices(
            "kept",
            [
                (str(each.pk), each.caption or gettext("佐证 %(n)s") % {"n": at})
                for at, each in enumerate(attached, 1)
            ],
        )
        if not attached:
            del self.fields["kept"]
        if claim is not None and not self.is_bound:
            self.initial.update(claim_values(claim))
        chosen = self.data.get("metric") if self.is_bound else self.initial.get("metric")
        self._ask_for(next((each for each in metrics if each.code == chosen), None))

    @property
    def is_asked_for(self) -> bool:
        """Opened to change a number, or for a metric that was chosen elsewhere on the page."""
        return self.row_number is not None or bool(self.initial.get("metric"))

    def _ask_for(self, metric: Metric | None) -> None:
        """Of a metric its name, and often its unit, are known; only a percentage has a numerator and a denominator.

        What was sent or stands there all the same is kept, so that it can be seen and refused.
        """
        parts = ("numerator", "denominator", "denominator_label")
        depends_on_others(self.fields["metric"])
        if metric is None:
            depends_on_others(*(self.fields[name] for name in ("name", "value", "unit", *parts)))
            return
        known = ["name"]
        if len(metric.units) == 1:
            known.append("unit")
        if metric.per is Per.ESTATE:
            known.append("unit_count")
        if metric.units == (PERCENT,):
            known.append("value")
            for name in parts:
                self.fields[name].required = True
        elif PERCENT in metric.units:
            depends_on_others(*(self.fields[name] for name in ("value", "unit", *parts)))
        else:
            known += parts
            self.fields["value"].required = True
            self.fields["value"].help_text = ""
        told = self.data if self.is_bound else self.initial
        for name in known:
            if not told.get(name) or (not self.is_bound and name in ("name", "unit", "value")):
                del self.fields[name]


def claim_values(claim: Claim) -> dict[str, Any]:
    names = ("number", "metric", "name", "unit", "unit_count", "denominator_label", "explanation")
    values = {name: getattr(claim, name) for name in names}
    for name in ("value", "numerator", "denominator"):
        amount = getattr(claim, name)
        values[name] = "" if amount is None else say(amount).replace(",", "")
    values |= {"period_from": claim.period_from, "period_to": claim.period_to}
    return values | {"kept": [str(each.pk) for each in claim.shown_evidence]}


class PhotoForm(WorkForm):
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    photo = PhotoField(label=_("照片"), help_text=_("成对的，这里放“之后”的一张。"), required=False)
    photo_before = PhotoField(
        label=_("之前的照片"), help_text=_("从同一个位置、同一个角度拍的。"), required=False
    )
    caption = forms.CharField(label=_("图说"), help_text=_("拍的是什么，一句话。会公开。"), max_length=120)
    place = forms.CharField(label=_("地点"), help_text=_("写到楼栋为止。"), max_length=60, required=False)
    claimed_on = DayField(label=_("拍摄日期"), required=False)

    def prepare(self, work: Work) -> None:
        photo = next((each for each in work.content.photos if each.number == self.row_number), None)
        if photo is not None and not self.is_bound:
            self.initial.update(photo_values(photo))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.row_number is None and not cleaned.get("photo") and not self.has_error("photo"):
            self.add_error("photo", gettext("请选一张照片。"))
        return cleaned


def photo_values(photo: ReportPhoto) -> dict[str, Any]:
    return {name: getattr(photo, name) for name in ("number", "caption", "place", "claimed_on")}


class AccountForm(WorkForm):
    """One of the books; its lines are typed or pasted, one a row."""

    kind = forms.CharField(widget=forms.HiddenInput)
    opening = AmountField(label=_("期初结余"))
    income_lines = forms.CharField(
        label=_("收入各项"),
        help_text=_("一行一项：科目，空格，金额（元）。可以从表格里复制过来。"),
        widget=short(4),
        max_length=LONGEST_LINES,
        required=False,
    )
    income = AmountField(label=_("收入合计"))
    expense_lines = forms.CharField(
        label=_("支出各项"), widget=short(6), max_length=LONGEST_LINES, required=False
    )
    expense = AmountField(label=_("支出合计"))
    closing = AmountField(label=_("期末结余"))
    note = forms.CharField(label=_("说明"), help_text=PUBLIC, required=False, widget=short(2))

    def prepare(self, work: Work) -> None:
        self.initial["kind"] = self.key
        account = next((each for each in work.content.accounts if each.kind == self.key), None)
        if account is None or self.is_bound:
            return
        self.initial.update(
            {
                "opening": account.opening,
                "income": account.stated_income,
                "expense": account.stated_expense,
                "closing": account.closing,
                "note": account.note,
            }
        )
        for side, name in ((Side.INCOME, "income_lines"), (Side.EXPENSE, "expense_lines")):
            lines = [line for line in account.lines.all() if line.side == side]
            self.initial[name] = "\n".join(f"{line.label} {line.amount}" for line in lines)

    def clean_income_lines(self) -> list[LineDraft]:
        return read_lines(self.cleaned_data["income_lines"], Side.INCOME)

    def clean_expense_lines(self) -> list[LineDraft]:
        return read_lines(self.cleaned_data["expense_lines"], Side.EXPENSE)


def read_lines(text: str, side: Side) -> list[LineDraft]:
    """ "物业费 1768000.00" by line; ValidationError names the line that was not understood."""
    lines = []
    for number, line in enumerate((each for each in text.splitlines() if each.strip()), start=1):
        read = read_line(line.strip(), side)
        if read is None:
            raise forms.ValidationError(
                gettext("第 %(n)s 行没有看懂。请写“科目 金额”，例如：物业费 1768000.00。"),
                code="bad_line",
                params={"n": number},
            )
        lines.append(read)
    return lines


def read_line(line: str, side: Side) -> LineDraft | None:
    """A name, then an amount, with or without commas and 元: cut where the last word begins."""
    if len(line) > LONGEST_LINE:
        return None
    line = line.removesuffix("元").rstrip()
    told = BETWEEN.split(line)[-1]
    label = line.removesuffix(told).strip(" \t:：")
    if not label or not AMOUNT.fullmatch(told):
        return None
    try:
        return LineDraft(side, label, Decimal(re.sub("[,，]", "", told)))
    except InvalidOperation:
        return None


class CommitmentForm(WorkForm):
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("承诺什么"), max_length=60)
    measure = forms.CharField(label=_("怎么做"), required=False, widget=short(2))
    target = forms.CharField(
        label=_("做到什么程度"), help_text=_("能数、能看的结果。"), max_length=120, required=False
    )
    owner = forms.CharField(label=_("谁负责"), max_length=60, required=False)
    due_on = DayField(
        label=_("期限"), help_text=_("审定后公开；改期要写理由，最初的期限一直显示。"), required=False
    )
    funding = forms.CharField(label=_("钱从哪里来"), max_length=120, required=False)

    def prepare(self, work: Work) -> None:
        row = next((each for each in work.content.commitments if each.number == self.row_number), None)
        if row is not None and not self.is_bound:
            self.initial.update(commitment_values(row))


def commitment_values(commitment: Commitment) -> dict[str, Any]:
    names = ("number", "title", "measure", "target", "owner", "due_on", "funding")
    return {name: getattr(commitment, name) for name in names}


class AnswerForm(WorkForm):
    """What is answered to one demand; `key` is the demand."""

    demand = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("怎样回应"), help_text=_("做到没有、为什么、什么时候办好。会公开。"), widget=short(3)
    )
    place = forms.ChoiceField(label=_("详细写在"), required=False)
    case = forms.CharField(
        label=_("台账编号"), help_text=_("已经登记的写编号，如 26-0041-738。"), max_length=20, required=False
    )
    commitment = forms.ChoiceField(label=_("对应的承诺"), required=False)

    def prepare(self, work: Work) -> None:
        self.choices("place", [(each.code, each.label) for each in work.rules.sections])
        self.choices(
            "commitment",
            [("", gettext("没有"))] + [(str(each.number), str(each)) for each in work.content.commitments],
        )
        self.initial.update({"demand": self.key, "place": self.initial["section"]})
        answer = next((each for each in work.content.topic_answers if each.demand_id == self.key), None)
        if answer is not None and not self.is_bound:
            self.initial.update(
                {
                    "words": answer.words,
                    "place": answer.section,
                    "case": answer.case.number if answer.case else "",
                    "commitment": str(answer.commitment.number) if answer.commitment else "",
                }
            )

    def clean_case(self) -> Case | None:
        told = self.cleaned_data["case"].strip()
        if not told:
            return None
        case = Case.objects.filter(number=canonical(told) or told, estate=self.work.report.estate).first()
        if case is None:
            raise forms.ValidationError(gettext("这个小区的台账里没有这个编号。"), code="no_such_case")
        return case


class PointForm(WorkForm):
    """Which passage answers a demand; `key` is the demand."""

    demand = forms.IntegerField(widget=forms.HiddenInput)
    place = forms.ChoiceField(
        label=_("哪一段回答了它"),
        help_text=_("先把正文保存好。那一段改了，要重新指；社区审定时会看您指的对不对。"),
    )

    def prepare(self, work: Work) -> None:
        places = [(each.anchor, named(each)) for each in work.topics.places]
        self.choices("place", [("", gettext("请选一段")), *places, (NOWHERE, gettext("都不是，不指了"))])
        self.initial["demand"] = self.key
        topic = next((each for each in work.topics.rows if each.demand.pk == self.key), None)
        if topic is not None and topic.pointed is not None and not self.is_bound:
            self.initial["place"] = topic.pointed.anchor

    def clean_place(self) -> str:
        """The anchor of a passage; empty to take the pointing back."""
        place: str = self.cleaned_data["place"]
        return "" if place == NOWHERE else place


def named(place: Place) -> str:
    """第五部分第 2 段：地下车库漏水还没有修好…"""
    words = place.read[:LONGEST_NAME]
    return f"{place.label}：{words}{'…' if len(place.read) > LONGEST_NAME else ''}"


class LastForm(WorkForm):
    """What became of one promise of the last period; `key` is the promise."""

    commitment = forms.IntegerField(widget=forms.HiddenInput)
    became = forms.ChoiceField(label=_("结果"), widget=forms.RadioSelect)
    words = forms.CharField(label=_("办得怎样、为什么"), help_text=PUBLIC, widget=short(2))

    def prepare(self, work: Work) -> None:
        told = self.data.get("commitment") if self.is_bound else self.key
        promise = next((each for each in work.owed if str(each.pk) == str(told)), None)
        allowed = sayable_of(promise, work.report, work.told_before.get(promise.pk)) if promise else OF_OWN
        row = next(
            (each for each in work.content.commitment_accounts if str(each.commitment_id) == str(told)), None
        )
        self.choices(
            "became", [(each.value, label) for each, label in BECAME_LABELS.items() if each in allowed]
        )
        self.initial["commitment"] = self.key
        if row is not None and not self.is_bound:
            self.initial.update({"became": row.became, "words": row.words})


class ExcuseForm(WorkForm):
    """Why something is missing; `key` is (what kind, which one)."""

    missing = forms.CharField(widget=forms.HiddenInput)
    key_of = forms.CharField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("为什么没有"),
        help_text=_("会随报告公开。留空保存就是撤回说明。"),
        required=False,
        widget=short(2),
    )

    def prepare(self, work: Work) -> None:
        if self.key is None:
            return
        missing, key = self.key
        self.initial.update({"missing": str(missing), "key_of": key})
        row = next((each for each in work.content.excuses if (each.missing, each.key) == self.key), None)
        if row is not None and not self.is_bound:
            self.initial["words"] = row.words


class ConflictForm(WorkForm):
    conflict = forms.IntegerField(widget=forms.HiddenInput)


class CorrectionForm(WorkForm):
    reason = forms.CharField(label=_("为什么更正"), help_text=PUBLIC, max_length=200, widget=short(2))


class RedactForm(WorkForm):
    """Words that masking missed, as they stand in the report."""

    words = forms.CharField(
        label=_("要遮盖的字"),
        help_text=_("照报告里的写法填，如一个姓名。每一版里都会换掉，请写全，免得别处也换了。"),
        max_length=200,
    )
    replacement = forms.CharField(label=_("换成"), initial=COVERED, max_length=60)
    reason = forms.CharField(
        label=_("为什么遮盖"), help_text=_("会公开。不要再写那些字。"), max_length=200, widget=short(2)
    )
    everywhere = forms.BooleanField(
        label=_("报告会上引用的也一起换"),
        help_text=_("这场报告会的提问、答复、记录和座谈会议程里的这些字。已锁定的记录会另注新旧校验码。"),
        required=False,
        initial=True,
    )


class PromiseForm(WorkForm):
    """A command on a promise that was approved; `key` is the promise."""

    promise = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self, work: Work) -> None:
        self.initial["promise"] = self.key


class MovePromiseForm(PromiseForm):
    to_on = DayField(label=_("新期限"))
    reason = forms.CharField(label=_("为什么改期"), help_text=PUBLIC, widget=short(2))


class KeepPromiseForm(PromiseForm):
    words = forms.CharField(label=_("怎样办到的"), help_text=PUBLIC, widget=short(2))


class DropPromiseForm(PromiseForm):
    reason = forms.CharField(label=_("为什么不做了"), help_text=PUBLIC, widget=short(2))


class BodyForm(Form):
    """The text of a section as the editor sends it, with the version it had seen."""

    body = forms.CharField(label=_("正文"), required=False, strip=False, widget=forms.Textarea)
    version = forms.IntegerField(widget=forms.HiddenInput)
