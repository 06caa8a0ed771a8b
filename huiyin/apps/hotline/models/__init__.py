"""Imports, counts by month, names and doubts to decide, corrections, complaints that became cases.

The complaints themselves lie in the store.
"""

from django.db.models import Model

from huiyin.apps.hotline.models.cases import HotlineCase
from huiyin.apps.hotline.models.corrections import Correction
from huiyin.apps.hotline.models.counts import (
    Counts,
    HotlineCount,
    HotlineDistrict,
    HotlineMirrored,
    HotlineMonth,
    HotlineTotal,
)
from huiyin.apps.hotline.models.doubts import Doubt
from huiyin.apps.hotline.models.imports import HotlineImport, HotlineSource
from huiyin.apps.hotline.models.names import UnknownName
from huiyin.apps.hotline.models.published import PublishedRank
from huiyin.apps.hotline.models.topics import HotlineTopic

WITH_EXAMPLES: tuple[type[Model], ...] = (UnknownName, Doubt, HotlineTopic)
"""What shows a masked `example` of complaints."""

__all__ = [
    "WITH_EXAMPLES",
    "Correction",
    "Counts",
    "Doubt",
    "HotlineCase",
    "HotlineCount",
    "HotlineDistrict",
    "HotlineImport",
    "HotlineMirrored",
    "HotlineMonth",
    "HotlineSource",
    "HotlineTopic",
    "HotlineTotal",
    "PublishedRank",
    "UnknownName",
]
