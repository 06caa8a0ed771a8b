"""The meetings' policy in force, its public reasons, and the days that follow from it."""

from __future__ import annotations

from datetime import datetime, timedelta

from huiyin.apps.ledger.limits import reason_said
from huiyin.apps.meetings.models import Meeting
from huiyin.apps.policies.selectors import AdoptedPolicy, policy_on, policy_version
from huiyin.domain.clocks import due_day, end_of_day
from huiyin.domain.errors import RuleBroken
from huiyin.domain.policy_meetings import MeetingsPolicy, RatingRule
from huiyin.language.masking import mask

LONGEST_QUESTION = 300
"""Of a question, on a phone, on a slip or typed in for somebody."""
day_of = due_day
end_of = end_of_day


def adopted(now: datetime) -> AdoptedPolicy[MeetingsPolicy]:
    return policy_on("meetings", day_of(now))


def policy(now: datetime) -> MeetingsPolicy:
    return adopted(now).values


def public_reason(group: str, code: str, note: str, now: datetime) -> str:
    """The sentence of a reason of the policy with the own words, masked, where they are wanted or given."""
    return reason_said(policy(now), group, code, note)[:300]


def own_words(text: str, *, field: str, sentence: str) -> str:
    """A public text that must not be empty, masked."""
    text = mask(text.replace("\x00", "").strip())
    if not text:
        raise RuleBroken(sentence, code=f"{field}.empty", field=field)
    return text


def policy_of(meeting: Meeting) -> MeetingsPolicy:
    """The version stored with the notice, with the plan before it: nobody is judged by what was adopted since."""
    values = policy_version(meeting.policy_version)
    assert isinstance(values, MeetingsPolicy)
    return values


def rating_ends_at(meeting: Meeting, rule: RatingRule) -> datetime:
    """The last moment to rate a closed meeting."""
    assert meeting.closed_at is not None
    return end_of(day_of(meeting.closed_at) + timedelta(days=rule.open_days))
