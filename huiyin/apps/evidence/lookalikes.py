"""The same photo again: in another estate or period, made smaller, recompressed, brighter or cut (fingerprints.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from huiyin.apps.evidence import fingerprints, owners
from huiyin.apps.evidence.models import Evidence, Fingerprint
from huiyin.apps.evidence.owners import Page

BEGIN_ALIKE = """
SELECT own.evidence_id, other.evidence_id
FROM evidence_fingerprint own
CROSS JOIN LATERAL (
    SELECT alike AS evidence_id FROM evidence_begin_alike(own.views, own.guesses) alike
    JOIN evidence_fingerprint same_method ON same_method.evidence_id = alike
    WHERE alike <> own.evidence_id AND same_method.method = %(method)s ORDER BY alike DESC LIMIT %(most)s
) other
WHERE own.evidence_id = ANY(%(own)s)
"""
"""A view of one photo is a guess of the other: the function of migration 0003, which reads two indexes."""

MOST_COMPARED = 400
"""Each comparison takes some milliseconds; so many photos that begin alike would be one picture of a plain wall."""


@dataclass(frozen=True)
class Lookalike:
    """Another photo of the same picture. `score` is 1 for the same file, 0.78 to 0.99 for one made over."""

    evidence: Evidence
    score: float

    @property
    def is_same_file(self) -> bool:
        return self.score == 1.0

    @property
    def page(self) -> Page | None:
        """Where the app that owns it shows it: one question to that app each, for the few that are shown."""
        return owners.page_of(self.evidence)


def lookalikes(evidence: Evidence) -> list[Lookalike]:
    """Photos that are probably the same as this one, likeliest first, withdrawn ones too; four queries.

    For reviewers: whether two uses of one picture are right (a pair shown twice, one gate of two estates) is for a
    person to say, and who may see the other place is for the app that owns it.
    """
    return lookalikes_of([evidence])[evidence.pk]


def lookalikes_of(photos: Sequence[Evidence]) -> dict[int, list[Lookalike]]:
    """The same by the key of each of several photos, with as many queries as for one."""
    found = _same_files(photos)
    methodical = Fingerprint.objects.filter(method=fingerprints.METHOD)
    own = dict(methodical.filter(evidence__in=photos).exclude(thumb=b"").values_list("pk", "thumb"))
    pairs = _begin_alike(own)
    others = methodical.filter(pk__in={other for _pk, other in pairs}).select_related("evidence")
    rows = {row.pk: row for row in others.defer("views", "guesses")}
    for pk, other in pairs:
        if other in found[pk] or other not in rows:
            continue
        score = round(min(0.99, fingerprints.likeness(bytes(own[pk]), bytes(rows[other].thumb))), 2)
        if score >= fingerprints.SAME:
            found[pk][other] = Lookalike(rows[other].evidence, score)
    return {
        pk: sorted(alike.values(), key=lambda each: (-each.score, -each.evidence.pk))
        for pk, alike in found.items()
    }


def _same_files(photos: Sequence[Evidence]) -> dict[int, dict[int, Lookalike]]:
    hashes = [each.sha256 for each in photos]
    same: defaultdict[str, list[Evidence]] = defaultdict(list)
    for each in Evidence.objects.filter(sha256__in=hashes).exclude(state=Evidence.State.PURGED):
        same[each.sha256].append(each)
    return {
        photo.pk: {other.pk: Lookalike(other, 1.0) for other in same[photo.sha256] if other.pk != photo.pk}
        for photo in photos
    }


def _begin_alike(own: Iterable[int]) -> list[tuple[int, int]]:
    """Pairs of a photo and another that begins like it, of each photo the newest."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_ALIKE, {"own": list(own), "method": fingerprints.METHOD, "most": MOST_COMPARED})
        return [(pk, other) for pk, other in cursor.fetchall()]
