"""What should not have been said is taken out wherever it stands, nothing else with it; the chain still verifies."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import models
from django.test import Client

from huiyin.apps.audit.anchoring import make_anchor
from huiyin.apps.audit.models import Event, EventSecret
from huiyin.apps.ledger.models import Bulletin, Case, Topic
from huiyin.apps.ledger.public_texts import COLUMNS, TABLES, PublicText, public_texts
from huiyin.apps.ledger.services import (
    answer,
    askers,
    assign,
    bulletins,
    extension,
    giving_up,
    lead,
    merge,
    milestones,
    redact,
    register,
    reply,
    topics,
)
from huiyin.apps.people.services import erase_person
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.services import messages_for
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now as clock
from tests import given
from tests.people import Cast, sign_in

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# A nickname no masking knows: what only a person sees is a name.
NAME = "三楼的胖婶"
SAID = f"{NAME}家漏水，好几天了，楼道也湿。"
NEW = "三楼一户漏水，好几天了，楼道也湿。"


def text_of(case: Case, what: str) -> PublicText:
    return next(each for each in public_texts(Case.objects.get(pk=case.pk)) if each.what == what)


def take_out(cast: Cast, case: Case, what: str, words: str = "（已遮盖）", **more: Any) -> Case:
    key = text_of(case, what).key
    return redact.redact_text(case, by=cast.by_secretary, key=key, words=words, reason="有人的外号。", **more)


def everything_kept(stream: str) -> str:
    secrets = EventSecret.objects.filter(event__stream=stream).order_by("event__number")
    return " ".join(str(secret.texts) for secret in secrets)


def replied(cast: Cast, **changes: Any) -> Case:
    return given.a_case(cast, status="replied", **changes)


# --- each public text -------------------------------------------------------------------------------------


def in_the_question(cast: Cast) -> Case:
    return given.a_case(cast, status="in_progress", text=f"楼道灯不亮。{NAME}看见的。")


def in_the_title(cast: Cast) -> Case:
    return given.a_case(cast, status="in_progress", text=f"{NAME}家漏水。")


def in_the_place_and_the_nickname(cast: Cast) -> Case:
    return given.a_registered_case(cast, building=NAME, nickname=NAME)


def in_the_rejection(cast: Cast) -> Case:
    case = given.a_registered_case(cast)
    code = given.a_rejection_code(given.A_MONDAY)
    return assign.reject(
        case, by=cast.by_secretary, reason_code=code, note=f"{NAME}自己装的。", now=given.A_MONDAY
    )


def in_the_reply(cast: Cast) -> Case:
    case = given.a_case(cast, status="in_progress")
    said = f"已经修好，请{NAME}不要再动阀门。"
    reply.reply(case, by=cast.by_manager, text=said, no_evidence_reason=f"{NAME}不让拍。")
    return case


def in_the_answer(cast: Cast) -> Case:
    case = replied(cast)
    return answer.answer(
        given.original_asker(case),
        by=cast.by_resident,
        answer="not_solved",
        comment=f"{NAME}家还在漏。",
        now=given.A_MONDAY + DAY,
    )


def in_the_objection(cast: Cast) -> Case:
    case = given.a_case(cast, status="rejected")
    raised = askers.object_to_outcome(
        given.original_asker(case),
        by=cast.by_resident,
        text=f"{NAME}可以作证。",
        now=given.A_MONDAY + 2 * HOUR,
    )
    return askers.decide_objection(
        raised,
        by=cast.by_street_officer,
        uphold=True,
        reason=f"问过{NAME}了。",
        now=given.A_MONDAY + 3 * HOUR,
    )


def in_the_extension(cast: Cast) -> Case:
    case = given.a_case(cast, status="in_progress")
    for number in (10, 20):
        asked = extension.ask_extension(
            case,
            by=cast.by_manager,
            due_on=(case.due_at + number * DAY).date(),
            reason=f"等{NAME}回来开门。",
            now=given.A_MONDAY + DAY,
        )
        extension.decide_extension(
            asked,
            by=cast.by_secretary,
            approve=number == 20,
            refusal_reason=f"{NAME}在家。",
            now=given.A_MONDAY + DAY,
        )
    return case


def in_the_giving_up(cast: Cast) -> Case:
    case = given.a_case(cast, status="in_progress")
    for agree in (False, True):
        asked = giving_up.propose_giving_up(
            case,
            by=cast.by_manager,
            reason=f"是{NAME}自家的管子。",
            responsible_instead=NAME,
            now=given.A_MONDAY + DAY,
        )
        giving_up.decide_giving_up(
            asked, by=cast.by_secretary, agree=agree, reason=f"{NAME}不同意。", now=given.A_MONDAY + DAY
        )
    return case


def in_the_reason_of_a_handover(cast: Cast) -> Case:
    case = given.a_case(cast, status="in_progress")
    to = assign.Lead.of_area(cast.community)
    lead.propose_lead(case, by=cast.by_manager, lead=to, reason=f"归{NAME}管。", now=given.A_MONDAY)
    return case


def in_what_was_asked(cast: Cast) -> Case:
    case = given.a_case(cast, status="in_progress")
    lead.ask_asker(case, by=cast.by_manager, what_is_missing=f"是{NAME}家吗？", now=given.A_MONDAY + DAY)
    lead.resume(case, by=cast.by_resident, addition=f"就是{NAME}家。", now=given.A_MONDAY + DAY)
    return case


def in_the_steps(cast: Cast) -> Case:
    case = given.a_registered_case(cast)
    last = given.A_MONDAY.date() + 60 * DAY
    steps = [assign.Step(f"请{NAME}签字", last), assign.Step("施工", last)]
    assign.assign(
        case,
        by=cast.by_secretary,
        case_list="long_term",
        lead=assign.Lead.company(cast.engagement),
        milestones=steps,
        now=given.A_MONDAY,
    )
    first = case.milestones.get(ordinal=1)
    milestones.move_milestone(
        first, by=cast.by_manager, due_on=last, reason=f"{NAME}出门了。", now=given.A_MONDAY
    )
    milestones.finish_milestone(first, by=cast.by_manager, note=f"{NAME}签了。", now=given.A_MONDAY)
    return case


def in_the_unmerging(cast: Cast) -> Case:
    case = given.a_case(cast, status="merged")
    return merge.unmerge(case, by=cast.by_secretary, reason=f"{NAME}说的是另一件。", now=given.A_MONDAY + DAY)


def in_the_reopening(cast: Cast) -> Case:
    case = given.a_case(cast, status="reopen_requested")
    return answer.decide_reopening(
        case, by=cast.by_secretary, grant=True, reason=f"看过{NAME}家。", now=given.A_MONDAY + 9 * DAY
    )


def in_the_topic(cast: Cast) -> Case:
    case = given.a_registered_case(cast)
    topic = topics.open_topic(by=cast.by_secretary, estate=cast.estate, title=f"{NAME}家漏水")
    topics.put_in_topic([case], topic=topic, by=cast.by_secretary)
    return case


PLACES = (
    in_the_question,
    in_the_title,
    in_the_place_and_the_nickname,
    in_the_rejection,
    in_the_reply,
    in_the_answer,
    in_the_objection,
    in_the_extension,
    in_the_giving_up,
    in_the_reason_of_a_handover,
    in_what_was_asked,
    in_the_steps,
    in_the_unmerging,
    in_the_reopening,
    in_the_topic,
)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_a_name_is_taken_out_wherever_it_stands_in_public(
    cast: Cast, client: Client, place: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    case = place(cast)
    sign_in(client, cast.secretary)
    assert NAME in client.get(f"/desk/cases/{case.number}/texts").text
    for _ in range(12):
        holding = [each for each in public_texts(Case.objects.get(pk=case.pk)) if NAME in each.words]
        if not holding:
            break
        redact.redact_text(
            case,
            by=cast.by_secretary,
            key=holding[0].key,
            words=holding[0].words.replace(NAME, "一位邻居"),
            reason="有人的外号。",
        )
    for address in (
        f"/cases/{case.number}",
        f"/desk/cases/{case.number}",
        f"/desk/cases/{case.number}/texts",
    ):
        page = client.get(address).text
        assert NAME not in page, address
        assert "一位邻居" in page
    for stream in (case.stream, f"estate/{cast.estate.code}"):
        assert NAME not in everything_kept(stream)
    call_command("verify")
    assert "没有发现改动" in capsys.readouterr().out


NOT_SHOWN_AS_WRITTEN = {
    # Codes, keys, numbers, and the names of offices.
    "case": "number origin_label origin_key idempotency_key file_key place_path lead_path category urgency"
    " policy_version",
    "reply": "author_key author_label",
    "answer": "record_note entered_by_key",
    "objection": "decided_by_label",
    "extension": "new_list asked_by_label decided_by_label",
    "give_up": "proposed_by_label",
    "lead_proposal": "lead_kind lead_path proposed_by_key",
    "topic": "category made_by_key",
}


def test_every_column_somebody_writes_in_freely_stands_in_the_table(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    for table, read in TABLES.items():
        written = {
            field.name
            for field in read(case).model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        }
        known = {column for name, column in COLUMNS if name == table}
        assert written - known == set(NOT_SHOWN_AS_WRITTEN.get(table, "").split()), table


# --- precisely --------------------------------------------------------------------------------------------


def test_the_rest_of_what_was_said_stays_and_the_replacement_stands_in_its_place(
    cast: Cast, client: Client
) -> None:
    case = in_the_answer(cast)
    take_out(cast, case, "answer.comment", "楼上还在漏。")
    page = client.get(f"/cases/{case.number}").text
    assert "提问人说：未解决" in page
    assert "楼上还在漏。" in page
    assert "社区遮盖了提问人的回答里的部分文字" in page
    assert "有人的外号。" in page
    told = Event.objects.filter(stream=case.stream).select_related("secret")
    assert told.get(kind="ledger.case_replied").secret.texts["text"] == given.GOOD_REPLY
    word = told.get(kind="ledger.asker_answered")
    assert word.secret.erased_at is None
    assert sorted(word.secret.salts) == ["actor", "private"], "only the word itself lost what vouches for it"


def test_a_text_is_redacted_a_second_time_and_the_page_reads_the_last_words(
    cast: Cast, client: Client
) -> None:
    case = in_the_answer(cast)
    take_out(cast, case, "answer.comment", "老赵家还在漏。")
    take_out(cast, case, "answer.comment", "楼上还在漏。")
    page = client.get(f"/cases/{case.number}").text
    assert "楼上还在漏。" in page
    assert "老赵" not in page + everything_kept(case.stream)
    call_command("verify")


def added(cast: Cast, case: Case, words: str) -> Case:
    """What the asker said when the lead asked."""
    lead.ask_asker(case, by=cast.by_manager, what_is_missing="请说明是几层。", now=given.A_MONDAY + DAY)
    return lead.resume(case, by=cast.by_resident, addition=words, now=given.A_MONDAY + DAY)


def test_the_question_and_what_was_added_are_texts_of_their_own(cast: Cast, client: Client) -> None:
    case = in_the_question(cast)
    added(cast, case, f"就是{NAME}家。")
    take_out(cast, case, "case.text", "楼道灯不亮。邻居看见的。")
    assert Case.objects.get(pk=case.pk).text == f"楼道灯不亮。邻居看见的。{register.ADDED}就是{NAME}家。"
    case = take_out(cast, case, "case.addition", "就是三楼一户。")
    assert case.text == f"楼道灯不亮。邻居看见的。{register.ADDED}就是三楼一户。"
    assert NAME not in everything_kept(case.stream)
    assert not Case.objects.filter(search=NAME, pk=case.pk).exists()
    page = client.get(f"/cases/{case.number}").text
    assert page.count("就是三楼一户。") == 2, "in the text and in the history"
    assert "社区遮盖了补充里的部分文字" in page
    call_command("verify")


def test_words_of_a_first_redaction_go_with_a_second_one_although_something_was_added_between(
    cast: Cast, client: Client
) -> None:
    case = in_the_question(cast)
    take_out(cast, case, "case.text", "楼道灯不亮。老赵看见的。")
    added(cast, case, "是三层和四层。")
    case = take_out(cast, case, "case.text", "楼道灯不亮。邻居看见的。")
    assert case.text == f"楼道灯不亮。邻居看见的。{register.ADDED}是三层和四层。"
    assert "老赵" not in everything_kept(case.stream) + client.get(f"/cases/{case.number}/history.json").text
    call_command("verify")


def test_what_follows_an_addition_that_looks_like_two_stays_in_its_place(cast: Cast) -> None:
    case = in_the_question(cast)
    case = added(cast, case, f"是三层。{register.ADDED}{NAME}也看见了。")
    case = take_out(cast, case, "case.addition", "是三层。")
    assert case.text == f"楼道灯不亮。{NAME}看见的。{register.ADDED}是三层。"


def test_a_topic_is_renamed_where_another_case_took_a_name_out_before(cast: Cast, client: Client) -> None:
    first = in_the_topic(cast)
    second = given.a_registered_case(cast)
    topics.put_in_topic([second], topic=Topic.objects.get(), by=cast.by_secretary)
    take_out(cast, first, "topic.title", "老赵家漏水")
    take_out(cast, second, "topic.title", "三楼漏水")
    kept = "".join(map(everything_kept, (first.stream, second.stream, f"estate/{cast.estate.code}")))
    assert "老赵" not in kept + client.get(f"/cases/{first.number}/history.json").text
    assert Topic.objects.get().title == "三楼漏水"


def test_a_text_longer_than_anybody_may_write_can_be_redacted(cast: Cast) -> None:
    case = given.a_registered_case(cast, text=f"{NAME}。" + "灯" * (register.LONGEST_TEXT - 6))
    Case.objects.filter(pk=case.pk).update(text=case.text * 2)
    new = Case.objects.get(pk=case.pk).text.replace(NAME, "一位邻居")
    assert len(new) > register.LONGEST_TEXT
    assert take_out(cast, case, "case.text", new).text == new
    with pytest.raises(RuleBroken) as refused:
        take_out(cast, case, "case.text", new + "灯")
    assert refused.value.code == "redact.long"


def test_the_address_of_a_text_tells_nothing_to_who_guesses_its_words(cast: Cast, settings: Any) -> None:
    case = in_the_question(cast)
    known = text_of(case, "case.text").key
    settings.SECRET_KEY = "the secret of another site"
    assert text_of(case, "case.text").key != known


def test_issued_bulletins_and_messages_lose_the_name_too(cast: Cast) -> None:
    case = given.a_registered_case(cast, text=SAID)
    for number, step in enumerate(("assign", "start", "reply"), 1):
        given._STEPS[step](cast, case, given.A_MONDAY + number * HOUR)
    made = messages_for(Event.objects.get(stream=case.stream, kind="ledger.case_replied"))
    assert NAME in made[0].body
    july = given.A_MONDAY + 30 * DAY
    bulletins.open_bulletins(now=july)
    bulletins.issue_bulletin(Bulletin.objects.get(), by=cast.by_secretary, now=july)
    assert NAME in str(Bulletin.objects.get().lines)
    take_out(cast, case, "case.title", "三楼漏水")
    assert NAME not in str(Bulletin.objects.get().lines)
    bodies = list(Message.objects.values_list("body", flat=True))
    assert bodies
    assert NAME not in "".join(bodies)
    assert all("“三楼漏水”" in body for body in bodies)


def test_messages_of_a_merge_lose_the_name_of_the_case_that_was_merged(cast: Cast) -> None:
    original = replied(cast)
    merged = given.a_registered_case(cast, text=SAID, person=cast.neighbour)
    merge.merge(merged, into=original, by=cast.by_secretary, now=given.A_MONDAY + DAY)
    made = messages_for(Event.objects.get(stream=merged.stream, kind="ledger.case_merged"))
    assert all(NAME in message.body and message.case == original for message in made)
    take_out(cast, merged, "case.title", "三楼漏水")
    bodies = list(Message.objects.filter(asker__case=merged).values_list("body", flat=True))
    assert len(bodies) == len(made) > 0
    assert all(body.startswith(f"您反映的“三楼漏水”（{merged.number}）") for body in bodies)


def test_the_same_words_of_two_askers_are_two_texts(cast: Cast) -> None:
    case = replied(cast)
    joined = askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    for asker, by in ((given.original_asker(case), cast.by_resident), (joined, cast.by_neighbour)):
        answer.answer(
            asker, by=by, answer="cannot_tell", comment=f"问{NAME}。", now=given.A_MONDAY + 4 * HOUR
        )
    take_out(cast, case, "answer.comment", "问邻居。")
    kept = everything_kept(case.stream)
    assert kept.count(f"问{NAME}。") == 1
    # Forgetting the one whose word was replaced takes the replacement, and leaves the other's.
    erase_person(person=cast.resident, by=cast.by_resident)
    kept = everything_kept(case.stream)
    assert "问邻居。" not in kept
    assert f"问{NAME}。" in kept
    call_command("verify")


def test_a_person_named_as_the_department_is_taken_out_of_case_and_handover(cast: Cast) -> None:
    case, to = given.a_case(cast, status="in_progress"), assign.Lead.department(NAME)
    offered = lead.propose_lead(case, by=cast.by_manager, lead=to, reason="归他管。", now=given.A_MONDAY)
    late = offered.accept_until + HOUR
    lead.decide_lead(offered, by=cast.by_secretary, accept=True, now=late)
    case = take_out(cast, case, "case.lead_label", "区供电公司")
    offered.refresh_from_db()
    assert (case.lead_label, offered.lead_label) == ("区供电公司", "区供电公司")
    company = given.a_case(cast, status="assigned")
    assert "case.lead_label" not in [each.what for each in public_texts(company)], "nobody's words"


# --- refusals ---------------------------------------------------------------------------------------------


def test_only_the_secretary_takes_words_out(cast: Cast) -> None:
    case = in_the_reply(cast)
    key = text_of(case, "reply.text").key
    for name in ("manager", "community_worker", "street_officer", "resident", "stranger"):
        with pytest.raises(NotPermitted):
            redact.redact_text(case, by=cast.actor(name), key=key, words="好。", reason="外号。")


@pytest.mark.parametrize(
    ("words", "reason", "code"),
    [
        ("（已遮盖）", " ", "redact.no_reason"),
        (" ", "有外号。", "redact.no_words"),
        (f"已经修好，请{NAME}不要再动阀门。", "有外号。", "redact.same"),
        ("好" * 3001, "有外号。", "redact.long"),
    ],
)
def test_what_is_refused(cast: Cast, words: str, reason: str, code: str) -> None:
    case = in_the_reply(cast)
    key = text_of(case, "reply.text").key
    with pytest.raises(RuleBroken) as refused:
        redact.redact_text(case, by=cast.by_secretary, key=key, words=words, reason=reason)
    assert refused.value.code == code
    assert NAME in case.replies.get().text


def test_words_that_changed_meanwhile_are_not_overwritten(cast: Cast) -> None:
    case = in_the_reply(cast)
    key = text_of(case, "reply.text").key
    take_out(cast, case, "reply.text", "已经修好，请不要再动阀门。")
    with pytest.raises(RuleBroken, match="刚刚有了变化"):
        redact.redact_text(case, by=cast.by_secretary, key=key, words="别的。", reason="有外号。")


def test_a_topic_does_not_take_the_name_of_another(cast: Cast) -> None:
    case = in_the_topic(cast)
    topics.open_topic(by=cast.by_secretary, estate=cast.estate, title="漏水")
    with pytest.raises(RuleBroken, match="同名"):
        take_out(cast, case, "topic.title", "漏水")
    assert Topic.objects.count() == 2


# --- the page ---------------------------------------------------------------------------------------------


def test_a_refused_redaction_keeps_what_was_written(cast: Cast, client: Client) -> None:
    case = in_the_reply(cast)
    key = text_of(case, "reply.text").key
    sign_in(client, cast.secretary)
    page = client.get(f"/desk/cases/{case.number}/texts/{key}").text
    assert page.count(NAME) >= 2, "the words to begin with are those that stand there"
    refused = client.post(
        f"/desk/cases/{case.number}/texts/{key}", {"words": "已经修好，请邻居不要再动阀门。", "reason": ""}
    )
    assert refused.status_code == 422
    assert "请邻居不要再动阀门" in refused.text
    done = client.post(
        f"/desk/cases/{case.number}/texts/{key}",
        {"words": "已经修好，请邻居不要再动阀门。", "reason": "有外号。"},
        follow=True,
    )
    assert "请邻居不要再动阀门" in done.text
    gone = client.get(f"/desk/cases/{case.number}/texts/{key}", follow=True)
    assert "请再选一次" in gone.text


def test_a_text_of_several_lines_sent_back_unchanged_by_a_browser_is_refused(
    cast: Cast, client: Client
) -> None:
    case = given.a_registered_case(cast, text=f"楼道灯不亮。\n{NAME}看见的。")
    key = text_of(case, "case.text").key
    sign_in(client, cast.secretary)
    address = f"/desk/cases/{case.number}/texts/{key}"
    said = {"words": case.text.replace("\n", "\r\n"), "reason": "有外号。"}
    refused = client.post(address, said)
    assert refused.status_code == 422
    assert "文字没有变" in refused.text
    client.post(address, said | {"words": said["words"].replace(NAME, "邻居")})
    assert Case.objects.get(pk=case.pk).text == "楼道灯不亮。\n邻居看见的。"


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_list_of_texts_costs_the_same_however_long(
    cast: Cast, client: Client, rounds: int, django_assert_max_num_queries: Any
) -> None:
    case = given.a_case(cast, status="in_progress")
    for number in range(1, rounds + 1):
        given._reply(cast, case, given.A_MONDAY + number * DAY)
        given._say("not_solved")(cast, case, given.A_MONDAY + number * DAY + HOUR)
    sign_in(client, cast.secretary)
    client.get(f"/desk/cases/{case.number}/texts")
    with django_assert_max_num_queries(22):
        client.get(f"/desk/cases/{case.number}/texts")


def test_a_citizen_who_kept_an_anchor_finds_the_redacted_case_whole(
    cast: Cast, client: Client, tmp_path: Path
) -> None:
    case = in_the_reply(cast)
    before = make_anchor(clock().date() - DAY, now=clock())
    take_out(cast, case, "reply.text", "已经修好，请不要再动阀门。", now=clock())
    day = make_anchor(clock().date(), now=clock()).day.isoformat()
    names = []
    for url in (f"/cases/{case.number}/history.json", "/verify/anchors.json", f"/verify/heads/{day}.json"):
        response = client.get(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        names.append(url.replace("/", "_"))
        (tmp_path / names[-1]).write_bytes(body)
    history = json.loads((tmp_path / names[0]).read_text(encoding="utf-8"))
    opened = [text["text"] for texts in history["open_texts"].values() for text in texts.values()]
    assert opened == ["已经修好，请不要再动阀门。"], "the new words can be checked, the old ones are gone"
    script = finders.find("verify/huiyin_check.py")
    done = subprocess.run(
        [sys.executable, "-I", str(script), *names, "--anchor", f"{before.day}={before.short_code}"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
