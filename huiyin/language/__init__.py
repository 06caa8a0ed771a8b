"""The text: masking, words, likeness, the checks of reports and replies, places. No Django is imported here.

A part is loaded when one of its names is asked for: a process that only masks needs no dictionary of words.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huiyin.language.answers import Passage, TopicAnswer, find_answers, is_answer
    from huiyin.language.checks import CheckPolicy, Finding, Sentence, Severity, check, label_sentences
    from huiyin.language.claim_periods import Period
    from huiyin.language.claims import FoundClaim, find_claims
    from huiyin.language.complaints.classifying import Classified, classify
    from huiyin.language.complaints.grouping import group_topics
    from huiyin.language.places import Gazetteer, Place, find_estate_names
    from huiyin.language.replies import Answers, ReplyCheck, check_reply

__all__ = [
    "Answers",
    "CheckPolicy",
    "Classified",
    "Finding",
    "FoundClaim",
    "Gazetteer",
    "Passage",
    "Period",
    "Place",
    "ReplyCheck",
    "Sentence",
    "Severity",
    "TopicAnswer",
    "check",
    "check_reply",
    "classify",
    "find_answers",
    "find_claims",
    "find_estate_names",
    "group_topics",
    "is_answer",
    "label_sentences",
]

_HOMES = {
    name: module
    for module, names in {
        "answers": ("Passage", "TopicAnswer", "find_answers", "is_answer"),
        "checks": ("CheckPolicy", "Finding", "Sentence", "Severity", "check", "label_sentences"),
        "claim_periods": ("Period",),
        "claims": ("FoundClaim", "find_claims"),
        "complaints.classifying": ("Classified", "classify"),
        "complaints.grouping": ("group_topics",),
        "places": ("Gazetteer", "Place", "find_estate_names"),
        "replies": ("Answers", "ReplyCheck", "check_reply"),
    }.items()
    for name in names
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
