"""Comparing what report pages show with what the events say: each report's state, each approved revision's content."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from huiyin.apps.audit.comparing import Difference
from huiyin.apps.audit.models import Event
from huiyin.apps.reports.contents import Content, contents_of, sha256_of
from huiyin.apps.reports.models import Commitment, DemandList, Report, Revision
from huiyin.apps.reports.services.verdicts import FROZEN, sha256_of_sheet
from huiyin.domain.canonical import JSON
from huiyin.domain.report_parts import CommitmentState
from huiyin.domain.report_workflow import ReportStatus

BATCH = 200
BESIDE = ("redactions", "verdict_sheet__verdicts__claim")
VERDICTS_FROZEN = f"reports.{FROZEN}"
Covering = tuple[Event, dict[str, Any]]
PARTS = {
    "sections": "正文",
    "claims": "数据",
    "photos": "照片",
    "accounts": "账目",
    "excuses": "公开说明",
    "finding_excuses": "保留语句的理由",
    "topic_answers": "对诉求的回应",
    "pointed_passages": "物业指出的回答",
    "commitments": "承诺",
    "commitment_accounts": "上一期的承诺",
}
_STREAMS_WITHOUT_A_ROW = """
SELECT first.stream FROM audit_event AS first
LEFT JOIN {table} AS row ON row.id::text = split_part(first.stream, '/', 2)
WHERE first.number = 1 AND first.kind = %(kind)s AND row.id IS NULL
    AND NOT EXISTS (
        SELECT FROM audit_event AS told WHERE told.stream = first.stream AND told.kind = 'reports.report_removed'
    )
    AND (%(stream)s = '' OR first.stream = %(stream)s)
ORDER BY first.stream
"""


def report_differences(stream: str) -> Iterator[Difference]:
    """Of one report, or of all in the order of their keys; then reports that were removed."""
    for pks in _batches(Report, stream, "report/"):
        reports = list(Report.objects.filter(pk__in=pks).order_by("pk"))
        events = _events([each.stream for each in reports])
        approved = Revision.objects.filter(report__in=pks, state=ReportStatus.APPROVED).order_by("number")
        contents: defaultdict[int, list[Content]] = defaultdict(list)
        for content in contents_of(approved.prefetch_related(*BESIDE)):
            contents[content.revision.report_id].append(content)
        for report in reports:
            for number, what in _report_differs(report, contents[report.pk], events[report.stream]):
                yield Difference(report.stream, number, what)
    yield from _removed("reports_report", "reports.report_opened", stream, _("这份报告不在了"))


def list_differences(stream: str) -> Iterator[Difference]:
    """Of one demand list, or of all: its status, and the counts with which it was confirmed."""
    for pks in _batches(DemandList, stream, "demands/"):
        lists = list(DemandList.objects.filter(pk__in=pks).prefetch_related("demands").order_by("pk"))
        events = _events([each.stream for each in lists])
        for demand_list in lists:
            for number, what in _list_differs(demand_list, events[demand_list.stream]):
                yield Difference(demand_list.stream, number, what)
    yield from _removed("reports_demandlist", "reports.demand_list_opened", stream, _("这份诉求清单不在了"))


def _report_differs(
    report: Report, contents: Sequence[Content], events: Sequence[Event]
) -> Iterator[tuple[int, str]]:
    told = _last_status(events)
    if told is None:
        yield 0, _("没有这份报告的记录")
        return
    if told.public["status"] != report.status:
        yield told.number, _("状态")
    days = next((event for event in reversed(events) if "period_to" in event.public), None)
    said = (report.period_from.isoformat(), report.period_to.isoformat())
    if days is None or (days.public["period_from"], days.public["period_to"]) != said:
        yield days.number if days else 1, _("报告期")
    approvals = {
        event.public["revision"]: event for event in events if event.kind == "reports.report_approved"
    }
    covered = _covered(events)
    for content in contents:
        number = content.revision.number
        event = approvals.pop(number, None)
        if event is None:
            yield told.number, _("第 %(n)s 稿的审定没有记录") % {"n": number}
            continue
        yield from _redactions_differ(content.revision, event, covered[number])
        last = covered[number][-1] if covered[number] else None
        if last is None:
            yield from _content_differs(content, event, event.public["sha256"], "content")
        else:
            yield from _content_differs(content, last[0], last[1]["sha256"], f"content_{number}")
    for number, event in approvals.items():
        yield event.number, _("审定过的第 %(n)s 稿不见了") % {"n": number}
    yield from _verdicts_differ(contents, [event for event in events if event.kind == VERDICTS_FROZEN])
    promises = {each.number: each for content in contents for each in content.commitments}
    for number, promise in sorted(promises.items()):
        yield from _promise_differs(promise, [e for e in events if e.public.get("commitment") == number])


def _verdicts_differ(contents: Sequence[Content], events: Sequence[Event]) -> Iterator[tuple[int, str]]:
    """Each sheet says what the event says that froze it; every number of the revision stands in it."""
    told = {event.public["revision"]: event for event in events}
    for content in contents:
        number = content.revision.number
        sheet = getattr(content.revision, "verdict_sheet", None)
        event = told.pop(number, None)
        if sheet is None and event is None:
            continue
        if event is None:
            yield 0, _("第 %(n)s 稿的核对结果没有记录") % {"n": number}
        elif sheet is None or sha256_of_sheet(sheet, sheet.verdicts.all()) != event.public["sha256"]:
            yield event.number, _("第 %(n)s 稿的核对结果") % {"n": number}
    for number, event in told.items():
        yield event.number, _("第 %(n)s 稿的核对结果") % {"n": number}


def _promise_differs(promise: Commitment, events: Sequence[Event]) -> Iterator[tuple[int, str]]:
    """Its date is where its moves led; it is settled as the last event that says so."""
    if promise.promised_at is None:
        return
    number = events[-1].number if events else 1
    moved = [event for event in events if event.kind == "reports.commitment_moved"]
    told = [(event.public["from"], event.public["to"]) for event in moved]
    moves = list(promise.moves.all())
    if told != [(each.from_on.isoformat(), each.to_on.isoformat()) for each in moves] or any(
        _says_otherwise(event, "reason", move.reason) for event, move in zip(moved, moves, strict=False)
    ):
        yield number, _("承诺 %(n)s 的改期") % {"n": promise.number}
    last = moves[-1].to_on if moves else promise.first_due_on
    if promise.due_on != last:
        yield number, _("承诺 %(n)s 的期限") % {"n": promise.number}
    settled = next((event for event in reversed(events) if "state" in event.public), None)
    state = settled.public["state"] if settled else CommitmentState.OPEN
    if promise.state != state or (settled and _says_otherwise(settled, "words", promise.settled_words)):
        yield number, _("承诺 %(n)s 的结果") % {"n": promise.number}


def _says_otherwise(event: Event, name: str, words: str) -> bool:
    """Whether the event still holds these words, and they are others."""
    secret = getattr(event, "secret", None)
    return secret is not None and secret.texts.get(name, words) != words


def _covered(events: Sequence[Event]) -> defaultdict[int, list[Covering]]:
    """By revision the events that say that words in it were covered, with what they say of it."""
    found: defaultdict[int, list[Covering]] = defaultdict(list)
    for event in events:
        if event.kind == "reports.report_redacted":
            for told in event.public["revisions"]:
                found[told["revision"]].append((event, told))
    return found


def _redactions_differ(
    revision: Revision, approval: Event, covered: Sequence[Covering]
) -> Iterator[tuple[int, str]]:
    """Each covering begins at the hash the one before ended with; the public rows say the same."""
    rows = [(each.sha256_before, each.sha256_after) for each in revision.redactions.all()]
    stands = approval.public["sha256"]
    for event, told in covered:
        if told["before"] != stands:
            yield event.number, _("第 %(n)s 稿的遮盖接不上") % {"n": revision.number}
        stands = told["sha256"]
    if rows != [(told["before"], told["sha256"]) for _event, told in covered]:
        number = covered[-1][0].number if covered else approval.number
        yield number, _("第 %(n)s 稿的遮盖记录") % {"n": revision.number}


def _content_differs(content: Content, event: Event, told: str, text: str) -> Iterator[tuple[int, str]]:
    """The hash tells that something differs, the witnessed words tell what."""
    shown = content.plain
    sha256 = sha256_of(shown)
    if sha256 == told == content.revision.content_sha256:
        return
    secret = getattr(event, "secret", None)
    witnessed: dict[str, JSON] = json.loads(secret.texts.get(text, "{}")) if secret else {}
    parts = [
        _(label) for name, label in PARTS.items() if witnessed and witnessed.get(name) != shown.get(name)
    ]
    what = {"n": content.revision.number, "parts": "、".join(parts) or _("内容")}
    yield event.number, _("第 %(n)s 稿的%(parts)s") % what


def _list_differs(demand_list: DemandList, events: Sequence[Event]) -> Iterator[tuple[int, str]]:
    told = _last_status(events)
    if told is None:
        yield 0, _("没有这份诉求清单的记录")
        return
    if told.public["status"] != demand_list.status:
        yield told.number, _("状态")
    confirmed = next((each for each in events if each.kind == "reports.demand_list_confirmed"), None)
    if confirmed is None:
        return
    ranked = [
        {
            "demand": line.pk,
            "weight": line.weight,
            "households": line.household_count,
            "voices": line.voice_count,
        }
        for line in sorted(demand_list.demands.all(), key=lambda line: line.rank or 0)
        if line.rank is not None
    ]
    if ranked != confirmed.public["demands"]:
        yield confirmed.number, _("诉求的次序或户数")


def _last_status(events: Sequence[Event]) -> Event | None:
    return next((each for each in reversed(events) if "status" in each.public), None)


def _batches(model: type[Report] | type[DemandList], stream: str, prefix: str) -> Iterator[list[int]]:
    rows = model._default_manager.order_by("pk")
    if stream:
        key = stream.removeprefix(prefix)
        rows = rows.filter(pk=int(key)) if stream.startswith(prefix) and key.isdecimal() else rows.none()
    pks = list(rows.values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        yield pks[start : start + BATCH]


def _events(streams: Sequence[str]) -> defaultdict[str, list[Event]]:
    found: defaultdict[str, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(stream__in=streams).select_related("secret").order_by("number"):
        found[event.stream].append(event)
    return found


def _removed(table: str, kind: str, stream: str, what: str) -> Iterator[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(_STREAMS_WITHOUT_A_ROW.format(table=table), {"kind": kind, "stream": stream})
        for (name,) in cursor.fetchall():
            yield Difference(name, 1, what)
