"""The one bulk path writes what the services would have written: every row and every event of a sample."""

from __future__ import annotations

from datetime import date, timedelta
from functools import singledispatch
from typing import Any

import pytest
from django.db import models

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.bulk import History, write
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.models import (
    AnswerGiven,
    Asker,
    AskerContact,
    Case,
    CasePrivate,
    Escalation,
    Extension,
    GiveUpProposal,
    Milestone,
    Pause,
    Reply,
    Urge,
)
from huiyin.apps.ledger.origins import Origin
from huiyin.apps.ledger.services import (
    answer,
    askers,
    assign,
    escalate,
    extension,
    giving_up,
    lead,
    merge,
    milestones,
    register,
    reply,
    topics,
)
from huiyin.apps.people.selectors import verified_household
from tests import given
from tests.people import Cast

T = given.A_MONDAY
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def sample(cast: Cast) -> list[History]:
    """Histories that together use every kind of step and end in every state."""
    resident, secretary, manager = cast.actor("resident"), cast.actor("secretary"), cast.actor("manager")
    company = assign.Lead.company(cast.engagement)

    def history(key: str, *steps: told.Step, **changes: Any) -> History:
        home = verified_household(cast.resident.pk, cast.estate.pk)
        values: dict[str, Any] = {
            "at": T,
            "by": resident,
            "text": f"{given.TEXT}（{key}）",
            "area": cast.community,
            "estate": cast.estate,
            "building": "6号楼",
            "nickname": "槐花",
            "category": "公共设施维修",
            "asker": register.AskerDraft(person_id=cast.resident.pk, household_id=home),
        }
        return History(key=key, steps=steps, **(values | changes))

    def assigned(hours: int = 1, **changes: Any) -> told.Assigned:
        values: dict[str, Any] = {"case_list": "short_term", "lead": company}
        return told.Assigned(at=T + hours * HOUR, by=secretary, **(values | changes))

    def replied(hours: int) -> told.Replied:
        return told.Replied(
            at=T + hours * HOUR, by=manager, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。"
        )

    def said(hours: int, word: str, comment: str = "", **changes: Any) -> told.Answered:
        return told.Answered(
            at=T + hours * HOUR, by=changes.pop("by", resident), answer=word, comment=comment, **changes
        )

    def delivered(hours: int, who: int = 0) -> told.Delivered:
        return told.Delivered(at=T + hours * HOUR, asker=who)

    start = told.Started(at=T + 2 * HOUR, by=manager)
    neighbour_home = verified_household(cast.neighbour.pk, cast.estate.pk)
    assert neighbour_home is not None
    late = told.Escalated(at=T + 45 * DAY)
    return [
        history("registered", told.Escalated(at=T + 3 * DAY)),
        history(
            "from elsewhere", origin=Origin("meetings.question", "17"), origin_label="第 3 问 半年工作报告会"
        ),
        history(
            "personal",
            text="我叫王小明，电话13800138000，住6号楼2单元302室，灯不亮。",
            building="6号楼2单元302室",
        ),
        history(
            "rejected",
            told.Rejected(
                at=T + HOUR, by=secretary, reason_code=given.a_rejection_code(T), note="另有部门。"
            ),
        ),
        history("confirmed", assigned(), start, replied(3), delivered(4), said(5, "solved")),
        history(
            "me too",
            assigned(),
            told.Joined(
                at=T + 2 * HOUR,
                by=cast.actor("neighbour"),
                person_id=cast.neighbour.pk,
                household_id=neighbour_home,
            ),
            told.Urged(at=T + 30 * HOUR, by=cast.actor("neighbour"), asker=1),
            replied(40),
            delivered(41),
            delivered(42, who=1),
            said(43, "solved"),
            told.WindowClosed(at=T + 20 * DAY),
        ),
        history("unconfirmed", assigned(), replied(3), delivered(4), told.WindowClosed(at=T + 9 * DAY)),
        history("not reached", assigned(), replied(3), told.WindowClosed(at=T + 30 * DAY)),
        history(
            "reopened",
            assigned(),
            replied(3),
            delivered(4),
            said(5, "not_solved", "灯还是不亮"),
            replied(50),
            delivered(51),
            said(52, "partly", "又坏了一盏"),
        ),
        history("cannot tell", assigned(), replied(3), delivered(4), said(5, "cannot_tell")),
        history(
            "paused",
            assigned(),
            start,
            told.AskedAsker(at=T + 3 * HOUR, by=manager, what_is_missing="几层？"),
            told.Resumed(at=T + 3 * DAY, by=resident, addition="三层。"),
        ),
        history(
            "extended and late",
            assigned(),
            start,
            told.Extended(
                at=T + 4 * DAY,
                by=manager,
                due_on=date(2026, 7, 8),
                reason="要找原施工单位查图。",
                approved_by=secretary,
                approved_at=T + 4 * DAY,
            ),
            late,
            told.Replied(at=T + 50 * DAY, by=manager, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。"),
        ),
        history(
            "long term",
            assigned(
                case_list="long_term",
                milestones=(
                    assign.Step("征求意见", date(2026, 8, 1)),
                    assign.Step("施工", date(2026, 11, 1)),
                ),
            ),
            start,
            told.MilestoneDone(at=T + 30 * DAY, by=manager, ordinal=1, note="征得 213 户同意。"),
        ),
        history(
            "not solvable",
            assigned(),
            start,
            told.GivenUp(
                at=T + DAY,
                by=manager,
                reason="线路属供电公司产权。",
                responsible_instead="区供电公司",
                agreed_by=secretary,
                agreed_at=T + DAY,
            ),
        ),
        history("original", assigned(), start),
        history(
            "merged",
            told.MergedInto(at=T + DAY, by=secretary, into="original"),
            by=cast.actor("neighbour"),
            asker=register.AskerDraft(person_id=cast.neighbour.pk, household_id=neighbour_home),
        ),
        history("withdrawn", told.Withdrawn(at=T + HOUR, by=resident)),
        history("in a topic", told.PutInTopic(at=T + HOUR, by=secretary, topic=a_topic(cast))),
        history("recurrence", at=T + 60 * DAY, recurrence_of="confirmed"),
        history(
            "paper",
            by=cast.actor("community_worker"),
            source="paper",
            asker=register.AskerDraft(channel="slip", name="周有福", phone="13900000000", note="纸条 17"),
        ),
    ]


def a_topic(cast: Cast) -> Any:
    return topics.open_topic(by=cast.actor("secretary"), estate=cast.estate, title="楼道照明", now=T)


# --- the same through the services ---------------------------------------------------------------------------


def replay(histories: list[History]) -> list[Case]:
    cases: dict[str, Case] = {}
    moments = [(h.at, order, 0, h, None) for order, h in enumerate(histories)]
    moments += [
        (step.at, order, place, h, step)
        for order, h in enumerate(histories)
        for place, step in enumerate(h.steps, start=1)
    ]
    for _at, _order, _place, h, step in sorted(moments, key=lambda moment: moment[:3]):
        if step is None:
            cases[h.key] = register.register_case(
                by=h.by,
                text=h.text,
                area=h.area,
                estate=h.estate,
                kind=h.kind,
                source=h.source,
                building=h.building,
                category=h.category,
                nickname=h.nickname,
                asker=h.asker,
                recurrence_of=cases.get(h.recurrence_of),
                origin=h.origin,
                origin_label=h.origin_label,
                now=h.at,
            )
        else:
            do(step, Case.objects.get(pk=cases[h.key].pk), cases)
    return [Case.objects.get(pk=cases[h.key].pk) for h in histories]


def nth_asker(case: Case, place: int) -> Asker:
    return case.askers.order_by("pk")[place]


@singledispatch
def do(step: told.Step, case: Case, cases: dict[str, Case]) -> None:
    raise AssertionError(step)


@do.register
def _(step: told.Assigned, case: Case, cases: dict[str, Case]) -> None:
    assign.assign(
        case,
        by=step.by,
        case_list=step.case_list,
        lead=step.lead,
        due_on=step.due_on,
        milestones=step.milestones,
        now=step.at,
    )


@do.register
def _(step: told.Rejected, case: Case, cases: dict[str, Case]) -> None:
    assign.reject(case, by=step.by, reason_code=step.reason_code, note=step.note, now=step.at)


@do.register
def _(step: told.Started, case: Case, cases: dict[str, Case]) -> None:
    lead.start(case, by=step.by, now=step.at)


@do.register
def _(step: told.AskedAsker, case: Case, cases: dict[str, Case]) -> None:
    lead.ask_asker(case, by=step.by, what_is_missing=step.what_is_missing, now=step.at)


@do.register
def _(step: told.Resumed, case: Case, cases: dict[str, Case]) -> None:
    lead.resume(case, by=step.by, addition=step.addition, now=step.at)


@do.register
def _(step: told.Replied, case: Case, cases: dict[str, Case]) -> None:
    reply.reply(case, by=step.by, text=step.text, no_evidence_reason=step.no_evidence_reason, now=step.at)


@do.register
def _(step: told.Delivered, case: Case, cases: dict[str, Case]) -> None:
    latest = case.replies.first()
    assert latest is not None
    reply.record_delivery(
        nth_asker(case, step.asker), reply=latest, channel=step.channel, delivered_at=step.at, now=step.at
    )


@do.register
def _(step: told.Answered, case: Case, cases: dict[str, Case]) -> None:
    answer.answer(
        nth_asker(case, step.asker),
        by=step.by,
        answer=step.answer,
        comment=step.comment,
        how=step.how,
        record_note=step.record_note,
        now=step.at,
    )


@do.register
def _(step: told.WindowClosed, case: Case, cases: dict[str, Case]) -> None:
    answer.close_window(case, now=step.at)


@do.register
def _(step: told.Joined, case: Case, cases: dict[str, Case]) -> None:
    askers.join_case(case, by=step.by, person_id=step.person_id, now=step.at)


@do.register
def _(step: told.Urged, case: Case, cases: dict[str, Case]) -> None:
    askers.urge(nth_asker(case, step.asker), by=step.by, now=step.at)


@do.register
def _(step: told.Extended, case: Case, cases: dict[str, Case]) -> None:
    asked = extension.ask_extension(case, by=step.by, due_on=step.due_on, reason=step.reason, now=step.at)
    extension.decide_extension(asked, by=step.approved_by, approve=True, now=step.approved_at)


@do.register
def _(step: told.Escalated, case: Case, cases: dict[str, Case]) -> None:
    escalate.escalate(case, now=step.at)


@do.register
def _(step: told.GivenUp, case: Case, cases: dict[str, Case]) -> None:
    proposal = giving_up.propose_giving_up(
        case, by=step.by, reason=step.reason, responsible_instead=step.responsible_instead, now=step.at
    )
    giving_up.decide_giving_up(proposal, by=step.agreed_by, agree=True, now=step.agreed_at)


@do.register
def _(step: told.MergedInto, case: Case, cases: dict[str, Case]) -> None:
    merge.merge(case, into=cases[step.into], by=step.by, now=step.at)


@do.register
def _(step: told.Withdrawn, case: Case, cases: dict[str, Case]) -> None:
    answer.withdraw(given.original_asker(case), by=step.by, now=step.at)


@do.register
def _(step: told.MilestoneDone, case: Case, cases: dict[str, Case]) -> None:
    milestones.finish_milestone(
        case.milestones.get(ordinal=step.ordinal), by=step.by, note=step.note, now=step.at
    )


@do.register
def _(step: told.PutInTopic, case: Case, cases: dict[str, Case]) -> None:
    topics.put_in_topic([case], topic=step.topic, by=step.by, now=step.at)


# --- compared --------------------------------------------------------------------------------------------------

CHILDREN: list[tuple[type[models.Model], str]] = [
    (CasePrivate, "case"),
    (Asker, "case"),
    (AskerContact, "asker__case"),
    (Reply, "case"),
    (AnswerGiven, "asker__case"),
    (Pause, "case"),
    (Extension, "case"),
    (GiveUpProposal, "case"),
    (Urge, "case"),
    (Escalation, "case"),
    (Milestone, "case"),
]
OWN_IDS = {"id", "case", "asker", "reply", "merged_into", "recurrence_of", "number"}


def plain(row: models.Model) -> dict[str, Any]:
    """A row without the ids that differ from run to run."""
    return {f.name: f.value_from_object(row) for f in row._meta.concrete_fields if f.name not in OWN_IDS}


def picture(cases: list[Case]) -> list[dict[str, Any]]:
    """Everything written about these cases, in a shape that two runs can be compared in."""
    order = {case.pk: place for place, case in enumerate(cases)}
    numbers = {case.number: place for place, case in enumerate(cases)}
    pictures = []
    for case in cases:
        asker_order = {pk: n for n, pk in enumerate(case.askers.order_by("pk").values_list("pk", flat=True))}
        told_events = []
        for event in Event.objects.filter(stream=case.stream).select_related("secret").order_by("number"):
            public = dict(event.public)
            for name in ("number", "into", "merged", "recurrence_of"):
                if public.get(name):
                    public[name] = numbers[public[name]]
            if "asker" in public:
                public["asker"] = asker_order[public["asker"]]
            told_events.append(
                (
                    event.number,
                    event.kind,
                    event.actor_key,
                    event.actor_label,
                    event.occurred_at,
                    event.recorded_at,
                    public,
                    sorted(event.digests),
                    event.secret.texts,
                    event.secret.private,
                )
            )
        rows = {
            model.__name__: [
                plain(row) for row in model._default_manager.filter(**{path: case}).order_by("pk")
            ]
            for model, path in CHILDREN
        }
        pictures.append(
            {
                "case": plain(case),
                "merged_into": order.get(case.merged_into_id),
                "recurrence_of": order.get(case.recurrence_of_id),
                "rows": rows,
                "events": told_events,
            }
        )
    return pictures


def test_the_bulk_path_equals_the_services_on_a_sample(cast: Cast) -> None:
    histories = sample(cast)
    by_services = picture(replay(histories))
    in_bulk = picture([Case.objects.get(pk=case.pk) for case in write(histories)])
    for history, expected, got in zip(histories, by_services, in_bulk, strict=True):
        for part in expected:
            assert got[part] == expected[part], f"{history.key}: {part}"
    assert {case["case"]["status"] for case in in_bulk} >= {
        "registered",
        "rejected",
        "confirmed",
        "unconfirmed",
        "reopened",
        "in_progress",
        "replied",
        "not_solvable",
        "merged",
        "withdrawn",
    }


def test_what_was_written_in_bulk_verifies(cast: Cast) -> None:
    write(sample(cast))
    assert list(problems(Counts())) == []


def test_an_imported_history_is_told_by_the_file_and_never_solved(cast: Cast) -> None:
    (case,) = write(
        [
            History(
                key="old",
                at=T - 300 * DAY,
                by=cast.actor("secretary"),
                text="电梯三个月停了四次。",
                area=cast.community,
                estate=cast.estate,
                source="import",
                case_list="short_term",
                lead_label="青禾物业",
                file_key="old:1",
                recorded_at=T,
                steps=(told.RepliedByFile(at=T - 260 * DAY, text="已更换曳引轮。", author_label="青禾物业"),),
            )
        ]
    )
    assert (case.status, case.is_told_by_file, case.is_on_time) == ("unconfirmed", True, False)
    assert limits.day_of(case.first_due_at) == limits.day_of(T - 270 * DAY)
    events = Event.objects.filter(stream=case.stream)
    assert all(event.told_by_file and event.recorded_at == T for event in events)


@pytest.mark.parametrize("count", [1, 30])
def test_writing_takes_the_same_statements_for_any_number_of_cases(
    cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    histories = [
        History(
            key=str(n),
            at=T + n * HOUR,
            by=cast.actor("resident"),
            text=f"{n}号楼灯不亮。",
            area=cast.community,
            estate=cast.estate,
        )
        for n in range(count)
    ]
    with django_assert_max_num_queries(16):
        write(histories)
