"""What a reply is weighed by: named traits of deeds and of answers, each a number between 0 and 1."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from huiyin.language.normalise import fold
from huiyin.language.reply_reading import ReplyReading

LONGEST_QUESTION = 1500
"""Characters of the question that are compared with the reply."""
LONG_REPLY = 800
_COMPLAINS = re.compile(r"投诉|举报|反映|违规|违法|扰民|乱|不")
_ASKS_TO_KNOW = re.compile(
    r"咨询|请问|想问|问一下|是否|能否|怎么|如何|哪|多少|什么时候|何时|吗|可不可以|政策"
)
_WANTS_DEED = re.compile(r"投诉|举报|请求|要求|反映|希望|建议|呼吁|恳请|整治|解决|扰民|修")

# Deeds, by kind.
_DEEDS = {
    "work": re.compile(
        r"更换|维修|修复|抢修|修缮|疏通|清理|清运|清洗|冲洗|整治|改造|重做|加固|补植|修剪|消杀|安装|增设|加装|新增|设置|设立|配备|购买|"
        r"划分|调整|改道|启动|开工|施工|建成|拆除|封闭|恢复|开通|投入使用|硬化|修建|建设(?!项目|单位|局)|增加|增派|加派"
    ),
    "meeting": re.compile(
        r"召开|座谈|协调(?!发展)|协商|调解|约谈|对接|衔接|沟通|联系(?!电话|方式|人)|上门|走访|解释|宣传|劝导|告知|提醒|咨询[了区市经]"
    ),
    "force": re.compile(
        r"责令|责成|要求|督促|敦促|查处|处罚|立案|查封|下达|下发|取缔|关停|没收|停工|停业|整改|警告|批评|劝阻|制止|强制执行|报案|追究"
    ),
    "look": re.compile(
        r"(?:到|赴|赶|往|至)[^,，。]{0,8}(?:现场|实地)|现场[^,，。]{0,4}(?:查|核|勘|检|走访|调查|踏)|实地[^,，。]{0,3}(?:查|核|勘|检|调查|走访|考察)|"
        r"检查|巡查|排查|(?:组织|安排|派|抽调)[^,，。]{0,14}(?:人员|调查|核实|检查|队|民警|专人|勘)"
    ),
    "prepare": re.compile(
        r"制定|拟定|拟|方案|申报|申请|上报|报批|报建|招标|审批|列入|纳入|规划中|编制|评审|立项|"
        r"设计|签订|公示|移交|受理|办理|启动|筹备|征求|调研|同意|承诺"
    ),
}
_ANY_DEED = re.compile("|".join(pattern.pattern for name, pattern in _DEEDS.items() if name != "prepare"))
_ANY_DEED_OR_STEP = re.compile(
    _ANY_DEED.pattern
    + r"|上户|入户|打扫|现场|实地|安排|组织|派|制定|拟定|申报|上报|报批|招标|列入|纳入|编制|"
    r"评审|公示|移交|筹备|征求|同意|承诺|退还|完善|监管|执法|监督|跟进|反映|通知|推进|勘|核发|解决|成立|批复|审批|审查|处理|承包|收集"
)
# What one ought to do, may do, or would do if.
_NOT_MEANT = re.compile(
    r"如果|若(?!干)|如(?!下|期|实|今)|(?:应当?|须|需|必须|可以?|不得|方可|才能|只能|建议|敬?请|希望)(?:由|您|你|向|与|按|持|先|到|在|及时|自行)?|"
    r"[您你]|的$|予以|第[^,，。]{1,4}条|规定|条例|办法|凡|所有|任何"
)
_ON_CONDITION = re.compile(
    r"如果|若(?!干)|(?<![例比])如(?!下|期|实|今|何)|凡是|任何单位|方可|才能|只能|必须|应当|一律|可以?|由需|需由|需要?提供|请[您你]?(?:到|向|与|持|携带|按)|"
    r"携带|身份证|原则上"
)
_OF_A_LAW = re.compile(
    r"《[^》]{0,60}(?:条例|办法|法|规定|规范|标准|通知|意见)》[^。]{0,30}?(?:第|规定|明确|要求|精神)|规定[:：“\"]|第[一二三四五六七八九十百\d]{1,6}条"
)
_CLAUSE_DONE = re.compile(
    r"已|了(?!解)|立即|迅速|随即|多次|先后|分别|曾|完毕|完成|到位|经[^,，。]{1,12}(?:协调|沟通|督促)|当[日天场晚]|目前|现(?!有|行|象|场|状)|正|于|\d[日月]"
)
_CLAUSE_AHEAD = re.compile(
    r"将(?!来|近)|拟|计划|预计|下一?步|待|准备|会(?!议|上|同|员|计)|即将|今后|后期|要求"
)
_DONE = re.compile(
    r"已|了(?!解)|立即|迅速|随即|多次|先后|分别|曾|完毕|到位|当[日天场晚]|\d[日月]|近日|近期|前期|此前|上周|截[至止]"
)
_AHEAD = re.compile(
    r"将(?!来|近)|拟|计划|预计|下一?步|待[^,，。]{1,30}[后时]|准备|会(?:联合|同|继续|安排|派|加|组|根)|即将|今后|后期|下阶段|后阶段|届时|正在|正[积抓与]|在建|进行中|中$|当中|积极"
)
_VAGUE = re.compile(r"进一步|继续|不断|持续|逐步|考虑|完善|优化|研究|大力")
_HOLLOW_PROMISE = re.compile(
    r"考虑|加强[^,，。]{0,8}(?:沟通|对接)|进一步(?:完善|加强|强化|提高|提升)|为您服务|关注"
)
_COURTESY = re.compile(
    r"感谢|谢谢|欢迎|咨询电话|联系电话|收悉|回复如下|答复如下|情况[^,，。]{0,4}如下|致电|拨打|请[^,，。]{0,3}联系"
)
_ACTOR = re.compile(
    r"我[局司办委镇乡街公大中支队单区县市院们部站所厅处]|街道|社区|物业|执法|交警|城管|派出所|民警|[大中支]队|住建|房产|教育局|环保|部门|开发商|公司|"
    r"工作人员|政府|局|镇|村|办事处|居委|业委|工程|法院|市场方"
)

# What makes an answer, or only the look of one.
_TONES = {
    "investigated": re.compile(r"经[^,，。]{0,12}(?:查|核实|调查|了解)|现场|实地|核查|走访"),
    "instructed": re.compile(r"责令|责成|要求|督促|通知|约谈|下达|敦促|告知|提醒|告诫"),
    "repaired": re.compile(
        r"更换|维修|修复|清理|清运|清洗|冲洗|疏通|安装|增设|拆除|整改|改造|调整|设置|设立|划分|封闭|恢复|整治|启动|施工|建设|增加"
    ),
    "met": re.compile(r"召开|协调|协商|沟通|联系|对接|衔接|调解|走访|上门|解释"),
    "watched": re.compile(r"加大|加强|巡查|执法|监管|检查|排查|专项|联合|监督|跟进|督促"),
    "rule": re.compile(r"《[^》]{2,60}》|第[一二三四五六七八九十百\d]{1,6}条|规定|政策|标准|文件|条例"),
    "papers": re.compile(
        r"身份证|户口|证明|材料|复印件|申请表|窗口|缴纳|报名|登记|办理[^,，。]{0,6}(?:手续|业务)|携带|提供|拨打|咨询|下载"
    ),
    "refused": re.compile(
        r"不予|不能|无法|暂不|暂无|暂未|没有|不符合|不具备|不宜|不支持|无权|不属于|不存在|不属实|不会"
    ),
    "general": re.compile(
        r"近年来|随着|一直以来|逐步|进一步|继续|不断|将会|一系列|大力|全面|努力|民生|普及|完善|发展|推进"
    ),
    "to-be-seen": re.compile(
        r"考虑|待[^,，。]{1,16}(?:后|时)|研究|视情况|根据情况|届时|争取|尽快|协商|积极|逐步"
    ),
    "figure": re.compile(r"\d+(?:\.\d+)?\s*(?:米|平方|万|元|户|栋|台|人|处|个|次|路|吨|%|号|亩|年|月)"),
    "admitted": re.compile(r"属实|确实|确有|存在|失实|查明|原因|由于|因为|系|因"),
}
_HAN_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2}))")
_ORDINARY_PAIRS = frozenset(
    (
        *(
            "我们",
            "你们",
            "他们",
            "问题",
            "情况",
            "反映",
            "请求",
            "希望",
            "解决",
            "建议",
            "投诉",
            "咨询",
            "关于",
        ),
        *(
            "领导",
            "政府",
            "部门",
            "相关",
            "有关",
            "什么",
            "怎么",
            "现在",
            "没有",
            "可以",
            "一个",
            "小区",
            "业主",
        ),
        *("居民", "市民", "群众"),
    )
)


def deed_traits(subject: str, reading: ReplyReading) -> dict[str, float]:
    """Whether something was or will be done, and not only said, ordered by law or asked of the asker."""
    written = [reading.written(clause) for clause in reading.solid]
    title = fold(subject).text
    found = _kind_of_question(title)
    found["complains"] = float(_COMPLAINS.search(title) is not None)
    found["long"] = min(1.0, len(reading.folded.text) / LONG_REPLY)
    for name, pattern in _DEEDS.items():
        meant = [each for each in written if pattern.search(each) and not _NOT_MEANT.search(each)]
        found[f"{name}-done"] = _upto(2, sum(_CLAUSE_DONE.search(each) is not None for each in meant))
        found[f"{name}-ahead"] = _upto(2, sum(_is_promise(each) for each in meant))
    firm = sum(_is_firm(each) for each in written)
    found["firm"] = _upto(4, firm)
    found["firm-share"] = firm / (len(written) or 1)
    found["any-firm"] = float(firm > 0)
    for name in ("papers", "refused", "rule"):
        found[f"{name}-share"] = _hits(_TONES[name], written) / (len(written) or 1)
    return found | _sentence_traits(reading)


def matter_traits(
    subject: str, question: str, reading: ReplyReading, *, names_somebody: bool
) -> dict[str, float]:
    """Whether the answer is one to this question: facts, reasons and what is shared, against general talk."""
    solid = reading.solid
    written = [reading.written(clause) for clause in solid]
    answered = "".join(written)
    title = fold(subject).text
    found = _kind_of_question(title) | {
        "times": _upto(3, len(reading.times)),
        "names-somebody": float(names_somebody),
        "length": min(1.0, math.log1p(sum(clause.length for clause in solid)) / 7),
        "shared": _shared(title, answered),
        "shared-with-text": _shared(title + "\n" + fold(question[:LONGEST_QUESTION]).text, answered),
    }
    for name in ("deed", "actor", "done", "ahead", "answer", "soft", "referral", "contact"):
        _both(found, name, sum(name in clause.does for clause in solid), len(solid))
    for tense in ("done", "ahead"):
        _both(found, f"deed-{tense}", sum({"deed", tense} <= clause.does for clause in solid), len(solid))
    _both(found, "deed-of-actor", sum({"deed", "actor"} <= clause.does for clause in solid), len(solid))
    for name, pattern in _TONES.items():
        _both(found, name, _hits(pattern, written), len(solid))
    return found


def _kind_of_question(title: str) -> dict[str, float]:
    return {
        "asks-to-know": float(_ASKS_TO_KNOW.search(title) is not None),
        "wants-deed": float(_WANTS_DEED.search(title) is not None),
    }


def _sentence_traits(reading: ReplyReading) -> dict[str, float]:
    done = ahead = kept = 0
    for sentence in reading.sentences():
        if _COURTESY.search(sentence) and len(sentence) < 60:
            continue
        kept += 1
        condition = _ON_CONDITION.search(sentence)
        meant = sentence if condition is None else sentence[: condition.start()]
        if not _ANY_DEED_OR_STEP.search(meant) or _OF_A_LAW.search(sentence):
            continue
        done += _DONE.search(meant) is not None and _ACTOR.search(meant) is not None
        ahead += _AHEAD.search(meant) is not None and _HOLLOW_PROMISE.search(meant) is None
    return {
        "said-done": _upto(2, done),
        "said-ahead": _upto(2, ahead),
        "said-any": float(done + ahead > 0),
        "said-both": float(done > 0 and ahead > 0),
        "said-share": (done + ahead) / (2 * kept or 1),
    }


def _is_promise(written: str) -> bool:
    return _CLAUSE_AHEAD.search(written) is not None and _VAGUE.search(written) is None


def _is_firm(written: str) -> bool:
    if not _ANY_DEED.search(written) or _NOT_MEANT.search(written):
        return False
    return _CLAUSE_DONE.search(written) is not None or _is_promise(written)


def _hits(pattern: re.Pattern[str], written: Sequence[str]) -> int:
    return sum(pattern.search(each) is not None for each in written)


def _both(found: dict[str, float], name: str, hits: int, count: int) -> None:
    """How often, up to four times, and in how large a part of the reply."""
    found[name] = _upto(4, hits)
    found[f"{name}-share"] = hits / (count or 1)


def _upto(most: int, hits: int) -> float:
    return min(most, hits) / most


def _shared(asked: str, answered: str) -> float:
    """How much of what is asked comes back in the answer, by pairs of characters."""
    wanted = set(_HAN_PAIR.findall(asked)) - _ORDINARY_PAIRS
    return len(wanted & set(_HAN_PAIR.findall(answered))) / len(wanted) if wanted else 0.5
