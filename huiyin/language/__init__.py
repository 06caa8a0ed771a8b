"""The text: masking, words, likeness, the checks of reports and replies, places. No Django is imported here."""

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
