"""How long "is it one of these?" takes for 500 candidates: `python -m bench similar`. Invented cases."""

from __future__ import annotations

import random
import statistics
import time

from huiyin.language.similar import Candidate, SimilarIndex

CANDIDATES, QUESTIONS, ROUNDS = 500, 40, 7
MOST = 50.0
"""CPU ms a question may take at the median."""
PLACES = [
    "东门",
    "3号楼",
    "地下车库",
    "楼道",
    "中心花园",
    "西侧围墙",
    "12号楼二层",
    "快递柜旁",
    "儿童活动区",
    "电梯厅",
]
MATTERS = [
    ("电梯停运", "电梯停了好几天,老人上下楼很不方便,贴了通知却没有说什么时候修好"),
    ("桶站满溢", "垃圾桶一到晚上就满,味道很大,清运的车早上才来"),
    ("声控灯不亮", "灯不亮,晚上看不见台阶,已经有人摔倒"),
    ("车位被占", "固定车位常被外面的车占用,保安说管不了"),
    ("顶板渗水", "下雨就滴水,墙皮脱落,地上一直是湿的"),
    ("飞线充电", "有人从窗户拉线给电动车充电,很危险"),
    ("门禁失灵", "刷卡没有反应,门一直开着,谁都能进来"),
    ("绿化带踩秃", "草坪成了小路,下雨全是泥,希望补种"),
]


def case(rng: random.Random, number: int) -> Candidate:
    title, text = rng.choice(MATTERS)
    place = rng.choice(PLACES)
    told = "。".join(rng.choice(MATTERS)[1] for _ in range(rng.randint(0, 4)))
    return Candidate(str(number), f"{place}{title}", f"{place}{text}。{told}", age_days=rng.randint(0, 180))


def main(arguments: list[str] | None = None) -> int:
    """Takes no options; 0 if a question keeps within its limit."""
    rng = random.Random("bench")
    cases = [case(rng, number) for number in range(CANDIDATES)]
    questions = [case(rng, number).text for number in range(QUESTIONS)]
    built, asked = [], []
    for _ in range(ROUNDS):
        started = time.process_time()
        index = SimilarIndex(cases)
        built.append((time.process_time() - started) * 1000)
        for question in questions:
            started = time.process_time()
            index.rank(question)
            asked.append((time.process_time() - started) * 1000)
    for name, values in (("preparing the index", built), ("a question", asked)):
        print(
            f"{name:<20} {statistics.median(values):7.2f} ms CPU, median of {len(values)}, "
            f"{CANDIDATES} candidates ({min(values):.2f}–{max(values):.2f})"
        )
    return 0 if statistics.median(asked) <= MOST else 1
