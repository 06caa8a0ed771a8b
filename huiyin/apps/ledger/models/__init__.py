"""Cases, who asked, how they were handled, topics and bulletins: the sink everything flows into."""

from huiyin.apps.ledger.models.askers import Asker, AskerContact, AskerMessageCode
from huiyin.apps.ledger.models.bulletins import Bulletin
from huiyin.apps.ledger.models.cases import Case, CasePrivate, NumberCounter
from huiyin.apps.ledger.models.desk import SavedFilter
from huiyin.apps.ledger.models.handling import (
    AnswerGiven,
    Escalation,
    Extension,
    GiveUpProposal,
    LeadProposal,
    Milestone,
    Objection,
    Pause,
    Reply,
    ReplyPhoto,
    Urge,
)
from huiyin.apps.ledger.models.topics import Topic

__all__ = [
    "AnswerGiven",
    "Asker",
    "AskerContact",
    "AskerMessageCode",
    "Bulletin",
    "Case",
    "CasePrivate",
    "Escalation",
    "Extension",
    "GiveUpProposal",
    "LeadProposal",
    "Milestone",
    "NumberCounter",
    "Objection",
    "Pause",
    "Reply",
    "ReplyPhoto",
    "SavedFilter",
    "Topic",
    "Urge",
]
