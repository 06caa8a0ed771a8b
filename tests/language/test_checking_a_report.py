"""What the report check says of a company's sentences."""

from __future__ import annotations

import tomllib
from math import exp
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language import CheckPolicy, Severity, check, label_sentences, labelling
from huiyin.language.checks_reference import reference
from huiyin.language.features import Features, ngram_ids
from huiyin.language.figures import patterns, word_lists
from huiyin.language.labelling import LABELS, NEEDS_WORK
from huiyin.language.lexicons import DATA
from huiyin.language.pairs import swapped
from huiyin.language.rules import Rule, shipped_rules
from tests.costs import assert_grows_with_length

EXAMPLES = tomllib.loads((DATA / "examples.toml").read_text(encoding="utf-8"))


def rule_ids(text: str) -> set[str]:
    return {finding.rule_id for finding in check(text)}


def words(text: str) -> set[str]:
    return {text[finding.start : finding.end] for finding in check(text)}


@pytest.mark.parametrize("rule", shipped_rules(), ids=lambda rule: rule.id)
def test_each_rule_finds_its_bad_example_and_leaves_its_good_one(rule: Rule) -> None:
    assert rule.id in rule_ids(rule.bad)
    assert check(rule.good) == []


@pytest.mark.parametrize("label", LABELS)
def test_invented_sentences_get_their_label(label: str) -> None:
    said = [label_sentences(text)[0].label for text in EXAMPLES[label]]
    assert said.count(label) >= 0.9 * len(said)


def test_what_is_accepted_has_no_finding_and_what_needs_work_has_one() -> None:
    for label, texts in EXAMPLES.items():
        for text in texts:
            found = {finding.label for finding in check(text) if finding.label in NEEDS_WORK}
            said = label_sentences(text)[0].label
            assert found == ({said} if said in NEEDS_WORK else set()), (label, text)


def test_what_boasts_only_in_a_residents_words_is_asked_about_and_not_stopped() -> None:
    """With a boast of the writer's own beside it, it is stopped."""
    (asked,) = check("居民说“从未发生过任何安全事故”。")
    assert asked.severity is Severity.WARNING
    (stopped,) = check("居民说“服务一流”，我们从未发生过任何安全事故。")
    assert (stopped.rule_id, stopped.severity) == ("R-EXAG-01", Severity.ERROR)
    assert check("从未发生过任何安全事故。")[0].severity is Severity.ERROR


def test_a_neighbours_own_affair_is_an_evasion() -> None:
    """Not the sentence that is among the examples."""
    assert "R-EVADE-02" in rule_ids("邻居在走廊放鞋柜属于个人行为，物业无权干涉。")


@pytest.mark.parametrize(
    "text",
    [
        "业主反映“物业从来没有打扫过楼道”的问题，5 月 6 日已安排 2 人清扫。",
        "根据《北京市高度重视物业管理条例》第七十条，物业服务人应当公示服务信息。",
        "标杆国际小区位于育新路西侧。",
        "# 一流的服务团队",
        "一、高度重视安全工作",
        "| 项目 | 次数 |\n|---|---|\n| 电梯维保 | 96 |",
        "服务中心电话 010-62345678，办公时间为每天 8 时至 20 时。",
        "> 居民来信：希望你们世界一流。\n> 我们高度重视，将积极研究。",
        "6 月收回问卷 512 份，满意 371 份，没有达到 100%。",
        "",
        "\n\n",
        "……",
    ],
)
def test_quotations_titles_names_headings_and_tables_are_not_held_against_the_writer(text: str) -> None:
    assert [finding for finding in check(text) if finding.label in NEEDS_WORK] == []


@pytest.mark.parametrize(
    "text", ["我们高度重视消防工作。", "我们高​度重视消防工作。", "我们高度重视消防工作．"]
)
def test_invisible_characters_and_width_make_no_difference(text: str) -> None:
    assert "R-VAGUE-01" in rule_ids(text)


def test_a_list_is_read_item_by_item() -> None:
    text = "1. 业主一致好评。\n2. 5 月 12 日更换 2 号楼水泵 1 台。\n3. 今后坚决杜绝高空抛物。"
    labels = [sentence.label for sentence in label_sentences(text)]
    assert labels == ["exaggerated", "specific", "plan_vague"]


def test_chinese_numerals_count_like_figures() -> None:
    for text in ("上半年清洗水箱六个，更换水泵两台。", "上半年清洗水箱 6 个，更换水泵 2 台。"):
        assert label_sentences(text)[0].label == "specific"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026 年上半年，电梯维保完成 96，费用 3 万元。", {"96"}),
        ("2026 年上半年，电梯维保完成 96 次。", set()),
        ("2026 年上半年支出合计 53.5 万元，更换灯具 1.2 万盏。", set()),
        ("5 月 3 日 18:30 在 3 号楼 502 召开会议。", set()),
        ("详见京建发〔2019〕217 号文件和附件 3。", set()),
        ("服务热线 96310，2 单元门禁型号 X-200。", set()),
        ("本期绿化补种 300。", {"300"}),
        ("2026 年收缴率 95。", {"95"}),
        ("2026 年收缴率 95%，补种 300 株。", set()),
        ("> 2026 年上半年，电梯维保完成 96。", set()),
    ],
)
def test_a_figure_that_counts_needs_a_unit(text: str, found: set[str]) -> None:
    assert {text[f.start : f.end] for f in check(text) if f.label == "number_without_unit"} == found


@pytest.mark.parametrize("name", word_lists())
def test_each_list_of_words_around_a_figure_finds_its_examples_and_passes_the_others(name: str) -> None:
    pattern, each = getattr(patterns(), name), word_lists()[name]
    asked = pattern.match if name.endswith("_after") else pattern.search
    assert all(asked(text) for text in each.finds)
    assert not any(asked(text) for text in each.passes)


def test_a_count_needs_a_period_unless_the_report_has_said_it() -> None:
    assert "R-NUM-02" in rule_ids("共处理投诉 32 件。")
    assert "R-NUM-02" not in rule_ids("# 2026 年上半年工作报告\n\n共处理投诉 32 件，其中噪声 12 件。")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("停车难是老小区的通病。", "R-EVADE-03"),
        ("漏水问题已转交维保单位处理。", "R-EVADE-02"),
        ("安全生产形势持续稳定向好。", "R-VAGUE-05"),
        ("公共收益按规定使用。", "R-VAGUE-06"),
        ("部分电梯配件老化，停梯时有发生。", "R-VAGUE-02"),
    ],
)
def test_a_turn_of_phrase_that_never_says_anything_is_asked_about(text: str, rule: str) -> None:
    assert [(finding.rule_id, finding.severity) for finding in check(text)] == [(rule, Severity.WARNING)]
    assert check(text, policy=CheckPolicy(without_rules=frozenset({rule}))) == []


@pytest.mark.parametrize(
    "text",
    [
        "业主说“停车难是通病”，5 月 6 日已画线 12 个车位。",
        "漏水问题 5 月 6 日转交维保单位处理。",
        "公共收益按规定使用，上半年用了 3.2 万元。",
        "漏水问题已转交维保单位处理，客服每周一问一次。",
    ],
)
def test_beside_a_figure_or_a_day_it_is_left_alone(text: str) -> None:
    assert check(text) == []


def test_what_the_labelling_sees_is_told_once() -> None:
    found = check("停车难是所有老小区的通病，物业也无能为力。")
    assert [(finding.rule_id, finding.severity) for finding in found] == [("R-EVADE-03", Severity.WARNING)]


def test_a_message_denies_no_figure_that_stands_there() -> None:
    (found,) = check("满意度 4.8 分（满分 5 分）。")
    assert found.rule_id == "R-VAGUE-05"
    assert "没有数字" not in found.message
    (without,) = check("居民满意度较高。")
    assert "没有数字" in without.message


def test_what_is_done_is_not_called_a_plan() -> None:
    (found,) = check("楼道灯换成声控以后，电费降了一成。")
    assert "读不出是做了还是打算做" in found.message
    (plan,) = check("明年物业要把这件事放进计划里。")
    assert plan.message.startswith("这一句是打算")


def test_the_first_finding_carries_the_band_and_the_others_are_hints() -> None:
    findings = check("公司高度重视，多次组织人员到现场检查，环境明显改善。")
    assert len(findings) > 1
    assert sum(finding.severity is not Severity.HINT for finding in findings) == 1


def test_a_policy_moves_the_bands_leaves_out_rules_and_adds_words() -> None:
    text = "公司对消防安全工作高度重视。"
    assert {finding.severity for finding in check(text, policy=CheckPolicy(block=1.01))} == {Severity.WARNING}
    assert check(text, policy=CheckPolicy(ask=1.01)) == []
    assert check(text, policy=CheckPolicy(without_rules=frozenset({"R-VAGUE-01", "R-VAGUE-90"}))) == []
    new_word = "管理处对绿化抱着火一样的心。"
    policy = CheckPolicy(ask=0.0, more_words={"attention": "抱着火一样的心"})
    assert "R-VAGUE-01" in {finding.rule_id for finding in check(new_word, policy=policy)}


def test_more_words_for_a_group_that_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="no_such_group"):
        check("任何文字", policy=CheckPolicy(more_words={"no_such_group": "词语"}))


def test_the_reference_says_what_the_rules_say() -> None:
    page = Path(__file__).parents[2] / "docs/reference/report-check.md"
    assert page.read_text(encoding="utf-8") == reference(), "run: python -m huiyin.language.checks_reference"


def pieces() -> st.SearchStrategy[str]:
    told = [rule.bad for rule in shipped_rules()] + [
        "96",
        "《",
        "“",
        "”",
        "|",
        "\t",
        "- ",
        "# ",
        "\u0301",
        "\u200d",
        "１２％",
    ]
    return st.lists(st.one_of(st.sampled_from(told), st.text(max_size=20)), max_size=8).map("".join)


@settings(max_examples=60, deadline=None)
@given(pieces())
def test_any_text_is_checked_and_spans_lie_inside_it_on_boundaries(text: str) -> None:
    for found in (*check(text), *label_sentences(text)):
        assert 0 <= found.start <= found.end <= len(text)
        for at in (found.start, found.end):
            assert not (0 < at < len(text) and text[at] in "\u0301\u200d")


@pytest.mark.parametrize(
    "piece", ["“", "《", "(", "高度重视", "1,", "1", "、", "|", "待", "确保", "二零", "多次\n", "每"]
)
def test_the_time_grows_no_faster_than_the_text(piece: str) -> None:
    assert_grows_with_length(lambda times: check(piece * times), 3_000, 24_000)


@pytest.mark.parametrize("head", ["# a", "3月", "2026年"])
def test_white_space_behind_a_word_costs_no_more_than_its_length(head: str) -> None:
    assert_grows_with_length(lambda times: check(f"{head}{' ' * times}b"), 2_000, 16_000)


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_pairs_of_characters_are_those_of_the_text_whatever_it_is(text: str) -> None:
    units = f"\ue010{text}\ue011".encode("utf-16-le", "surrogatepass")
    pairs = {int.from_bytes(units[at : at + 4], "little") for at in range(0, len(units) - 3, 2)}
    assert set(map(swapped, pairs)) <= ngram_ids([text])[0]


def test_the_weights_of_a_long_statement_add_up_like_those_of_a_short_one(tmp_path: Path) -> None:
    ids = range(1000)
    weights = [[each % 255 - 127, 127, -127, 0, 1, -1, 5, -5] for each in ids]
    head = {"ngram_scale": 1.0, "trait_scale": 0.001, "intercepts": [0.0] * 8, "ask": 0.5, "block": 0.9}
    labelling.write(tmp_path / "long.model", head, [{}, dict(zip(ids, weights, strict=True))])
    judged = labelling.load(tmp_path / "long.model").judge(Features([], ids))
    sums = [0.001 * labelling.TRAIT_WEIGHT * sum(column) for column in zip(*weights, strict=True)]
    raised = [exp(each) for each in sums]
    assert judged.shares == pytest.approx([each / sum(raised) for each in raised])
