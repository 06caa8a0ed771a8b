"""Demand lists, reports and what stands in them, promises, and the hand-over between two companies."""

from huiyin.apps.reports.models.commitments import Commitment, CommitmentMove
from huiyin.apps.reports.models.contents import (
    Account,
    AccountLine,
    Claim,
    ClaimEvidence,
    CommitmentAccount,
    Excuse,
    PointedPassage,
    ReportPhoto,
    Section,
    SectionConflict,
    TopicAnswer,
)
from huiyin.apps.reports.models.demands import Demand, DemandList, DemandVoice, DemandVoicePrivate
from huiyin.apps.reports.models.handovers import HandOver, HandOverCase
from huiyin.apps.reports.models.reports import Redaction, Report, ReturnReason, Revision

__all__ = [
    "Account",
    "AccountLine",
    "Claim",
    "ClaimEvidence",
    "Commitment",
    "CommitmentAccount",
    "CommitmentMove",
    "Demand",
    "DemandList",
    "DemandVoice",
    "DemandVoicePrivate",
    "Excuse",
    "HandOver",
    "HandOverCase",
    "PointedPassage",
    "Redaction",
    "Report",
    "ReportPhoto",
    "ReturnReason",
    "Revision",
    "Section",
    "SectionConflict",
    "TopicAnswer",
]
