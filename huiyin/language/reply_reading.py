"""A reply read clause by clause: which say nothing, which say a deed, a time, an owner, an answer."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from huiyin.language.dates import TimeKind, TimeMention, find_times
from huiyin.language.enclosed import Ranges, find_brackets, find_titles
from huiyin.language.normalise import Normalised, fold

_WORDS = Path(__file__).parent / "data" / "replies" / "words.toml"
LONGEST = 6000
"""Characters of a reply that are read; nothing that makes it full or empty stands later."""
LONGEST_CLAUSE = 80
SHORTEST_SENTENCE = 5
LEAST_SOLID, LEAST_SOLID_DEED = 9, 6
"""Characters that say something; a reply with fewer is empty."""

_CLAUSE = re.compile(r"[^,，。;；!！?？:：\s、]+(?:、[^,，。;；!！?？:：\s、]+)*")
_SENTENCE_END = re.compile(r"[。;；!！\n]")
_USER = re.compile(r"[“\"']?UU\d+[”\"']?|(?:网友|网民|来信人|来信同志)[“\"'].{0,20}?[”\"']")
# A date alone at the end, or where a second reply has been pasted behind the first, is a signature.
_N = r"\s*[\d一二三四五六七八九十]{1,3}\s*"
_DATED = rf"(?:(?:19|20)\d\d|二[〇○零0]?[一二三四五六七八九〇零]{{2,3}})\s*[年.\-/]{_N}[月.\-/]{_N}日?"
_SIGNED_ON = re.compile(
    rf"{_DATED}(?=\s*(?:$|\n|[“\"']?(?:UU\d|网友|网民|尊敬|您好|您的|来信|收到)"
    r"|[“\"'][^”\"']{1,16}[”\"'](?:网友)?[:：您你]))"
)
_FULL_DATE = re.compile(rf"{_DATED}(?!\s*[,，至到前内起以之])")
_THANKED = re.compile(r"(?:谢谢|感谢|致谢|特此回复|祝您.{0,6})[^,，。]{0,20}[!！。.\s]+$")
# The message, the post or the earlier answer is dated, not the matter.
_OF_THE_MESSAGE = re.compile(
    r"(?:您|你|网友|贵方|贵办|我[局委办]).{0,3}(?:于|在)?$|(?:反映|发帖|来信|留言|来函|发布|来电)(?:问题)?(?:的)?(?:时间|日期)(?:是|为)?(?:在)?$"
)
_MESSAGE_AFTER = re.compile(
    r".{0,3}(?:日)?.{0,12}(?:来信|留言|反映|发布|发帖|来电|提出|咨询|发出|上的|的帖|网民|网友|《|在平台)"
)
_THE_MESSAGE_AFTER = re.compile(r"[,，]?\s*[您你](?:在|于|通过|来信|来电|反映|提出)")
_NUMBERED = re.compile(r"\S{0,3}(?:号文|第?[\d]{1,5}号)")
_OF_A_LAW = re.compile(r"\s*(?:修订|修正|颁布|施行|印发|发布)")
_LAW_NUMBER = re.compile(r"[〔\[【﹝(（]\s*(?:19|20)\d\d\s*[〕\]】﹞)）]\s*第?\s*\d*\s*号?")
_CALENDAR = re.compile(
    r"\d\s*[年月日号]|[一二三四五六七八九十]\s*[月日]|[-./]\d|季度|半年|\d[至到~-]|[底初中末旬]|周[一二三四五六日]|今[日晚]|"
    r"今天|昨天|昨日|明天|明日|次日|后天|假期|春节|国庆|年内|月内"
)
_BARE_YEAR = re.compile(
    r"^(?:今|去|本|明|前|当|上|次)年度?$|^全年$|^(?:当|本|上|下)(?:天|日|晚|周|月|期|次|阶段)$|^当[日天晚]$"
)
_TOLD_DURATION = re.compile(r"(?:需要?|约|预计|时间|大概|还要|左右|内|为期|限期|延至|提前|争取|计划)$")
_OPENING_HOURS = re.compile(r"^\d{1,2}[:点时]")


@dataclass(frozen=True)
class Clause:
    """folded.text[start:end] and what it does: names of groups of data/replies/words.toml."""

    start: int
    end: int
    does: frozenset[str]

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def is_hollow(self) -> bool:
        return "hollow" in self.does


@dataclass(frozen=True)
class ReplyReading:
    folded: Normalised
    clauses: tuple[Clause, ...]
    times: tuple[TimeMention, ...]
    """Days and limits of the matter itself: no signature, no number of a law, no date of the message."""

    @property
    def is_empty(self) -> bool:
        """Too little is said: a deed or a day needs few characters, anything else a few more."""
        says_it = self.times or any({"deed", "answer"} & clause.does for clause in self.solid)
        return sum(clause.length for clause in self.solid) < (LEAST_SOLID_DEED if says_it else LEAST_SOLID)

    @property
    def solid(self) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if not clause.is_hollow)

    def sentences(self) -> list[str]:
        """The folded text cut at ends of sentences, what is too short for one left out."""
        return [each for each in _SENTENCE_END.split(self.folded.text) if len(each) >= SHORTEST_SENTENCE]

    def written(self, clause: Clause) -> str:
        return self.folded.text[clause.start : clause.end]


@cache
def words() -> dict[str, re.Pattern[str]]:
    """Group → one pattern of all its terms."""
    with _WORDS.open("rb") as file:
        return {name: re.compile("|".join(table["terms"])) for name, table in tomllib.load(file).items()}


def read_reply(reply: str) -> ReplyReading:
    """Linear in the length of the reply; never raises."""
    folded = fold(reply[:LONGEST])
    text = folded.text
    signed = [match.span() for match in _SIGNED_ON.finditer(text)]
    signed += [
        match.span()
        for match in _FULL_DATE.finditer(text)
        if _THANKED.search(text, max(0, match.start() - 30), match.start())
    ]
    users = [match.span() for match in _USER.finditer(text)]
    left_out = Ranges(signed, users)
    clauses = []
    for match in _CLAUSE.finditer(text):
        for start in range(match.start(), match.end(), LONGEST_CLAUSE):
            end = min(start + LONGEST_CLAUSE, match.end())
            while start < end and left_out.holds(start):
                start += 1
            while start < end and left_out.holds(end - 1):
                end -= 1
            if start < end:
                clauses.append(Clause(start, end, _does(text[start:end])))
    return ReplyReading(folded, tuple(clauses), tuple(_times_of_the_matter(text, left_out)))


def _does(clause: str) -> frozenset[str]:
    found = {name for name, pattern in words().items() if pattern.search(clause)}
    if "hollow" in found and not _says_nothing_more(clause):
        found.discard("hollow")
    if ("referral" in found and not found & {"deed", "answer"}) or _FIGURES_ONLY.fullmatch(clause):
        found.add("hollow")
    return frozenset(found)


_WITHOUT_MATTER = re.compile(
    r"[\W\d_a-zA-Z]+|将|已|的|了|我|您|你|们|和|与|对|及|并|也|会|是|在|就|此|该|有关|相关|情况|问题|核实|调查|处理|办理|研究|回复|答复|反馈|收悉|留言|感谢|支持|理解|监督|工作|进行|落实|跟进|部门|单位|人员|同时|再次"
)


def _says_nothing_more(clause: str) -> bool:
    """Beside its empty words the clause holds little else, and neither a deed that can be seen nor a figure."""
    rest = words()["hollow"].sub("", clause)
    rest = _WITHOUT_MATTER.sub("", rest)
    return len(rest) <= 14 and not _SEEN_DEED.search(rest)


_FIGURES_ONLY = re.compile(r"[\W\d_]+")
_SEEN_DEED = re.compile(
    r"更换|维修|修复|疏通|清理|清运|清洗|安装|加装|增设|拆除|约谈|下达|查处|处罚|召开|到现场|实地|现场|上门|责令|退还|退款|改造|整改|检测|停工|关停|强制|起诉|立案"
)


def _times_of_the_matter(text: str, left_out: Ranges) -> list[TimeMention]:
    law = Ranges(find_titles(text), (match.span() for match in _LAW_NUMBER.finditer(text)))
    brackets = find_brackets(text)
    bracket_starts = [start for start, _ in brackets]
    found = []
    for time in find_times(text):
        written = text[time.start : time.end]
        if left_out.holds(time.start) or law.holds(time.start):
            continue
        if text[max(0, time.start - 1) : time.start].isdecimal() or _OF_A_LAW.match(text, time.end):
            continue
        if time.kind in (TimeKind.FREQUENCY, TimeKind.DURATION):
            if time.kind is TimeKind.DURATION and _is_told_duration(text, time):
                found.append(time)
            continue
        if _BARE_YEAR.match(written) or (
            not _CALENDAR.search(written) and time.kind is not TimeKind.DEADLINE
        ):
            continue
        if _THE_MESSAGE_AFTER.match(text, time.end):
            continue
        if _OF_THE_MESSAGE.search(text, max(0, time.start - 8), time.start) and _MESSAGE_AFTER.match(
            text, time.end
        ):
            continue
        nearest = bisect_right(bracket_starts, time.start) - 1
        if (
            nearest >= 0
            and time.end <= brackets[nearest][1]
            and _NUMBERED.search(text[time.end : brackets[nearest][1] + 6])
        ):
            continue
        found.append(time)
    return found


def _is_told_duration(text: str, time: TimeMention) -> bool:
    if re.search(r"小时|分钟", text[time.start : time.end]):
        return False
    return bool(_TOLD_DURATION.search(text, max(0, time.start - 6), time.start)) or text.startswith(
        ("左右", "内", "之内", "以内"), time.end
    )
