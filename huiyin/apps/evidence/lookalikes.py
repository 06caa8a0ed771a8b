"""The same photo again: in another estate or period, made smaller, recompressed, brighter or cut (fingerprints.py)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models.expressions import RawSQL

from huiyin.apps.evidence import fingerprints, owners
from huiyin.apps.evidence.models import Evidence, Fingerprint
from huiyin.apps.evidence.owners import Page

BEGIN_ALIKE = "SELECT evidence_begin_alike(%s::integer[], %s::integer[])"
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
    """Photos that are probably the same as this one, likeliest first, withdrawn ones too; three queries.

    For reviewers: whether two uses of one picture are right (a pair shown twice, one gate of two estates) is for a
    person to say, and who may see the other place is for the app that owns it.
    """
    others = Evidence.objects.exclude(pk=evidence.pk).exclude(state=Evidence.State.PURGED)
    found = {each.pk: Lookalike(each, 1.0) for each in others.filter(sha256=evidence.sha256)}
    own = Fingerprint.objects.filter(evidence=evidence, method=fingerprints.METHOD).exclude(thumb=b"").first()
    if own is not None:
        begin_alike = (
            Fingerprint.objects.filter(pk__in=RawSQL(BEGIN_ALIKE, [own.views, own.guesses]))  # noqa: S611
            .filter(method=fingerprints.METHOD)
            .exclude(pk__in=[evidence.pk, *found])
            .select_related("evidence")
            .defer("views", "guesses")
        )
        thumb = bytes(own.thumb)
        for each in sorted(begin_alike, key=lambda row: -row.pk)[:MOST_COMPARED]:
            score = round(min(0.99, fingerprints.likeness(thumb, bytes(each.thumb))), 2)
            if score >= fingerprints.SAME:
                found[each.pk] = Lookalike(each.evidence, score)
    return sorted(found.values(), key=lambda each: (-each.score, -each.evidence.pk))
