"""What can be done to a demand list at the desk, as a table: the form, who has it, what it runs, what is said after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from huiyin.apps.reports.demand_forms import (
    BareListForm,
    LineForm,
    ListForm,
    MergeForm,
    RedactListForm,
    SetAsideForm,
    TypeInForm,
    WordForm,
)
from huiyin.apps.reports.demand_page import DemandWork
from huiyin.apps.reports.models import Demand
from huiyin.apps.reports.services import demands, redaction
from huiyin.apps.reports.services.voices import add_voice


@dataclass(frozen=True)
class ListCommand:
    name: str
    form: type[ListForm]
    run: Callable[[DemandWork, dict[str, Any]], str | None]
    done: str
    allowed: Callable[[DemandWork], bool]


def _decides(work: DemandWork) -> bool:
    return work.decides


def _types_in(work: DemandWork) -> bool:
    return work.types_in


def _line(work: DemandWork, pk: Any) -> Demand:
    found = work.demand(int(pk))
    if found is None:
        raise Http404
    return found


def _word(work: DemandWork, told: dict[str, Any]) -> None:
    line = _line(work, told["demand"])
    demands.word_demand(line, title=told["title"], category=told["category"], by=work.by)


def _merge(work: DemandWork, told: dict[str, Any]) -> None:
    demands.merge_demands(_line(work, told["demand"]), into=_line(work, told["into"]), by=work.by)


def _unmerge(work: DemandWork, told: dict[str, Any]) -> None:
    demands.unmerge_demand(_line(work, told["demand"]), by=work.by)


def _set_aside(work: DemandWork, told: dict[str, Any]) -> None:
    line = _line(work, told["demand"])
    demands.set_aside(line, reason_code=told["reason"], words=told["words"], by=work.by)


def _take_up(work: DemandWork, told: dict[str, Any]) -> None:
    demands.take_up_again(_line(work, told["demand"]), by=work.by)


def _register(work: DemandWork, told: dict[str, Any]) -> str:
    case = demands.register_demand_case(_line(work, told["demand"]), by=work.by)
    return gettext("已登记为台账事项 %(number)s。") % {"number": case.number}


def _type_in(work: DemandWork, told: dict[str, Any]) -> None:
    add_voice(
        work.list,
        by=work.by,
        source=told["source"],
        text=told["text"],
        demand=_line(work, told["demand"]) if told["demand"] else None,
        building=told["building"],
        nickname=told["nickname"],
        said_at=told["said_on"],
        idempotency_key=told["idempotency_key"],
    )


def _confirm(work: DemandWork, told: dict[str, Any]) -> None:
    demands.confirm(work.list, by=work.by)


def _send(work: DemandWork, told: dict[str, Any]) -> None:
    demands.send(work.list, by=work.by)


def _redact(work: DemandWork, told: dict[str, Any]) -> None:
    names = ("words", "replacement", "reason")
    redaction.redact_list(work.list, by=work.by, **{name: told[name] for name in names})


COMMANDS = (
    ListCommand("word", WordForm, _word, _("已改好。"), _decides),
    ListCommand("merge", MergeForm, _merge, _("已合并，说的人数加在一起。"), _decides),
    ListCommand("unmerge", LineForm, _unmerge, _("已分开，各算各的。"), _decides),
    ListCommand("set-aside", SetAsideForm, _set_aside, _("已不列入清单，理由会公开。"), _decides),
    ListCommand("take-up", LineForm, _take_up, _("已放回清单。"), _decides),
    ListCommand("register", LineForm, _register, "", _decides),
    ListCommand("type-in", TypeInForm, _type_in, _("已记下，可以接着记下一条。"), _types_in),
    ListCommand("confirm", BareListForm, _confirm, _("清单已确认并公开，不能再改。"), _decides),
    ListCommand("redact", RedactListForm, _redact, _("已遮盖，理由公开。"), _decides),
    ListCommand("send", BareListForm, _send, _("已交给物业，物业写报告时逐条回应。"), _decides),
)
BY_NAME = {command.name: command for command in COMMANDS}
