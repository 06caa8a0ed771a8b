"""A name that masking missed is taken out of a demand list, wherever it stands, also after it became public."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.apps.audit.models import EventSecret
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger.public_texts import public_texts
from huiyin.apps.ledger.services import topics
from huiyin.apps.ledger.services.redact import redact_text
from huiyin.apps.reports.models import Demand
from huiyin.apps.reports.services import demands, redaction
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given
from tests.given_reports import COLLECTING, JANUARY, a_demand_list, a_line
from tests.people import Cast

CLEAN = "车库漏水，（已遮盖）不管。"


def kept(words: str) -> bool:
    return any(words in secret.texts.values() for secret in EventSecret.objects.all())


def test_the_words_of_a_public_line_are_replaced_in_rows_and_events(cast: Cast) -> None:
    line = a_line(a_demand_list(cast, status="sent"))
    old = line.title
    assert kept(old)
    redaction.redact_demand(line, by=cast.by_secretary, title=CLEAN, reason="里面有人名。", now=COLLECTING)
    assert Demand.objects.get(pk=line.pk).title == CLEAN
    assert not kept(old)
    assert list(problems(Counts())) == []


def test_what_one_voice_says_is_replaced_and_the_others_stay(cast: Cast) -> None:
    demand_list = a_demand_list(cast, status="sent")
    voice, other = (a_line(demand_list, place).voices.get() for place in (0, 1))
    redaction.redact_voice(voice, by=cast.by_secretary, text=CLEAN, reason="里面有人名。", now=COLLECTING)
    voice.refresh_from_db()
    assert voice.text == CLEAN
    assert kept(other.text)
    assert not kept("地下车库漏水，车顶都滴白了。")


@pytest.mark.parametrize("name", ["manager", "community_worker", "stranger", "resident"])
def test_only_the_secretary_does_so(cast: Cast, name: str) -> None:
    line = a_line(a_demand_list(cast))
    with pytest.raises(NotPermitted):
        redaction.redact_demand(line, by=cast.actor(name), title=CLEAN, reason="人名。", now=COLLECTING)


def test_it_needs_a_public_reason_and_new_words(cast: Cast) -> None:
    line = a_line(a_demand_list(cast))
    for title, reason, says in ((CLEAN, " ", "为什么遮盖"), ("", "人名。", "换上去的文字")):
        with pytest.raises(RuleBroken, match=says):
            redaction.redact_demand(line, by=cast.by_secretary, title=title, reason=reason, now=COLLECTING)


def test_what_is_redacted_in_the_ledger_goes_from_the_list_too(cast: Cast) -> None:
    topic = topics.open_topic(by=cast.by_secretary, estate=cast.estate, title="楼道照明", now=COLLECTING)
    case = given.a_registered_case(cast, now=COLLECTING - timedelta(days=9))
    topics.put_in_topic([case], topic=topic, by=cast.by_secretary, now=COLLECTING)
    demand_list = demands.open_demand_list(
        estate=cast.estate, by=cast.by_secretary, begins_on=JANUARY, now=COLLECTING
    )
    voice = a_line(demand_list).voices.get()
    case.refresh_from_db()
    title = next(each for each in public_texts(case) if each.words == voice.text)
    redact_text(
        case, by=cast.by_secretary, key=title.key, words="楼道灯不亮。", reason="有人名。", now=COLLECTING
    )
    voice.refresh_from_db()
    assert voice.text == "楼道灯不亮。"
