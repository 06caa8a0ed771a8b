"""The text of a report: written, two versions of it, approved, corrected, covered."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.apps.ledger.desk_fields import short
from huiyin.apps.reports.covered_words import COVERED
from huiyin.apps.reports.desk_forms.fields import PUBLIC, WorkForm
from huiyin.web.forms import Form


class BodyForm(Form):
    """The text of a section as the editor sends it, with the version it had seen.

    `late`: the conflict in which it is kept, as somebody else had written meanwhile.
    """

    body = forms.CharField(label=_("正文"), required=False, strip=False, widget=forms.Textarea)
    version = forms.IntegerField(widget=forms.HiddenInput)
    late = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ConflictForm(WorkForm):
    conflict = forms.IntegerField(widget=forms.HiddenInput)


class ApproveForm(WorkForm):
    """Which wording was on the page when it was approved."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=60, required=False)


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
