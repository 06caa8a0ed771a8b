"""Imports, counts by month, names no estate is known by, complaints that became cases. The rest lies in the store."""

from huiyin.apps.hotline.models.cases import HotlineCase
from huiyin.apps.hotline.models.counts import (
    Counts,
    HotlineCount,
    HotlineDistrict,
    HotlineMonth,
    HotlineTotal,
)
from huiyin.apps.hotline.models.imports import HotlineImport, HotlineSource
from huiyin.apps.hotline.models.names import UnknownName
from huiyin.apps.hotline.models.published import PublishedRank
from huiyin.apps.hotline.models.topics import HotlineTopic

__all__ = [
    "Counts",
    "HotlineCase",
    "HotlineCount",
    "HotlineDistrict",
    "HotlineImport",
    "HotlineMonth",
    "HotlineSource",
    "HotlineTopic",
    "HotlineTotal",
    "PublishedRank",
    "UnknownName",
]
