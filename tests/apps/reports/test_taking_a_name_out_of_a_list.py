"""A name that masking missed is taken out of a demand list, wherever it stands, also after it became public."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from huiyin.apps.audit.models import EventSecret
from huiyin.apps.audit.selectors import history_of
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.public_texts import public_texts
from huiyin.apps.ledger.services import topics
from huiyin.apps.ledger.services.redact import redact_text
from huiyin.apps.reports.models import Demand, DemandList, DemandVoice
from huiyin.apps.reports.services import demands, redaction, voices
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given
from tests.given_reports import COLLECTING, JANUARY, a_demand_list, a_line
from tests.people import Cast, sign_in

NAME = "祁望舒"
WHY = "里面有居民的姓名。"
PAGE = "/estates/yunshanli/demands"


def a_list_with_a_name(cast: Cast, *, status: str = "sent") -> DemandList:
    """One line names somebody, and so do two voices and the reason why another line was left out."""
    by = cast.by_secretary
    made = a_demand_list(cast)
    line = voices.add_voice(
        made, by=cast.by_resident, source="qr", text=f"{NAME}家漏水。", now=COLLECTING
    ).demand
    voices.add_voice(
        made, by=cast.by_neighbour, source="qr", text=f"对，{NAME}家。", demand=line, now=COLLECTING
    )
    demands.set_aside(
        a_line(made), reason_code="not_property_service", words=f"{NAME}说过了。", by=by, now=COLLECTING
    )
    for step in {"open": (), "sent": (demands.confirm, demands.send)}[status]:
        made = step(made, by=by, now=COLLECTING)
    return made


def covered(cast: Cast, demand_list: DemandList, **said: str) -> DemandList:
    told = {"words": NAME, "reason": WHY, **said}
    return redaction.redact_list(demand_list, **told, by=cast.by_secretary, now=COLLECTING)


def everything_kept() -> str:
    rows = (Demand.objects.values_list("title", "set_aside_words"), DemandVoice.objects.values_list("text"))
    return f"{[list(each) for each in rows]}{list(EventSecret.objects.values_list('texts', flat=True))}"


def test_the_words_go_from_lines_voices_reasons_and_events_and_the_counts_stay(cast: Cast) -> None:
    made = a_list_with_a_name(cast)
    before = list(made.demands.values_list("rank", "household_count", "voice_count"))
    assert NAME in everything_kept()
    covered(cast, made)
    assert NAME not in everything_kept()
    assert Demand.objects.filter(title__contains="（已遮盖）家漏水").exists()
    assert list(made.demands.values_list("rank", "household_count", "voice_count")) == before
    event = history_of(made.stream)[-1]
    assert event.kind == "reports.demand_list_redacted"
    assert (len(event.public["demands"]), len(event.public["voices"])) == (2, 2)
    assert list(problems(Counts())) == []


def test_what_others_said_stays_as_it_is(cast: Cast) -> None:
    made = a_list_with_a_name(cast)
    other = a_line(made, 1).voices.get().text
    covered(cast, made)
    assert a_line(made, 1).voices.get().text == other
    assert any(other in secret.texts.values() for secret in EventSecret.objects.all())


def test_a_case_that_was_registered_from_a_line_is_covered_with_it(cast: Cast) -> None:
    made = a_list_with_a_name(cast, status="open")
    line = Demand.objects.get(title__contains=NAME)
    case = demands.register_demand_case(line, by=cast.by_secretary, now=COLLECTING)
    covered(cast, made)
    case.refresh_from_db()
    assert NAME not in f"{case.title}{case.text}"
    assert history_of(made.stream)[-1].public["cases"] == [case.number]
    assert list(problems(Counts())) == []


def test_a_case_a_line_was_filled_from_is_covered_with_it(cast: Cast) -> None:
    topic = topics.open_topic(by=cast.by_secretary, estate=cast.estate, title="楼道照明", now=COLLECTING)
    case = given.a_registered_case(cast, now=COLLECTING - timedelta(days=9))
    topics.put_in_topic([case], topic=topic, by=cast.by_secretary, now=COLLECTING)
    made = demands.open_demand_list(
        estate=cast.estate, by=cast.by_secretary, begins_on=JANUARY, now=COLLECTING
    )
    words = a_line(made).voices.get().text[:4]
    covered(cast, made, words=words)
    case.refresh_from_db()
    assert words not in f"{case.title}{case.text}"
    assert a_line(made).voices.get().text == case.title


@pytest.mark.parametrize("name", ["manager", "community_worker", "stranger", "resident"])
def test_only_the_secretary_does_so(cast: Cast, name: str) -> None:
    made = a_list_with_a_name(cast)
    with pytest.raises(NotPermitted):
        redaction.redact_list(made, by=cast.actor(name), words=NAME, reason=WHY, now=COLLECTING)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"words": "祁"}, "至少两个"),
        ({"words": "没有这个人"}, "没有找到这些字"),
        ({"reason": " "}, "为什么遮盖"),
        ({"reason": f"有{NAME}的名字"}, "不能再有要遮盖的字"),
        ({"replacement": ""}, "换上去的文字"),
    ],
)
def test_it_needs_words_that_stand_there_and_a_public_reason(
    cast: Cast, said: dict[str, str], sentence: str
) -> None:
    made = a_list_with_a_name(cast)
    with pytest.raises(RuleBroken, match=sentence):
        covered(cast, made, **said)
    assert NAME in everything_kept()


def test_the_secretary_covers_on_the_page_of_the_list_and_everybody_reads_that_it_was_done(
    cast: Cast,
) -> None:
    made = a_list_with_a_name(cast)
    url = f"/desk/demands/{made.pk}"
    secretary, manager = (sign_in(Client(), person) for person in (cast.secretary, cast.manager))
    assert "遮盖文字" in secretary.get(url).text
    assert NAME in manager.get(url).text
    assert "遮盖文字" not in manager.get(url).text
    told = {"words": NAME, "replacement": "（已遮盖）", "reason": WHY}
    for person in (cast.manager, cast.community_worker):
        assert sign_in(Client(), person).post(f"{url}/redact", told).status_code == 404
    failed = secretary.post(f"{url}/redact", {**told, "words": "没有这个人"})
    assert failed.status_code == 422
    assert "没有找到这些字" in failed.text
    assert secretary.post(f"{url}/redact", told).status_code == 303
    for page in (Client().get(PAGE).text, manager.get(url).text):
        assert NAME not in page
        assert WHY in page


def test_what_is_redacted_in_the_ledger_goes_from_the_list_too(cast: Cast) -> None:
    topic = topics.open_topic(by=cast.by_secretary, estate=cast.estate, title="楼道照明", now=COLLECTING)
    case = given.a_registered_case(cast, now=COLLECTING - timedelta(days=9))
    topics.put_in_topic([case], topic=topic, by=cast.by_secretary, now=COLLECTING)
    demand_list = demands.open_demand_list(
        estate=cast.estate, by=cast.by_secretary, begins_on=JANUARY, now=COLLECTING
    )
    voice = a_line(demand_list).voices.get()
    case = Case.objects.get(pk=case.pk)
    title = next(each for each in public_texts(case) if each.words == voice.text)
    redact_text(
        case, by=cast.by_secretary, key=title.key, words="楼道灯不亮。", reason="有人名。", now=COLLECTING
    )
    voice.refresh_from_db()
    assert voice.text == "楼道灯不亮。"
