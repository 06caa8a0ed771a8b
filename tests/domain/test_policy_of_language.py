"""What a district may change of the check of report texts: only what makes sense together."""

from __future__ import annotations

import pytest

from huiyin.domain.policy_reader import PolicyInvalid, read
from huiyin.domain.policy_reports import LanguageRules


def test_nothing_said_leaves_the_check_as_it_was_trained() -> None:
    assert read(LanguageRules, {}) == LanguageRules()


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ({"without_rules": ["vague"]}, "without_rules[0]"),
        ({"more_words": [{"group": "speed", "words": " "}]}, "more_words[0].words"),
        (
            {"more_words": [{"group": "speed", "words": "火速"}, {"group": "speed", "words": "飞快"}]},
            "more_words",
        ),
        ({"ask_from_percent": 0}, "ask_from_percent"),
        ({"ask_from_percent": 80, "stop_from_percent": 70}, "stop_from_percent"),
    ],
)
def test_what_makes_no_sense_is_named(raw: dict[str, object], key: str) -> None:
    with pytest.raises(PolicyInvalid) as fault:
        read(LanguageRules, raw, "")
    assert fault.value.key == key
