"""The text: masking, words, likeness, the checks of reports and replies. No Django is imported here."""

from huiyin.language.answers import TopicAnswer, find_answers
from huiyin.language.checks import CheckPolicy, Finding, Sentence, Severity, check, label_sentences
from huiyin.language.claims import FoundClaim, find_claims
from huiyin.language.replies import ReplyCheck, check_reply

__all__ = [
    "CheckPolicy",
    "Finding",
    "FoundClaim",
    "ReplyCheck",
    "Sentence",
    "Severity",
    "TopicAnswer",
    "check",
    "check_reply",
    "find_answers",
    "find_claims",
    "label_sentences",
]
