"""A question is shown the matters at its estate it may be one of."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

from huiyin.language import similar
from huiyin.language.masking import mask
from huiyin.language.similar import Candidate, SimilarIndex, rank_similar
from tests.language import corpus

LIFT = Candidate("a", "3号楼电梯坏了", "电梯停了三天,老人下不了楼,请尽快修好。", "电梯", 3)
LEAK = Candidate("b", "地下车库渗水", "车库顶板渗水,车位上都是水,滴到车上。", "房屋", 10)
BINS = Candidate("c", "桶站满溢", "东门桶站一到晚上就满,味道很大。", "垃圾", 40)
LAMP = Candidate("d", "楼道声控灯不亮", "二层声控灯不亮,晚上看不见台阶。", "照明", 20)
CASES = (LIFT, LEAK, BINS, LAMP)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("电梯又停了怎么办", "a"),
        ("车库漏水滴到我的车", "b"),
        ("东门的垃圾没人清运,太臭", "c"),
        ("楼道里没有照明", "d"),
        ("楼道里的灯坏了很久", "d"),
    ],
)
def test_the_same_matter_comes_first_also_in_other_words(question, first):
    assert rank_similar(question, CASES)[0].id == first


def test_a_match_names_the_words_shared():
    match = rank_similar("3号楼的电梯坏了三天", CASES)[0]
    assert match.id == "a"
    assert "电梯" in match.shared_words


def test_of_two_equals_the_younger_comes_first():
    old, young = (
        Candidate(key, LIFT.title, LIFT.text, age_days=days) for key, days in (("old", 170), ("young", 2))
    )
    assert [match.id for match in rank_similar("电梯坏了", [old, young, LEAK, BINS])][:2] == ["young", "old"]


@pytest.mark.parametrize("question", ["", "   ", "!!!", "的了吗"])
def test_nothing_in_common_shows_nothing(question):
    assert rank_similar(question, CASES) == []
    assert rank_similar("电梯坏了", []) == []


def test_scores_lie_between_nothing_and_one():
    for question in ("电梯", LIFT.title + LIFT.text, "电梯 " * 500):
        assert all(0 <= match.score <= 1 for match in rank_similar(question, CASES))


WAYS_OF_ASKING = {
    "title and text": lambda title, text: f"{title}\n{text}",
    "title": lambda title, text: title,
    "text": lambda title, text: text,
}


@cache
def _shares() -> dict[str, list[float]]:
    """For each way of asking, the share each member finds of its group, in one pass: an index is large."""
    texts = corpus.messages()
    shares: dict[str, list[float]] = {way: [] for way in WAYS_OF_ASKING}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similar, "features", cache(similar.features))  # most messages stand in several pools
        for members, index in _pools():
            for asked, (way, words) in product(members, WAYS_OF_ASKING.items()):
                ranked = [match.id for match in index.rank(words(*texts[asked]), limit=6)]
                shares[way].append(_found_share(ranked, asked, members))
    return shares


def _pools() -> Iterator[tuple[list[int], SimilarIndex]]:
    """Each group's members, and the index of the messages of its estate with distractors, at least 200."""
    texts = corpus.messages()
    property_related = [
        int(str(row["id"])) for row in corpus.rows("corpus/messages_dev.jsonl") if row["property_related"]
    ]
    for group in corpus.rows("corpus/topics_dev.jsonl"):
        if group["kind"] != "group":
            continue
        members = [number for number in group["message_ids"] if number in texts]
        estate = group["estate"]
        here = {n for n, (title, text) in texts.items() if estate and estate in title + text} | set(members)
        rng = random.Random(str(group["group_id"]))
        others = [
            n for n in [*property_related, *rng.sample(sorted(texts), 400)] if n in texts and n not in here
        ]
        pool = here | set(list(dict.fromkeys(others))[: max(0, 201 - len(here))])
        if len(members) > 1:
            yield members, SimilarIndex(_masked(number) for number in sorted(pool))


@cache
def _masked(number: int) -> Candidate:
    title, text = corpus.messages()[number]
    return Candidate(str(number), mask(title), mask(text))


def _found_share(ranked: list[str], asked: int, members: list[int]) -> float:
    relevant = {str(number) for number in members} - {str(asked)}
    found = [key for key in ranked if key != str(asked)][:5]
    return len(relevant.intersection(found)) / min(5, len(relevant))


@pytest.mark.slow
@pytest.mark.xdist_group("gold groups")  # one process reads them
@pytest.mark.parametrize("ask_with", WAYS_OF_ASKING)
def test_recall_at_5_on_the_gold_groups_is_at_least_80_percent(ask_with, capsys):
    corpus.need("corpus/topics_dev.jsonl", "corpus/messages_dev.jsonl", "real/messages.xlsx")
    shares = _shares()[ask_with]
    recall = statistics.mean(shares)
    with capsys.disabled():
        print(f"\nrecall@5 {recall:.3f} of {len(shares)} questions by {ask_with}")
    assert recall >= 0.8
