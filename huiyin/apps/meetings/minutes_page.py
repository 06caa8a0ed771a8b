"""The minutes and the certificate as pages draw them: the same plain data, its moments read back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from huiyin.apps.meetings.clock_face import clock_time, in_words
from huiyin.apps.meetings.models import CheckIn, Question
from huiyin.domain.question_workflow import DIRECTION_LABELS, LABELS, OUTCOME_LABELS

Content = dict[str, Any]


def moment(told: str) -> datetime | None:
    return parse_datetime(told) if told else None


def day(told: str) -> date | None:
    return parse_date(told) if told else None


def drawn_minutes(content: Content) -> Content:
    """The content for meetings/minutes.html; what it holds besides is left as it is."""
    ways = dict(CheckIn.Way.choices)
    clock = content["clock"]
    names = {each["code"]: each["name"] for each in content["estates"]}
    return {
        **content,
        "open_words": in_words(clock["open_seconds"] or 0),
        "spans": [(moment(opened), moment(closed)) for opened, closed in clock["spans"]],
        "sittings": [
            {**each, "opened_at": moment(each["opened_at"]), "ended_at": moment(each["ended_at"])}
            for each in content["sittings"]
        ],
        "by_way": [(ways[way], count) for way, count in content["attendance"]["by_way"].items()],
        "questions": [drawn_question(each, names) for each in content["questions"]],
        "notes": [
            {**each, "author_label": each["author"], "noted_at": moment(each["at"])}
            for each in content["notes"]
        ],
        "results": [{**each, "due_on": day(each["due_on"])} for each in content["results"]],
    }


def drawn_question(told: Content, names: dict[str, str]) -> Content:
    """A question as it stands in the minutes; where several estates met, with the name of its own."""
    return {
        **told,
        "estate_name": names[told["estate"]] if len(names) > 1 else "",
        "state": _(LABELS[told["status"]]),
        "outcome_label": _(OUTCOME_LABELS[told["outcome"]]) if told["outcome"] else "",
        "way_label": dict(Question.Way.choices)[told["way"]],
        "direction_label": _(DIRECTION_LABELS[told["direction"]]),
    }


def drawn_certificate(told: Content) -> Content:
    return {
        **told,
        "spans": [
            {
                "opened_at": moment(span["opened_at"]),
                "closed_at": moment(span["closed_at"]),
                "time": clock_time(span["seconds"]),
            }
            for span in told["spans"]
        ],
        "open_words": in_words(told["open_seconds"]),
    }
