"""Policy files: what ships is valid and says what domain.md says; what is wrong is named by its key."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from huiyin.domain.access import Role
from huiyin.domain.clocks import Limit, Unit
from huiyin.domain.ledger_rules import CaseList
from huiyin.domain.policy_deadlines import DeadlinesPolicy
from huiyin.domain.policy_reader import Gaps, PolicyInvalid, keys_of
from huiyin.domain.policy_reports import ReportsPolicy
from huiyin.domain.policy_schema import (
    SCHEMAS,
    Policy,
    PolicyFile,
    plain_values,
    read_kept_values,
    read_policy_file,
    read_shipped_files,
    sha256_of,
)
from huiyin.domain.policy_words import CategoriesPolicy, ReasonsPolicy, RetentionPolicy
from tests.domain.calendars import POLICIES

SHIPPED = read_shipped_files(path.read_text(encoding="utf-8") for path in POLICIES.glob("*.toml"))


def text_of(name: str) -> str:
    return (POLICIES / f"{name}.toml").read_text(encoding="utf-8")


def values_of(name: str) -> Policy:
    return read_policy_file(text_of(name)).values


def test_each_policy_ships_with_a_file() -> None:
    assert {file.name for file in SHIPPED} == set(SCHEMAS)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.version)
def test_a_file_reads_the_same_from_what_the_database_keeps(file: PolicyFile) -> None:
    kept = read_kept_values(file.name, file.raw)
    assert kept.values == file.values
    if file is max(SHIPPED, key=lambda each: (each.name == file.name, each.effective_from)):
        assert kept.gaps == Gaps(), "the newest file of a name says everything"
    assert file.version == f"{file.name}@{file.effective_from}"


def test_a_comment_is_no_change_and_a_value_is() -> None:
    text = text_of("deadlines")
    seed = read_policy_file(text)
    assert read_policy_file("# a remark\n" + text).sha256 == seed.sha256
    assert read_policy_file(text.replace("max_count = 2", "max_count = 3")).sha256 != seed.sha256


def test_versions_adopted_before_a_rule_was_added_or_narrowed_still_read() -> None:
    """The seed of 27 November 2026 (6fd2fe7), which every database of that time keeps, and one of a district."""
    text = (Path(__file__).parent / "deadlines_2026-11.toml").read_text(encoding="utf-8")
    raw = plain_values(tomllib.loads(text)["values"])
    assert sha256_of(raw) == "518b1525a3f0760ae2a6cba11b0c1482dab687466f2959951306ef1e8ef5b67f"
    kept = read_kept_values("deadlines", raw)
    assert cast("DeadlinesPolicy", kept.values).asking.cases_a_day == 30
    assert list(kept.gaps.unwritten) == ["values.asking"]
    for every in ("week", "quarter"):
        of_old = {**raw, "bulletin": {"every": every, "due_after_days": 5}}
        assert cast("DeadlinesPolicy", read_kept_values("deadlines", of_old).values).bulletin.every == every
        with pytest.raises(PolicyInvalid, match="应是 month"):
            read_policy_file(text_of("deadlines").replace('every = "month"', f'every = "{every}"'))


def test_a_new_version_has_to_say_what_older_ones_may_leave_to_a_default() -> None:
    text = text_of("meetings-2026-12-01").replace("keep_letters_days = 7\n", "")
    with pytest.raises(PolicyInvalid, match=r"values\.rating\.keep_letters_days：缺少这个键"):
        read_policy_file(text)
    kept = read_kept_values("meetings", tomllib.loads(text)["values"])
    assert kept.values == values_of("meetings-2026-12-01")
    assert list(kept.gaps.unwritten) == ["values.rating.keep_letters_days"]


def test_a_kept_version_may_lack_an_entry_the_software_asks_for_and_have_keys_it_no_longer_does() -> None:
    """The seed of 22 November 2026 (7cf08e9): `access_log`, with a key that went, and no `import_file` yet."""
    rules = [
        {**rule, "code": "access_log", "at_least_days": 183} if rule["code"] == "import_file" else rule
        for rule in tomllib.loads(text_of("retention"))["values"]["rules"]
    ]
    kept = read_kept_values("retention", {"rules": rules})
    assert cast("RetentionPolicy", kept.values).keep_days("import_file") == 90
    assert list(kept.gaps.unwritten) == ["values.rules[import_file]"]
    assert kept.gaps.unused == ["values.rules[2].at_least_days"]
    with pytest.raises(PolicyInvalid, match=r"values\.rules：缺少“import_file”"):
        read_policy_file(text_of("retention").replace('"import_file"', '"access_log"'))


def test_no_key_is_asked_of_versions_adopted_before_it_was_there() -> None:
    """A key that is not in the list needs `Added` and a default: docs/how-to/add-a-key-to-a-policy.md.

    Only a policy or a group of its own brings keys that must be written from its first day.
    """
    first = (Path(__file__).parent / "policy_keys_of_the_first_day.txt").read_text(encoding="utf-8")
    asked = [key.path for name, shape in SCHEMAS.items() for key in keys_of(shape, name) if key.is_asked]
    assert asked == first.splitlines()


def test_the_deadlines_are_those_of_the_mechanism() -> None:
    policy = cast("DeadlinesPolicy", values_of("deadlines"))
    assert policy.limit_for(CaseList.IMMEDIATE) == Limit(3, Unit.WORKING_DAYS)
    assert policy.limit_for(CaseList.SHORT_TERM) == Limit(30, Unit.DAYS)
    assert policy.limit_for(CaseList.LONG_TERM) == Limit(365, Unit.DAYS)
    assert policy.list_rule("long_term").needs_milestones
    assert policy.limit_for() == policy.limit_for(CaseList.SHORT_TERM)
    assert [str(policy.limit_for("immediate", each.code)) for each in policy.urgent] == [
        "2 小时",
        "24 小时",
        "7 天",
        "15 天",
    ]
    assert (
        policy.assignment.within == policy.assignment.new_lead_accepts_within == Limit(1, Unit.WORKING_DAYS)
    )
    assert (policy.pauses.max_days, policy.pauses.max_count) == (7, 2)
    answers = policy.answers
    assert (answers.days_after_delivery, answers.days_after_delivery_by_paper) == (7, 14)
    assert (answers.unconfirmed_days, answers.reopen_confirmed_days) == (90, 14)
    assert (answers.own_reopenings, answers.objection_days) == (3, 15)
    assert policy.extensions.approvers == (Role.SECRETARY, Role.STREET_OFFICER)
    assert policy.extensions.max_count == 2
    assert [(step.full_days_overdue, step.to) for step in policy.escalation.overdue] == [
        (0, Role.SECRETARY),
        (3, Role.STREET_OFFICER),
        (7, Role.DISTRICT_OFFICER),
    ]
    assert policy.escalation.urge_count == 5


def test_every_reason_has_a_sentence_and_says_what_one_can_do() -> None:
    policy = cast("ReasonsPolicy", values_of("reasons"))
    for group in ("rejection", "pause", "extension", "not_solvable", "no_evidence", "hiding"):
        for reason in policy.group(group):
            assert reason.sentence.endswith("。"), reason.code
            assert reason.guidance.endswith("。"), reason.code
    assert policy.reason("rejection", "in_court").sentence.startswith("这件事已经进入诉讼")
    with pytest.raises(KeyError):
        policy.reason("rejection", "never_heard")


def test_there_are_24_categories_with_one_called_other() -> None:
    policy = cast("CategoriesPolicy", values_of("categories"))
    assert len(policy.categories) == len({each.label for each in policy.categories}) == 24
    assert policy.category("other").label == "其他"
    with pytest.raises(KeyError):
        policy.category("never_heard")


def test_contacts_of_closed_cases_are_kept_a_year() -> None:
    policy = cast("RetentionPolicy", values_of("retention"))
    assert policy.keep_days("case_contact") == 365
    with pytest.raises(KeyError):
        policy.keep_days("never_heard")


# (what is changed in the deadlines file, the key that is named, part of the sentence)
FAULTS = [
    ("max_days = 7", "max_days = -7", "values.pauses.max_days", "应在 1 到 3660 之间，现在是 -7"),
    ("max_days = 7", 'max_days = "7"', "values.pauses.max_days", "应是整数"),
    ("max_days = 7", "max_days = true", "values.pauses.max_days", "应是整数"),
    ("max_days = 7", "max_days = 7.5", "values.pauses.max_days", "应是整数"),
    ("max_days = 7", "", "values.pauses.max_days", "缺少这个键"),
    ("max_days = 7", "max_days = 7\nmax_day = 7", "values.pauses.max_day", "没有这个键"),
    ("amount = 3,", "amount = 0,", "values.lists[0].limit", "期限至少是 1"),
    ('unit = "hours"', 'unit = "weeks"', "values.urgent[0].limit.unit", "working_days、days、hours"),
    ('code = "long_term"', 'code = "short_term"', "values.lists[2].code", "“short_term”出现了两次"),
    ('code = "two_hours"', 'code = "Two Hours"', "values.urgent[0].code", "小写英文"),
    ('label = "2 小时内处置"', 'label = "  "', "values.urgent[0].label", "不能空着"),
    ('"secretary", "street_officer"', '"secretary", "mayor"', "values.extensions.approvers[1]", "mayor"),
    ("needs_milestones = true", "needs_milestones = 1", "values.lists[2].needs_milestones", "true 或 false"),
    ("full_days_overdue = 0", "full_days_overdue = 5", "values.escalation.overdue", "从少到多"),
    ('every = "month"', 'every = "quarter"', "values.bulletin.every", "month"),
    ('version = "2026-01-01"', 'version = "first"', "version", "版本号"),
    ("effective_from = 2026-01-01", 'effective_from = "soon"', "effective_from", "日期"),
    ('name = "deadlines"', 'name = "dead_lines"', "name", "没有“dead_lines”这种规则"),
    ("[values.pauses]", "[values.pauses", "TOML", "文件读不懂"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("right", "wrong", "key", "says"), FAULTS, ids=[f"{row[2]} {row[1]}" for row in FAULTS]
)
def test_a_fault_is_named_by_its_key(right: str, wrong: str, key: str, says: str) -> None:
    text = text_of("deadlines")
    assert right in text
    with pytest.raises(PolicyInvalid) as fault:
        read_policy_file(text.replace(right, wrong, 1))
    assert fault.value.key == key
    assert says in str(fault.value)
    assert str(fault.value).startswith(f"{key}：")


def test_a_report_cannot_be_asked_to_answer_in_a_section_it_does_not_have() -> None:
    text = text_of("reports-2026-12-02")
    with pytest.raises(PolicyInvalid, match="没有“waist”这个部分"):
        read_policy_file(text.replace('topics_sections = ["difficulties"', 'topics_sections = ["waist"'))
    elsewhere = text.replace('code = "difficulties"', 'code = "troubles"')
    kept = read_policy_file(elsewhere.replace('["difficulties", "plans"]', '["troubles"]')).values
    assert isinstance(kept, ReportsPolicy)
    assert [each.code for each in kept.answering_sections] == ["troubles"]
    own = replace(kept, topics_sections=("difficulties",))
    assert [each.code for each in own.answering_sections] == ["plans"], "of a version with other sections"


def test_a_file_without_values_or_with_a_missing_list_is_refused() -> None:
    head = text_of("deadlines").split("[values]")[0]
    with pytest.raises(PolicyInvalid, match="values：应是一组键和值"):
        read_policy_file(head)
    body = text_of("deadlines").replace('code = "immediate"', 'code = "long_term"')
    with pytest.raises(PolicyInvalid, match="出现了两次"):
        read_policy_file(body)


def test_an_announced_year_can_be_adopted_before_the_package_knows_it() -> None:
    announced = """
[[values.announced]]
year = 2027
document = "国务院办公厅关于2027年部分节假日安排的通知"
holidays = [2027-01-01, 2027-02-05]
workdays = [2027-02-13]
"""
    policy = read_policy_file(text_of("holidays") + announced).values
    year = policy.announced_years()[2027]  # type: ignore[union-attr]
    assert year.workdays == {date(2027, 2, 13)}
    with pytest.raises(
        PolicyInvalid, match=r"values\.announced\[0\]\.workdays\[0\]：2026-02-13 不在 2027 年"
    ):
        read_policy_file(text_of("holidays") + announced.replace("[2027-02-13]", "[2026-02-13]"))
