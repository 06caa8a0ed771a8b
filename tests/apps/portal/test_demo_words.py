"""The words of the demo: every side of a matter has its request, its reply and what may go wrong with it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import Random

import pytest

from huiyin.apps.portal.demo.matters import Matter, matters, reply_of, text_of
from huiyin.apps.portal.demo.phrases import Teller
from huiyin.domain.case_titles import title_of
from huiyin.domain.clocks import BEIJING
from huiyin.language.masking import mask

AT = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)
EACH = pytest.mark.parametrize("matter", matters(), ids=lambda matter: matter.code)


def a_teller(seed: object) -> Teller:
    teller = Teller(Random(str(seed)))
    teller.slots |= {"b": "6号楼", "u": "2单元", "f": "4层", "r": "望溪路东段"}
    teller.asked_at(AT)
    teller.replied_at(AT + timedelta(days=2), AT)
    return teller


def sides_of(matter: Matter) -> set[str]:
    marks = (re.match(r"@([a-z]+) ", words) for words in matter.open)
    return {side for mark in marks if mark for side in mark[1]}


@EACH
def test_every_side_of_a_matter_can_be_asked_and_answered(matter: Matter) -> None:
    for side in sides_of(matter) or {""}:
        for words in (matter.open, matter.ask, matter.reply, matter.again, matter.bad):
            teller = a_teller(side)
            teller.facet = side
            assert teller.fitting(words), f"side {side!r} has no words"


@EACH
def test_what_is_said_is_whole_and_holds_nothing_personal(matter: Matter) -> None:
    for seed in range(60):
        teller = a_teller(f"{matter.code}{seed}")
        said = [text_of(matter, teller), reply_of(matter, teller, 0), reply_of(matter, teller, 1)]
        for words in said:
            assert not re.search(r"[\[\]{}|@]", words), words
            assert mask(words) == words
        assert len(said[0]) >= 4
        assert len(said[1]) >= 20
        assert 4 <= len(title_of(said[0])) <= 36


def test_the_same_matter_is_rarely_said_twice_alike() -> None:
    texts = [text_of(matter, a_teller(f"{matter.code}{n}")) for matter in matters() for n in range(60)]
    assert len(set(texts)) > 0.97 * len(texts)
