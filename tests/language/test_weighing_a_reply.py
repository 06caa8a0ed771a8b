"""A reply is weighed before it is sent: an empty one is told from one that answers, and what is missing is said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language import check_reply
from huiyin.language.replies import Answers
from tests.language import corpus

LIFT = "3 号楼电梯停了三天\n电梯停了三天，老人下不了楼，什么时候能修好？"
FULL = (
    "经查，3 号楼电梯门机损坏情况属实。物业公司已于 11 月 3 日联系维保单位更换门机，当天恢复运行。"
    "工程部王经理每周检查一次，12 月 10 日前再做一次全面检修。"
)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "您好，您的留言已收悉。",
        "您反映的问题已转有关部门处理，感谢您的支持。",
        "您好！您反映的情况我们高度重视，将认真研究，尽快处理，请耐心等待。祝您生活愉快。",
        "此事正在处理中。2026年3月2日",
        "已上报领导。",
        "请咨询市住建部门。",
        "收到，谢谢。",
        "您好，来信收悉。我们将进一步加强管理，不断提高服务水平，感谢您的监督。",
        "具体情况请拨打物业服务中心电话 010-62345678 咨询。",
        "已安排维修，请耐心等待。",
        "您的问题已转工程部，您也可以直接电话咨询 010-62345678。",
        "要求其严格核实、处理，我们将持续关注并督促办理。",
        "我们会加强电梯管理，不断提升服务质量，为业主创造良好的乘梯环境。",
        "电梯为什么会停呢？您知道吗？",
        "您好来信收到我们高度重视会尽快处理谢谢理解",
        "我们会尽快于近日安排。",
        "我司已安排维修师傅上门查看并持续跟进，后续有进展将第一时间告知。",
        "我司已安排专人持续跟进，后续有进展将第一时间告知。",
    ],
)
def test_a_reply_that_only_receives_forwards_or_thanks_is_empty(reply):
    check = check_reply(LIFT, reply)
    assert check.empty_reply
    assert check.answers_matter is Answers.NO
    assert not check.has_action
    assert len(check.reasons) == 1


@pytest.mark.parametrize(
    "reply",
    [
        FULL,
        "电梯周五修好。",
        "门机坏了，配件 5 日到货，6 日装。",
        "维修资金表决没有通过，所以今年不能换电梯。",
        "可以凭身份证到物业服务中心领取新的门禁卡。",
        "修好了。",
        "明天修。",
        "这事不归物业管，归开发商：电梯还在保修期。",
        "修不了，没钱。",
        "没钱修。",
        "钢丝绳换过了。",
        "我司已安排维修师傅明天上午上门查看并持续跟进。",
        "已安排师傅上门查看，是门机坏了。",
    ],
)
def test_a_short_reply_that_says_something_is_not_empty(reply):
    assert not check_reply(LIFT, reply).empty_reply


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("收到，谢谢。", "只说了收到"),
        ("我们会尽快于近日安排。", "只说会安排、会跟进"),
        ("不知道。", "写得太少"),
        ("请咨询市住建部门。", "只请对方去问别处"),
    ],
)
def test_an_empty_reply_is_told_what_it_is(reply, said):
    (reason,) = check_reply(LIFT, reply).reasons
    assert reason.startswith(said)


def test_a_refusal_that_says_why_is_told_what_it_lacks_beside_the_reason():
    check = check_reply(LIFT, "修不了，没钱。")
    assert not check.has_action
    assert check.reasons[0].startswith("写了办不了和原因")
    assert not any("请写明原因" in reason for reason in check.reasons)


@pytest.mark.parametrize(
    ("reply", "has_deed"),
    [
        ("单元门的闭门器已经换了。", True),
        ("钢丝绳换过了。", True),
        ("漏水的地方堵上了。", True),
        ("闭门器还没有换。", False),
        ("闭门器要等配件到了才能换上。", False),
        ("修不了，闭门器停产了。", False),
    ],
)
def test_what_has_been_changed_or_mended_is_a_deed_however_plainly_it_is_said(reply, has_deed):
    assert check_reply("单元门的闭门器坏了\n门一直开着。", reply).has_action is has_deed


@pytest.mark.parametrize(
    ("reply", "is_of_another"),
    [
        ("绿化养护已经在 3 月 5 日完成，张经理负责。", True),
        ("闭门器已经在 3 月 5 日更换，张经理负责。", False),
        ("已经在 3 月 5 日更换，张经理负责。", False),
        ("保安每晚 22 时查一遍，3 月 5 日起，张经理负责。", False),
    ],
)
def test_a_short_reply_of_another_matter_does_not_answer(reply, is_of_another):
    check = check_reply("5 号楼 2 单元的门一直开着\n闭门器坏了，谁都能进来。", reply)
    assert any("看不出答的是" in reason for reason in check.reasons) is is_of_another
    assert not (is_of_another and check.answers_matter is Answers.YES)


def test_a_full_reply_lacks_nothing():
    check = check_reply(LIFT, FULL)
    assert (check.answers_matter, check.has_action, check.has_date_or_deadline, check.has_responsible) == (
        Answers.YES,
        True,
        True,
        True,
    )
    assert check.reasons == ()
    assert not check.is_weak


@pytest.mark.parametrize(
    ("sentence", "has_time"),
    [
        ("电梯已于 11 月 3 日修好。", True),
        ("我们将在 7 个工作日内换好。", True),
        ("预计月底前完成。", True),
        ("本周五下午派人上门。", True),
        ("电梯已经修好，请您放心使用。", False),
        ("根据物业管理条例（2020 年修订）第 65 条，我们已经劝阻。", False),
        ("您 11 月 1 日来信反映的问题，我们已经派人修好电梯。", False),
        ("服务中心每天 8:00 至 18:00 有人值班，我们已派人修理。", False),
        ("电梯已经修好。物业服务中心 2026年11月5日", False),
        ("将近期安排人员修理。", False),
        ("配件周四到，周五上午装好。", True),
        ("每周五保养一次，已经修好。", False),
        ("已转工程部核实、办复。2026年11月5日工程部已经修好。", False),
        ("规定应当在 5 日内修好。", False),
    ],
)
def test_a_date_is_one_of_the_matter_not_of_a_law_the_letter_or_the_signature(sentence, has_time):
    assert check_reply(LIFT, sentence).has_date_or_deadline is has_time


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("工程部已经更换门机。", True),
        ("和平里街道已约谈物业。", True),
        ("责任人：张明，电话见公示栏。", True),
        ("由安居物业公司负责更换。", True),
        ("维保单位当天修好。", True),
        ("我们已经修好。", False),
        ("相关部门正在研究更换的办法。", False),
        ("我公司已经更换门机。", False),
        ("有关单位将会更换。", False),
        ("根据市住建局《电梯管理办法》，我们已经更换。", False),
        ("公共厕所旁的电梯，我们已经修好。", False),
    ],
)
def test_we_and_the_departments_concerned_are_nobody(sentence, named):
    assert check_reply(LIFT, sentence).has_responsible is named


@pytest.mark.parametrize(
    ("reply", "has_deed"),
    [
        ("物业公司已安排维修人员到现场查看，更换了两个门锁，并对住户上门解释。", True),
        ("社区和物业将在下周召开协调会，督促开发商整改漏水的屋面。", True),
        ("执法队员当天到现场制止，责令拆除搭建的棚子，后期继续巡查。", True),
        ("办理过户需要本人持身份证、户口本到登记窗口提交申请，税费按规定缴纳。", False),
        ("根据《物业管理条例》第二十条规定，业主可以自行成立业主大会。", False),
    ],
)
def test_a_deed_is_what_was_or_will_be_done_not_what_one_may_do(reply, has_deed):
    assert check_reply("反映小区管理问题\n希望解决。", reply).has_action is has_deed


def test_a_reply_without_points_or_a_question_is_weighed_all_the_same():
    bare = FULL.translate(str.maketrans("", "", "，。；：、"))
    check = check_reply("", bare)
    assert (check.has_action, check.has_date_or_deadline, check.has_responsible) == (True, True, True)
    assert not check.empty_reply


def test_each_lack_has_a_sentence_of_its_own():
    reasons = check_reply(LIFT, "随着小区发展，我们将会逐步完善电梯管理，不断改善出行条件。").reasons
    assert any("期限" in reason for reason in reasons) or len(reasons) == 1
    assert all(reason.endswith("。") for reason in reasons)


def test_the_same_texts_give_the_same_answer_with_and_without_full_width():
    assert check_reply(LIFT, FULL) == check_reply(LIFT, FULL.replace("3", "３").replace("11", "１１"))


@given(st.text(max_size=200), st.text(max_size=300))
@settings(max_examples=30, deadline=None)
def test_any_text_can_be_weighed(question, reply):
    check = check_reply(question, reply)
    assert check.empty_reply <= (check.answers_matter is Answers.NO)


def test_the_shipped_weights_are_those_the_data_gives():
    corpus.need("corpus/replies_dev.jsonl", "real/messages_with_replies.xlsx")
    from bench.learn_replies import learned
    from huiyin.language.replies import WEIGHTS

    assert WEIGHTS.read_text(encoding="utf-8") == learned()
