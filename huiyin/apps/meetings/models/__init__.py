"""The rows of the meetings."""

from huiyin.apps.meetings.models.attendance import CheckIn, CheckInPrivate
from huiyin.apps.meetings.models.forums import Forum, ForumItem, ForumMatter
from huiyin.apps.meetings.models.meetings import (
    AgendaItem,
    CommitteeTerm,
    ConsultationResult,
    FloorInterval,
    Meeting,
    MeetingEstate,
    Pulse,
    RaisedDifficulty,
    Sitting,
    SupervisionNote,
    TeamMember,
)
from huiyin.apps.meetings.models.minutes import Minutes, MinutesCorrection
from huiyin.apps.meetings.models.questions import Question, QuestionPrivate, Support
from huiyin.apps.meetings.models.ratings import LetterPile, RatingCast, RatingTally, RatingToken

__all__ = [
    "AgendaItem",
    "CheckIn",
    "CheckInPrivate",
    "CommitteeTerm",
    "ConsultationResult",
    "FloorInterval",
    "Forum",
    "ForumItem",
    "ForumMatter",
    "LetterPile",
    "Meeting",
    "MeetingEstate",
    "Minutes",
    "MinutesCorrection",
    "Pulse",
    "Question",
    "QuestionPrivate",
    "RaisedDifficulty",
    "RatingCast",
    "RatingTally",
    "RatingToken",
    "Sitting",
    "SupervisionNote",
    "Support",
    "TeamMember",
]
