"""Comparing what pages show with what the events say: each case and reply with its own stream (`huiyin verify`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from django.db import connection
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from huiyin.apps.audit.comparing import Difference
from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.case_text import split
from huiyin.apps.ledger.models import AnswerGiven, Case, Reply, ReplyPhoto
from huiyin.apps.ledger.services.transition import standing_fields
from huiyin.apps.ledger.told import REGISTERED, Said, Told, ToldReply, hear

BATCH = 500
STANDING = {
    "status": "状态",
    "list": "清单",
    "first_due_at": "最初期限",
    "due_at": "现在期限",
    "policy": "规则版本",
}
REGISTERED_AS: dict[str, tuple[str, Callable[[Case], str]]] = {
    "kind": ("种类", lambda case: case.kind),
    "source": ("来源", lambda case: case.source),
    "estate": ("小区", lambda case: case.estate.code if case.estate else ""),
    "area": ("社区", lambda case: case.area.code),
}
WORDS = {
    "title": "标题",
    "building": "位置",
    "public_reason": "公开的理由",
    "responsible_instead": "该找谁",
    "lead_label": "主办",
}
_STREAMS_WITHOUT_A_ROW = """
SELECT first.stream FROM audit_event AS first
LEFT JOIN ledger_case AS row ON row.number = substr(first.stream, 6)
WHERE first.number = 1 AND first.kind = ANY(%(kinds)s) AND row.id IS NULL
    AND (%(stream)s = '' OR first.stream = %(stream)s)
ORDER BY first.stream
"""


def differences(stream: str) -> Iterator[Difference]:
    """Of one case, or of all in the order of their numbers; then cases that were removed.

    Words that were erased from the events cannot be compared.
    """
    cases = Case.objects.order_by("number")
    if stream:
        cases = cases.filter(number=stream.removeprefix("case/"))
    numbers = list(cases.values_list("number", flat=True))
    for start in range(0, len(numbers), BATCH):
        yield from _of(numbers[start : start + BATCH])
    with connection.cursor() as cursor:
        cursor.execute(_STREAMS_WITHOUT_A_ROW, {"kinds": list(REGISTERED), "stream": stream})
        for (name,) in cursor.fetchall():
            yield Difference(name, 1, _("这件事不在台账里"))


def _of(numbers: Sequence[str]) -> Iterator[Difference]:
    """One query for each table, however many cases."""
    cases = (
        Case.objects.filter(number__in=numbers)
        .select_related("merged_into", "estate", "area")
        .prefetch_related(
            "replies", Prefetch("replies__photos", ReplyPhoto.objects.select_related("evidence"))
        )
        .defer("search")
        .order_by("number")
    )
    events: defaultdict[str, list[Event]] = defaultdict(list)
    streams = [f"case/{number}" for number in numbers]
    for event in Event.objects.filter(stream__in=streams).select_related("secret").order_by("number"):
        events[event.stream].append(event)
    answers: defaultdict[int, list[AnswerGiven]] = defaultdict(list)
    for given in AnswerGiven.objects.filter(reply__case__number__in=numbers).select_related("reply"):
        answers[given.reply.case_id].append(given)
    for case in cases:
        told = hear(events[case.stream])
        for number, what in _differences(case, told, answers[case.pk]):
            yield Difference(case.stream, number, what)


def _differences(case: Case, told: Told, answers: list[AnswerGiven]) -> Iterator[tuple[int, str]]:
    if told.first is None:
        yield told.last, _("没有登记这件事的记录")
        return
    standing = standing_fields(case)
    for name, label in STANDING.items():
        if standing[name] != told.standing.get(name):
            yield told.standing_at, _(label)
    if case.registered_at != told.first.occurred_at:
        yield told.first.number, _("登记时间")
    for name, (label, shown) in REGISTERED_AS.items():
        if shown(case) != told.first.public.get(name):
            yield told.first.number, _(label)
    for name, label in WORDS.items():
        if _differs(getattr(case, name), told.words[name]):
            yield told.words[name].number, _(label)
    text = [told.words["text"], *told.additions]
    if split(case.text, [each.words for each in text]) is None:
        yield text[-1].number, _("正文")
    if case.merged_into is not None and case.merged_into.number != told.merged_into:
        yield told.merged_at, _("并入的事项")
    yield from _replies_differ(case, told)
    yield from _answers_differ(answers, told)


def _replies_differ(case: Case, told: Told) -> Iterator[tuple[int, str]]:
    rows = {reply.ordinal: reply for reply in case.replies.all()}
    for ordinal in sorted(rows.keys() | told.replies.keys()):
        said, row = told.replies.get(ordinal), rows.get(ordinal)
        if said is None:
            yield told.last, _("第 %(n)s 次答复没有记录") % {"n": ordinal}
        elif row is None:
            yield said.number, _("第 %(n)s 次答复不见了") % {"n": ordinal}
        elif _reply_differs(row, said):
            yield said.number, _("第 %(n)s 次答复") % {"n": ordinal}
    if case.is_on_time != told.is_on_time:
        first = min(told.replies.values(), key=lambda said: said.number, default=None)
        yield first.number if first else told.last, _("是否按时")


def _reply_differs(row: Reply, told: ToldReply) -> bool:
    return (
        _differs(row.text, told.text)
        or _differs(row.no_evidence_reason, told.no_evidence_reason)
        or row.replied_at != told.replied_at
        or row.is_spoken != told.is_spoken
        or sorted(photo.evidence.sha256 for photo in row.photos.all()) != sorted(told.photos)
    )


def _answers_differ(rows: list[AnswerGiven], told: Told) -> Iterator[tuple[int, str]]:
    given = {
        (row.asker_id, row.reply.ordinal, row.answer, row.by, row.answered_at): row.comment for row in rows
    }
    for each, comment in told.answers.items():
        if each not in given or _differs(given[each], comment):
            yield comment.number, _("提问人的回答")
    if given.keys() - told.answers.keys():
        yield told.last, _("提问人的回答没有记录")


def _differs(shown: str, said: Said) -> bool:
    return said.words is not None and shown != said.words
