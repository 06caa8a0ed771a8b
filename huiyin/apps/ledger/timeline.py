"""A case's history as people read it: each kind of event with its sentence, icon and tone, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Escalation
from huiyin.domain.ledger_rules import ANSWER_LABELS, LIST_LABELS, SOURCE_LABELS, Answer, CaseList, Source

Said = dict[str, Any]
"""An event's public fields and those of its texts that are still kept."""

REDACTED = {
    "case.title": "标题",
    "case.text": "正文",
    "case.addition": "补充",
    "case.building": "位置",
    "case.nickname": "称呼",
    "case.public_reason": "公开的理由",
    "case.responsible_instead": "该找谁",
    "case.lead_label": "主办部门",
    "reply.text": "答复",
    "reply.no_evidence_reason": "没有照片的原因",
    "answer.comment": "提问人的回答",
    "objection.text": "异议",
    "objection.outcome_reason": "对异议的答复",
    "extension.reason": "改期理由",
    "extension.refusal_reason": "不批准改期的理由",
    "give_up.reason": "解决不了的原因",
    "give_up.responsible_instead": "该找谁",
    "give_up.decision_reason": "社区不同意的理由",
    "lead_proposal.reason": "转办理由",
    "lead_proposal.lead_label": "转办部门",
    "pause.what_is_missing": "要提问人补充的话",
    "milestone.title": "分步计划",
    "milestone.move_reason": "一步改期的理由",
    "milestone.note": "一步完成的说明",
    "topic.title": "热点名称",
}
"""What a redaction may name in public; the table of where each stands is public_texts.COLUMNS."""


REOPENING = {"reopened": "，重新办理，期限", "reopen_requested": "，等社区决定，期限"}
"""What an answer leads to that brings a new date, by the state after it."""
PROMISES_ANEW = frozenset({"ledger.reopening_granted", "ledger.objection_upheld"})


class Tells(Enum):
    """Whose words an event holds, and so which row repeats them."""

    CASE = "the question: the title, text and place of the case itself"
    ADDITION = "what was added to the question: a piece of the case's text (case_text.py)"
    ASKER = "what one asker said, named in public: that asker's own row"
    NEW_WORDS = "those that stand for redacted ones: where the redacted ones stood"
    OTHERS = "reasons, replies, names of leads: any row that says the same"


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; `dates` may hold old and new due instants to show as a pair."""

    at: datetime
    title: str
    icon: str
    tone: str
    who: str = ""
    text: str = ""
    due: datetime | None = None
    old_due: datetime | None = None
    told_by_file: bool = False


@dataclass(frozen=True)
class Telling:
    title: Callable[[Said], str]
    icon: str
    tone: str = "none"
    text: str = ""
    """Which of the event's texts stands under the title."""
    shows_who: bool = True
    tells: Tells = Tells.OTHERS


def _plain(sentence: str) -> Callable[[Said], str]:
    return lambda said: _(sentence)


def _lead(said: Said) -> str:
    """Its name may have been a person's and be forgotten since."""
    return str(said.get("lead") or _("主办单位"))


def _registered(said: Said) -> str:
    return _("%(source)s提出，进入台账") % {"source": _(SOURCE_LABELS[Source(said["source"])])}


def _assigned(said: Said) -> str:
    return _("分派给%(lead)s，列入%(list)s") % {
        "lead": _lead(said),
        "list": _(LIST_LABELS[CaseList(said["list"])]),
    }


def _answered(said: Said) -> str:
    word = _(ANSWER_LABELS[Answer(said["answer"])])
    return (
        _("提问人说：%(answer)s") % {"answer": word} + _recorded(said) + _(REOPENING.get(said["status"], ""))
    )


def _withdrawn(said: Said) -> str:
    if said.get("how") == "12345":
        return _("12345 转来的这件事已收回，不再办理")
    return _("提问人撤回") + _recorded(said)


def _recorded(said: Said) -> str:
    """Where the word came by slip, call or the hotline's call-back: by which, and that somebody else typed it in."""
    if said.get("how") == "12345":
        return _("（12345 回访）")
    how = {"slip": _("纸条"), "call": _("电话")}.get(said.get("how", ""))
    return _("（%(how)s，代为登记）") % {"how": how} if how else ""


def _escalated(said: Said) -> str:
    rung = Escalation.Rung(said["rung"]).label
    why = {
        "unassigned": _("到时没有分派"),
        "overdue": _("到期没有答复"),
        "urged": _("住户多次催办"),
    }[said["reason"]]
    return _("%(why)s，自动上报%(rung)s") % {"why": why, "rung": rung}


def _joined(said: Said) -> str:
    return _("又有邻居同问，共 %(count)s 户") % {"count": said.get("me_too", "")}


def _joined_together(said: Said) -> str:
    return _("报告会上同问的 %(joined)s 户加入，共 %(count)s 户") % {
        "joined": said.get("count", ""),
        "count": said.get("me_too", ""),
    }


def _urged(said: Said) -> str:
    return _("住户第 %(count)s 次催办") % {"count": said.get("count", "")}


def _merged(said: Said) -> str:
    return _("并入 %(number)s") % {"number": said.get("into", "")}


def _took_in(said: Said) -> str:
    return _("%(number)s 并入这件事") % {"number": said.get("merged", "")}


def _lead_decided(said: Said) -> str:
    if said.get("outcome") == "accepted":
        return _("转给%(lead)s主办，期限不变") % {"lead": _lead(said)}
    return _("%(lead)s没有接受转办") % {"lead": _lead(said)}


def _lapsed(said: Said) -> str:
    words = {"extension": _("改期的申请"), "lead": _("转办的申请"), "give_up": _("“解决不了”的申请")}
    return _("%(requests)s不用再定了") % {"requests": "、".join(words[each] for each in said["requests"])}


def _milestone(sentence: str) -> Callable[[Said], str]:
    return lambda said: _(sentence) % {"n": said.get("ordinal", "")}


def _redacted(said: Said) -> str:
    label = REDACTED.get(said.get("what", ""))
    return _("社区遮盖了%(what)s里的部分文字") % {"what": _(label)} if label else _("社区遮盖了部分文字")


def _erased(said: Said) -> str:
    gone = {name for names in said.get("parts", {}).values() for name in names}
    if gone == {"private"}:
        return _("联系方式和原话已按期删除，记录仍可核验")
    if gone == {"actor"}:
        return _("有人注销了账号，记录里指向账号的标识已删除，文字不变，记录仍可核验")
    return _("部分文字已按规定删除，记录仍可核验")


TELLINGS: dict[str, Telling] = {
    "ledger.case_registered": Telling(_registered, "message-plus", shows_who=False, tells=Tells.CASE),
    "ledger.case_imported": Telling(_plain("由旧台账导入"), "file-import", shows_who=False, tells=Tells.CASE),
    "ledger.case_assigned": Telling(_assigned, "user-check"),
    "ledger.case_rejected": Telling(_plain("不予受理"), "circle-x", "bad", "reason"),
    "ledger.case_started": Telling(_plain("开始办理"), "tool"),
    "ledger.lead_proposed": Telling(
        lambda said: _("请求转给%(lead)s主办") % {"lead": _lead(said)},
        "arrow-right",
        "warn",
        "reason",
    ),
    "ledger.lead_decided": Telling(_lead_decided, "user-check"),
    "ledger.lead_renewed": Telling(
        lambda said: _("物业合同续签，仍由%(lead)s主办，期限不变") % {"lead": _lead(said)}, "user-check"
    ),
    "ledger.lead_undecided": Telling(_plain("对方到时没有答复，由社区决定"), "clock", "warn"),
    "ledger.asker_was_asked": Telling(
        _plain("请提问人补充，期限暂停"), "help-circle", "warn", "what_is_missing"
    ),
    "ledger.question_not_delivered": Telling(
        lambda said: (
            _("没联系上提问人，期限不停") if said.get("pause_is_void") else _("有一位提问人没联系上")
        ),
        "phone-off",
        "warn",
    ),
    "ledger.case_resumed": Telling(_plain("继续办理"), "tool", "none", "addition", tells=Tells.ADDITION),
    "ledger.case_replied": Telling(_plain("公开答复"), "message-check", "key"),
    "ledger.reply_delivered": Telling(_plain("答复已送到提问人"), "send", shows_who=False),
    "ledger.reply_not_delivered": Telling(_plain("没联系上提问人"), "phone-off", "warn"),
    "ledger.asker_answered": Telling(
        _answered, "message-circle", "key", "comment", shows_who=False, tells=Tells.ASKER
    ),
    "ledger.case_confirmed": Telling(
        _plain("到期没有人说没办好，记为已解决"), "circle-check", "ok", shows_who=False
    ),
    "ledger.case_unconfirmed": Telling(_plain("到期没有反馈，不算已解决"), "clock", shows_who=False),
    "ledger.reopening_granted": Telling(_plain("同意重新办理，期限"), "refresh", "warn", "reason"),
    "ledger.reopening_refused": Telling(_plain("不再重新办理"), "circle-x", "bad", "reason"),
    "ledger.extension_asked": Telling(_plain("申请改期"), "calendar-repeat", "warn", "reason"),
    "ledger.extension_approved": Telling(_plain("批准改期"), "calendar-repeat", "warn", "reason"),
    "ledger.extension_refused": Telling(_plain("没有批准改期"), "calendar", "none", "refusal_reason"),
    "ledger.list_changed": Telling(
        lambda said: _("改列%(list)s") % {"list": _(LIST_LABELS[CaseList(said["list"])])},
        "list-check",
        "none",
        "reason",
    ),
    "ledger.date_came_earlier": Telling(
        _plain("放假安排公布，期限提前"), "calendar", "none", shows_who=False
    ),
    "ledger.give_up_proposed": Telling(_plain("提出解决不了，等社区决定"), "hand-stop", "warn", "reason"),
    "ledger.requests_lapsed": Telling(_lapsed, "circle-minus", shows_who=False),
    "ledger.give_up_refused": Telling(_plain("社区不同意，继续办理"), "tool", "warn", "reason"),
    "ledger.case_not_solvable": Telling(_plain("认定解决不了"), "circle-x", "bad", "reason"),
    "ledger.objection_raised": Telling(
        _plain("提问人提出异议"), "message-circle", "warn", "text", shows_who=False, tells=Tells.ASKER
    ),
    "ledger.objection_upheld": Telling(_plain("异议成立，重新办理，期限"), "refresh", "warn", "reason"),
    "ledger.objection_dismissed": Telling(_plain("异议不成立"), "circle-x", "none", "reason"),
    "ledger.case_merged": Telling(_merged, "arrows-join", "none"),
    "ledger.case_took_in": Telling(_took_in, "arrows-join", "none"),
    "ledger.case_unmerged": Telling(_plain("分开单独办理"), "arrows-split", "none", "reason"),
    "ledger.case_let_go": Telling(
        lambda said: _("%(number)s 分开单独办理") % {"number": said.get("unmerged", "")}, "arrows-split"
    ),
    "ledger.case_withdrawn": Telling(_withdrawn, "arrow-back", shows_who=False),
    "ledger.neighbour_joined": Telling(_joined, "users", shows_who=False),
    "ledger.neighbours_joined": Telling(_joined_together, "users", shows_who=False),
    "ledger.case_urged": Telling(_urged, "bell", "warn", shows_who=False),
    "ledger.case_escalated": Telling(_escalated, "arrow-up-right", "bad", shows_who=False),
    "ledger.milestone_done": Telling(_milestone("第 %(n)s 步完成"), "flag", "ok", "note"),
    "ledger.milestone_moved": Telling(_milestone("第 %(n)s 步改期"), "calendar-repeat", "warn", "reason"),
    "ledger.text_redacted": Telling(_redacted, "eye-off", "none", "reason", tells=Tells.NEW_WORDS),
    "audit.texts_erased": Telling(_erased, "eraser", shows_who=False),
}
NOT_TOLD = frozenset(
    {"ledger.question_delivered", "ledger.topic_set", "ledger.answer_code_issued", "ledger.contact_erased"}
)


def kinds_telling(*whose: Tells) -> tuple[str, ...]:
    """The kinds of events that hold these words."""
    return tuple(kind for kind, telling in TELLINGS.items() if telling.tells in whose)


def texts_shown(rows: Iterable[Any]) -> dict[int, dict[str, str]]:
    """The kept texts by their event's number; redacted ones as they read now.

    `rows` have number, kind, public and secret__texts, in the order of the stream.
    """
    shown: dict[int, dict[str, str]] = {}
    for event in rows:
        texts = shown[event.number] = dict(event.secret__texts)
        if event.kind == "ledger.text_redacted" and "words" in texts:
            for number, name in event.public["replaces"]:
                shown[number][name] = texts["words"]
    return shown


def _date_given(kind: str, public: Said) -> datetime | None:
    """The date this event asks for or gives; the state and the date after it stand in every event of a case."""
    if kind in ("ledger.extension_asked", "ledger.extension_approved"):
        return datetime.fromisoformat(public["new_due_at"])
    is_reopened = kind == "ledger.asker_answered" and public["status"] in REOPENING
    return datetime.fromisoformat(public["due_at"]) if is_reopened or kind in PROMISES_ANEW else None


def entries(events: Iterable[Event], texts: dict[int, dict[str, str]]) -> list[Entry]:
    """Newest first. `texts` are the events' still kept free texts by their number, already masked when recorded."""
    told: list[Entry] = []
    reached = 0
    for event in events:
        telling = TELLINGS.get(event.kind)
        if telling is None:
            continue
        # One answer goes to many askers: one line says how many it has reached.
        reached = reached + 1 if event.kind == "ledger.reply_delivered" else 0
        if reached > 1:
            title = _("答复已送到 %(count)s 位提问人") % {"count": reached}
            told[-1] = replace(told[-1], at=event.occurred_at, title=title)
            continue
        public, kept = event.public, texts.get(event.number, {})
        told.append(
            Entry(
                at=event.occurred_at,
                title=telling.title({**kept, **public}),
                icon=telling.icon,
                tone=telling.tone,
                who=event.actor_label if telling.shows_who else "",
                text=kept.get(telling.text, "") if telling.text else "",
                due=_date_given(event.kind, public),
                old_due=datetime.fromisoformat(public["old_due_at"]) if "old_due_at" in public else None,
                told_by_file=event.told_by_file,
            )
        )
    told.reverse()
    return told
