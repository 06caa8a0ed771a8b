"""A short title for a group of complaints: the piece of one of them that says most of what all of them share.

Nothing is composed: the title is a run of words as somebody wrote them, 6 to 16 characters, 4 or 5 where a record says
no more (电梯困人). Only words whose every pair of characters many complaints have, or words of known matters, may stand
in it, so that no name of a person or of a flat gets there; figures, letters and what is masked end a run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import rjieba

from huiyin.language.complaints.meanings import shipped
from huiyin.language.complaints.public_words import public_words
from huiyin.language.masking import mask
from huiyin.language.matters import is_a_word_of_matters
from huiyin.language.personal.kinds import LABELS
from huiyin.language.similar import synonyms
from huiyin.language.words import stop_words

SHORTEST, LONGEST = 4, 16
SHORTEST_WISHED = 6
NOTHING_SHARED = "内容相近的诉求"
MOST_TEXTS = 60
"""Texts that are read, the shortest ones."""
MOST_READ = 240
"""Characters of each that are read."""
OPENING, LONGEST_SUBJECT = 40, 60
"""Characters in which people say what it is about: words count double there, and titles are taken from there. A first
line that is no longer than a subject is the beginning."""
DULL_BELOW = 2.2
"""Natural logarithm: a word in more than one of nine messages says nothing of the matter."""
RAREST = 4.2
"""What is rarer than that is not more of a matter: most of it is part of a name."""
PRICE_OF_A_CHARACTER = 0.12
"""What a character costs, in parts of what the best word is worth: a title is as short as it can be."""
_HAN_RUN = re.compile("[\u4e00-\u9fff]+")
_LABEL = re.compile("|".join(map(re.escape, LABELS.values())))
_NOT_OF_A_MATTER = re.compile(
    "[\u4e00-\u9fff]{1,6}?(?:社区|街道|大道|小区|新村|花园|家园|国际城|国际)"
    "|[\u4e00-\u9fff]{1,3}[市县区镇](?=[\u4e00-\u9fff])|(?<=[A-Za-z0-9])[市县区镇]"
    "|[\u4e00-\u9fff]{0,2}(?:书记|市长|县长|区长|局长|主任|经理|先生|女士|师傅|老师|医生)"
)
"""What looks like the name of a place, under whose name the page stands anyway, or of a person with a title."""
_OF_THE_CALL = re.compile(
    "(?:诉求人|来电人|反映人|市民|居民|群众)[^，。；;,\n]{0,8}?(?:不满意|不认可|不满|知晓|要求回复|希望回复)"
    "|请[^，。；;,\n]{0,14}?(?:处理|核实|回复|解决|协调|重视|关注|回电)"
    "|[已曾]经?(?:多次)?(?:联系|拨打|反映|致电)[^，。；;,\n]{0,12}"
    "|(?:街道|社区|物业|办理单位|承办单位)已经?回复"
    "|(?:物业|客服|前台|管家)(?:说|称|答复|表示|推说|解释)[^，。；;,\n]{0,16}"
    "|未经[^，。；;,\n]{0,8}?(?:同意|许可|批准)"
    "|已?经?持续[一二三四五六七八九十两几多半0-9]+(?:天|周|个?月|年)"
)
"""What an operator writes of the call, what the company said to it, and how long it has been so: nothing of the
matter."""
_WHICH_BUILDING = re.compile("[一二三四五六七八九十0-9]+(?:号楼|号院|单元|栋|层|号|室)")
_NOT_FIRST = frozenset("的了着过得地和与及或在被把将对向从到为是有也都就还吗呢吧啊们个所之里内上下中后前")
_NOT_LAST = frozenset("的着得地和与及或在被把将对向从到为是有也都就还不没很太更最个及之而且所")
_NOT_FIRST_WORDS = frozenset(("同意", "允许", "准许"))
"""Without who does it, and whether, they say nothing or the opposite."""
_NOT_LAST_WORDS = frozenset(
    (
        *(
            "经常",
            "时常",
            "每晚",
            "每天",
            "天天",
            "长期",
            "常年",
            "已经",
            "没有",
            "未经",
            "要求",
            "申请",
            "希望",
        ),
        *("擅自", "随意", "导致", "造成", "存在", "出现", "自来水"),
    )
)
_DENYING = ("不", "没", "没有", "未", "未经", "无", "非", "拒绝", "禁止", "拒不", "不予")
"""Nothing begins right behind these: 同意安装充电桩 is the opposite of what was said."""
_PLAIN = frozenset(
    "坏差低大小多少修漏堵停慢响臭脏乱吵黑亮冷热贵掉占堆人困水电气暖灯门楼树狗猫费桩梯舞里内口不没未无"
)
"""Single characters that are no part of a name, whatever stands beside them."""
_DATA = Path(__file__).parents[1] / "data" / "complaints"


class Clause(NamedTuple):
    """Words that may stand in a title one after the other; `denied`: the place of each behind a denying word.

    `is_ended`: all that was said there ends with them.
    """

    words: tuple[str, ...]
    denied: frozenset[int]
    is_ended: bool
    is_opening: bool


def title_of(texts: Sequence[str], *, estate: str = "") -> str:
    """Of the texts of one group, masked ones; the same for every order of them. The name of the estate is left out."""
    texts = sorted(set(texts), key=lambda text: (len(text), text))[:MOST_TEXTS]
    read = [list(_clauses(text.replace(estate, "，") if estate else text)) for text in texts]
    shared: Counter[str] = Counter()
    for clauses in read:
        for is_opening in (False, True):
            shared.update(
                {word for clause in clauses if clause.is_opening or not is_opening for word in clause.words}
            )
    worth = {
        word: min(rarity_of(word) or 0.0, RAREST) * (count / (2 * len(read))) ** 1.5
        for word, count in shared.items()
        if _tells(word)
    }
    price = PRICE_OF_A_CHARACTER * max(worth.values(), default=0.0)
    pieces = _titles([clause for clauses in read for clause in clauses], worth)

    def cost(title: str) -> tuple[float, int, str]:
        told = sum(worth.get(word, 0.0) for word in set(pieces[title]))
        return price * len(title) - told, len(title), title

    return min(pieces, key=cost, default=NOTHING_SHARED)


@cache
def asking_words() -> frozenset[str]:
    """Words of asking and addressing, which no title holds (data/complaints/asking.txt)."""
    lines = (_DATA / "asking.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _rarities() -> dict[str, float]:
    meanings = shipped()
    pairs = zip(meanings.pairs.tolist(), meanings.rarity.tolist(), strict=True)
    return {chr(pair & 0xFFFF) + chr(pair >> 16): rarity for pair, rarity in pairs}


def rarity_of(word: str) -> float | None:
    """Of the rarest pair of its characters; None if few complaints have one of them: then it may be a name, unless it
    is a word of a known matter.
    """
    found = [_rarities().get(first + second) for first, second in pairwise(word)]
    known = [rarity for rarity in found if rarity is not None]
    if found and len(known) == len(found):
        return max(known)
    return RAREST if is_a_word_of_matters(word) or word in synonyms() else None


def _tells(word: str) -> bool:
    """Whether it says something of the matter."""
    return (
        len(word) > 1
        and word not in stop_words()
        and word not in asking_words()
        and (rarity_of(word) or 0.0) >= DULL_BELOW
    )


def _clauses(text: str) -> Iterator[Clause]:
    """Runs of words that may stand in a title."""
    written = public_words(mask(text[:MOST_READ].strip()))
    for nothing in (_LABEL, _OF_THE_CALL, _WHICH_BUILDING, _NOT_OF_A_MATTER):
        written = nothing.sub("，", written)
    subject = written.find("\n")
    opening = subject if 0 < subject <= LONGEST_SUBJECT else OPENING
    for run in _HAN_RUN.finditer(written):
        words: list[str] = []
        denied: set[int] = set()
        at = 0
        for word in (*rjieba.cut(run.group()), ""):
            if word and word not in asking_words() and not _may_be_name(word, run.group(), at):
                if run.group().endswith(_DENYING, 0, at):
                    denied.add(len(words))
                words.append(word)
            elif words:
                yield Clause(tuple(words), frozenset(denied), not word, run.start() < opening)
                words, denied = [], set()
            at += len(word)


def _may_be_name(word: str, run: str, at: int) -> bool:
    """Of a word that begins at run[at]; names that are rare are cut into single characters."""
    if len(word) > 1:
        return rarity_of(word) is None
    around = [run[max(at - 1, 0) : at + 1], run[at : at + 2]]
    return word not in _PLAIN and word not in stop_words() and not any(map(_is_known_pair, around))


def _is_known_pair(pair: str) -> bool:
    return len(pair) == 2 and rarity_of(pair) is not None


def _titles(clauses: Sequence[Clause], worth: dict[str, float]) -> dict[str, tuple[str, ...]]:
    """What may be a title, with its words: of the beginnings and of the length wished for, where there is anything."""
    for shortest in (SHORTEST_WISHED, SHORTEST):
        for may_be_anywhere in (False, True):
            found = {
                "".join(piece): piece
                for clause in clauses
                if clause.is_opening or may_be_anywhere
                for piece in _pieces(clause, worth, shortest)
            }
            if found:
                return found
    return {}


def _pieces(clause: Clause, worth: dict[str, float], shortest: int) -> Iterator[tuple[str, ...]]:
    """Runs of whole words of the right length that neither begin nor end in the middle of something."""
    words = clause.words
    for first, begins in enumerate(words):
        if begins[0] in _NOT_FIRST or begins in _NOT_FIRST_WORDS or first in clause.denied:
            continue
        length = 0
        for last, ends in enumerate(words[first:], first):
            length += len(ends)
            if length > LONGEST:
                break
            piece = words[first : last + 1]
            if length >= shortest and _may_end(clause, last, worth) and any(map(worth.get, piece)):
                yield piece


def _may_end(clause: Clause, last: int, worth: dict[str, float]) -> bool:
    """With a word that tells something and is not cut off from the character behind it, or where all is said."""
    word, behind = clause.words[last], clause.words[last + 1 : last + 2]
    if word[-1] in _NOT_LAST or word in _NOT_LAST_WORDS:
        return False
    if not behind:
        return bool(worth.get(word)) or (len(word) == 1 and clause.is_ended)
    return bool(worth.get(word)) and (len(behind[0]) > 1 or behind[0] in _NOT_FIRST)
