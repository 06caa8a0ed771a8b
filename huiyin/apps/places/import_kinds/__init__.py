"""What can be imported about places; a second import of the same file changes nothing."""

from __future__ import annotations

from huiyin.apps.imports import kinds
from huiyin.apps.places.import_kinds.areas import AREAS
from huiyin.apps.places.import_kinds.companies import COMPANIES
from huiyin.apps.places.import_kinds.engagements import ENGAGEMENTS
from huiyin.apps.places.import_kinds.estates import ESTATES


def register_all() -> None:
    for kind in (AREAS, COMPANIES, ESTATES, ENGAGEMENTS):
        kinds.register(kind)
