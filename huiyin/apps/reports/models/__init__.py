"""Demand lists, reports and what stands in them, promises, and the hand-over between two companies."""

from huiyin.apps.reports.models.commitments import Commitment, CommitmentMove
from huiyin.apps.reports.models.contents import (
    DECIMAL_PLACES,
    FINEST,
    Account,
    AccountLine,
    Claim,
    ClaimEvidence,
    CommitmentAccount,
    Excuse,
    FindingExcuse,
    PointedPassage,
    ReportPhoto,
    Section,
    SectionConflict,
    TopicAnswer,
)
from huiyin.apps.reports.models.demands import Demand, DemandList, DemandVoice, DemandVoicePrivate
from huiyin.apps.reports.models.handovers import HandOver, HandOverCase
from huiyin.apps.reports.models.reports import Redaction, Report, ReturnReason, Revision
from huiyin.apps.reports.models.topics import FrozenTopic
from huiyin.apps.reports.models.verdicts import ClaimVerdict, NewDeviation, VerdictSheet

__all__ = [
    "DECIMAL_PLACES",
    "FINEST",
    "Account",
    "AccountLine",
    "Claim",
    "ClaimEvidence",
    "ClaimVerdict",
    "Commitment",
    "CommitmentAccount",
    "CommitmentMove",
    "Demand",
    "DemandList",
    "DemandVoice",
    "DemandVoicePrivate",
    "Excuse",
    "FindingExcuse",
    "FrozenTopic",
    "HandOver",
    "HandOverCase",
    "NewDeviation",
    "PointedPassage",
    "Redaction",
    "Report",
    "ReportPhoto",
    "ReturnReason",
    "Revision",
    "Section",
    "SectionConflict",
    "TopicAnswer",
    "VerdictSheet",
]
