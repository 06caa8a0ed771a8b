"""What can be done to a report at the desk, as a table: the form, who sees it, what it runs, what is said after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.services import add_document, add_photo
from huiyin.apps.reports.desk_forms.accounts import AccountForm
from huiyin.apps.reports.desk_forms.answers import AnswerForm, ExcuseForm, PointForm
from huiyin.apps.reports.desk_forms.commitments import (
    CommitmentForm,
    DropPromiseForm,
    KeepPromiseForm,
    LastForm,
    MovePromiseForm,
)
from huiyin.apps.reports.desk_forms.fields import BareForm, NumberForm, WorkForm
from huiyin.apps.reports.desk_forms.numbers import ClaimForm
from huiyin.apps.reports.desk_forms.photos import PhotoForm
from huiyin.apps.reports.desk_forms.wording import ApproveForm, ConflictForm, CorrectionForm, RedactForm
from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.finding_forms import ExcuseFindingForm, FindingForm
from huiyin.apps.reports.models import Commitment
from huiyin.apps.reports.readiness import last_closings, sums_of
from huiyin.apps.reports.services import (
    commitments,
    corrections,
    covering,
    drafting,
    excusing,
    figures,
    review,
)
from huiyin.apps.reports.verdicts import live_verdict


class Doubtful(str):
    """Said as a warning: it is saved as it was written, and something in it does not fit."""


Done = str | None
"""What is said instead of the row's own words."""


@dataclass(frozen=True)
class Command:
    name: str
    form: type[WorkForm]
    run: Callable[[Work, dict[str, Any]], Done]
    done: str
    allowed: Callable[[Work], bool]
    """Whether this person has this command at all; what the state allows is refused with a sentence."""
    leads_to: str = "section"
    """The page that shows the result: the section it was sent from, the review, the list."""


def _writes(work: Work) -> bool:
    return work.writes


def _reviews(work: Work) -> bool:
    return work.reviews


# --- numbers, photos, accounts ----------------------------------------------------------------------------


def _put_claim(work: Work, told: dict[str, Any]) -> Done:
    evidence = list(Evidence.objects.filter(pk__in=told.get("kept", [])).order_by("pk"))
    evidence += _brought(work, told["photos"])
    if told["document"]:
        name = told.get("name") or work.catalogue.metric(told["metric"]).name
        evidence.append(add_document(by=work.by, upload=told["document"], caption=name))
    names = ("metric", "name", "value", "unit", "period_from", "period_to", "numerator", "denominator")
    further = ("denominator_label", "unit_count", "explanation", "number", "section")
    claim = figures.put_claim(
        work.report,
        by=work.by,
        evidence=evidence,
        seen=told["seen"],
        idempotency_key=told["key"],
        **{name: told[name] for name in (*names, *further) if name in told},
    )
    if claim.explanation:
        judged = live_verdict(work.report, claim, now=work.now)
        if judged.deviates and not judged.is_explained:
            words = {"n": claim.number, "both": judged.told_apart}
            return Doubtful(
                gettext(
                    "数据 %(n)s 和说明都已保存，可是写说明时看到的还不是这两个数：%(both)s。"
                    "请点“改”，对着这两个数再看一遍说明，再保存一次。"
                )
                % words
            )
    return gettext("数据 %(n)s 已保存。在正文里写【数据%(n)s】，它就出现在那句话里。") % {"n": claim.number}


def _remove_claim(work: Work, told: dict[str, Any]) -> Done:
    figures.remove_claim(work.report, number=told["number"], by=work.by)
    return None


def _put_photo(work: Work, told: dict[str, Any]) -> Done:
    number = told["number"]
    row = next((each for each in work.content.photos if each.number == number), None)
    (after,) = _brought(work, [told["photo"]]) if told["photo"] else [row.evidence if row else None]
    (before,) = (
        _brought(work, [told["photo_before"]]) if told["photo_before"] else [row.before if row else None]
    )
    if after is None:
        raise Http404
    photo = figures.put_photo(
        work.report,
        by=work.by,
        section=told["section"],
        evidence=after,
        before=before,
        caption=told["caption"],
        place=told["place"],
        claimed_on=told["claimed_on"],
        number=number,
        idempotency_key=told["key"],
    )
    return gettext("图 %(n)s 已保存。在正文里写【图%(n)s】，照片就排在那一段下面。") % {"n": photo.number}


def _remove_photo(work: Work, told: dict[str, Any]) -> Done:
    figures.remove_photo(work.report, number=told["number"], by=work.by)
    return None


def _put_account(work: Work, told: dict[str, Any]) -> Done:
    account = figures.put_account(
        work.report,
        by=work.by,
        kind=told["kind"],
        lines=[*told["income_lines"], *told["expense_lines"]],
        **{name: told[name] for name in ("opening", "income", "expense", "closing", "note")},
    )
    wrong = sums_of(account, last_closings(work.report))
    if not wrong:
        return None
    words = {"account": account.get_kind_display(), "n": len(wrong)}
    return Doubtful(gettext("“%(account)s”已保存，可是有 %(n)s 处对不上，改对了才能提交。") % words)


def _brought(work: Work, files: list[Any]) -> list[Evidence]:
    return [add_photo(by=work.by, upload=cast("BinaryIO", each)) for each in files]


# --- promises, answers, excuses ---------------------------------------------------------------------------


def _put_commitment(work: Work, told: dict[str, Any]) -> Done:
    names = ("title", "measure", "target", "owner", "due_on", "funding", "number")
    commitments.put_commitment(
        work.report, by=work.by, idempotency_key=told["key"], **{name: told[name] for name in names}
    )
    return None


def _remove_commitment(work: Work, told: dict[str, Any]) -> Done:
    commitments.remove_commitment(work.report, number=told["number"], by=work.by)
    return None


def _answer(work: Work, told: dict[str, Any]) -> Done:
    demand = next((each for each in work.demands if each.pk == told["demand"]), None)
    if demand is None:
        raise Http404
    promise = next(
        (each for each in work.content.commitments if str(each.number) == told["commitment"]), None
    )
    drafting.answer_topic(
        work.report,
        demand=demand,
        words=told["words"],
        section=told["place"],
        case=told["case"],
        commitment=promise,
        by=work.by,
    )
    return None


def _point(work: Work, told: dict[str, Any]) -> Done:
    demand = next((each for each in work.demands if each.pk == told["demand"]), None)
    if demand is None:
        raise Http404
    pointed = drafting.point_at_passage(work.report, demand=demand, anchor=told["place"], by=work.by)
    return None if pointed else gettext("不再指这一段。")


def _account_for(work: Work, told: dict[str, Any]) -> Done:
    promise = next((each for each in work.owed if each.pk == told["commitment"]), None)
    if promise is None:
        raise Http404
    drafting.account_for_commitment(
        work.report, commitment=promise, became=told["became"], words=told["words"], by=work.by
    )
    return None


def _excuse(work: Work, told: dict[str, Any]) -> Done:
    kept = drafting.put_excuse(
        work.report, missing=told["missing"], key=told["key_of"], words=told["words"], by=work.by
    )
    return None if kept else gettext("说明已撤回。")


def _excuse_finding(work: Work, told: dict[str, Any]) -> Done:
    excusing.excuse_finding(work.report, key=told["finding"], reason=told["reason"], by=work.by)
    return None


def _withdraw_excuse(work: Work, told: dict[str, Any]) -> Done:
    excusing.withdraw_excuse(work.report, key=told["finding"], by=work.by)
    return None


def _settle_conflict(work: Work, told: dict[str, Any]) -> Done:
    for section in work.content.sections:
        for conflict in section.conflicts.filter(pk=told["conflict"]):
            drafting.settle_conflict(conflict, by=work.by)
            return None
    raise Http404


def _promise(work: Work, pk: int) -> Commitment:
    found = next((each for each in work.promises if each.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _move(work: Work, told: dict[str, Any]) -> Done:
    promise = _promise(work, told["promise"])
    commitments.move_commitment(promise, to_on=told["to_on"], reason=told["reason"], by=work.by)
    return None


def _keep(work: Work, told: dict[str, Any]) -> Done:
    commitments.keep_commitment(_promise(work, told["promise"]), words=told["words"], by=work.by)
    return None


def _drop(work: Work, told: dict[str, Any]) -> Done:
    commitments.drop_commitment(_promise(work, told["promise"]), reason=told["reason"], by=work.by)
    return None


# --- the report itself ------------------------------------------------------------------------------------


def _submit(work: Work, told: dict[str, Any]) -> Done:
    review.submit(work.report, by=work.by)
    return None


def _approve(work: Work, told: dict[str, Any]) -> Done:
    review.approve(work.report, by=work.by, seen=told["seen"])
    return None


def _begin_correction(work: Work, told: dict[str, Any]) -> Done:
    corrections.begin_correction(work.report, reason=told["reason"], by=work.by)
    return None


def _drop_correction(work: Work, told: dict[str, Any]) -> Done:
    corrections.drop_correction(work.report, by=work.by)
    return None


def _redact(work: Work, told: dict[str, Any]) -> Done:
    rows = covering.redact_report(
        work.report,
        words=told["words"],
        replacement=told["replacement"],
        reason=told["reason"],
        is_everywhere=told["everywhere"],
        by=work.by,
    )
    if any(row.revision.report_id != work.report.pk for row in rows):
        return gettext("已遮盖。前面的报告里，有承诺写着这些字，也一起遮盖了；理由和新旧校验码都公开。")
    return None


COMMANDS = (
    Command("put-claim", ClaimForm, _put_claim, "", _writes),
    Command("remove-claim", NumberForm, _remove_claim, _("数据已删去。正文里的编号请一并删掉。"), _writes),
    Command("put-photo", PhotoForm, _put_photo, "", _writes),
    Command("remove-photo", NumberForm, _remove_photo, _("照片已从报告里拿掉。"), _writes),
    Command("put-account", AccountForm, _put_account, _("账目已保存。"), _writes),
    Command("put-commitment", CommitmentForm, _put_commitment, _("承诺已保存。"), _writes),
    Command("remove-commitment", NumberForm, _remove_commitment, _("承诺已删去。"), _writes),
    Command("answer", AnswerForm, _answer, _("回应已保存。"), _writes),
    Command("point", PointForm, _point, _("已指出，社区审定时会看到。"), _writes),
    Command("account-for", LastForm, _account_for, _("已写下上期承诺的结果。"), _writes),
    Command("excuse", ExcuseForm, _excuse, _("公开说明已保存。"), _writes),
    Command(
        "excuse-finding", ExcuseFindingForm, _excuse_finding, _("这句话保留，理由会随报告公开。"), _writes
    ),
    Command("withdraw-excuse", FindingForm, _withdraw_excuse, _("理由已撤回，这句话要改。"), _writes),
    Command("settle-conflict", ConflictForm, _settle_conflict, _("已合好，另一份不再显示。"), _writes),
    Command("submit", BareForm, _submit, _("已提交社区审定。审定前不能再改。"), _writes, "review"),
    Command("approve", ApproveForm, _approve, _("已审定。这一版的文字不能再改。"), _reviews, "review"),
    Command(
        "begin-correction", CorrectionForm, _begin_correction, _("可以更正了，改完再提交审定。"), _writes
    ),
    Command("drop-correction", BareForm, _drop_correction, _("这次更正已放弃。"), _writes, "review"),
    Command("redact", RedactForm, _redact, _("已遮盖，理由和新旧校验码都公开。"), _reviews, "review"),
    Command("move-promise", MovePromiseForm, _move, _("已改期，理由公开。"), _writes, "review"),
    Command("keep-promise", KeepPromiseForm, _keep, _("已记为兑现。"), _writes, "review"),
    Command("drop-promise", DropPromiseForm, _drop, _("已公开说明不再做。"), _writes, "review"),
)
BY_NAME = {command.name: command for command in COMMANDS}


@transaction.atomic
def run(command: Command, work: Work, form: WorkForm, *, key: str = "") -> str:
    """Run it with a valid form, photos and all in one transaction; returns what to say, perhaps a Doubtful.

    `key` is the form's own.
    """
    return command.run(work, form.cleaned_data | {"key": key}) or gettext(command.done)
