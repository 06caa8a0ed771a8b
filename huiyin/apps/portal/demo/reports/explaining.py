"""Numbers of the demo that the records do not bear out: the company says in public why, as it has to."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from random import Random

from huiyin.apps.portal.demo.reports.facts import FOLDER
from huiyin.apps.reports.contents import content_of
from huiyin.apps.reports.models import Claim, Report
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.verdicts import Judged, live_verdicts


@cache
def reasons() -> dict[str, list[str]]:
    told = tomllib.loads((FOLDER / "gaps.toml").read_text(encoding="utf-8"))
    return {what: list(words) for what, words in told["deviates"].items()}


def explain_deviations(report: Report, *, now: datetime) -> list[str]:
    """Beside each number of the draft that deviates at this moment; the codes of their metrics."""
    content = content_of(newest_revision(report))
    deviating = [each for each in live_verdicts(report, content, now=now).deviating if not each.is_explained]
    for each in deviating:
        each.claim.explanation = f"{_reason(report, each)}{each.claim.explanation}"
        assert each.deviation is not None
        each.claim.explained_claimed = each.deviation.claimed
        each.claim.explained_counted = each.deviation.counted
    told = ["explanation", "explained_claimed", "explained_counted"]
    Claim.objects.bulk_update([each.claim for each in deviating], told)
    return [each.claim.metric for each in deviating]


def _reason(report: Report, judged: Judged) -> str:
    metric = judged.claim.metric
    rng = Random(f"{report.pk}/{metric}/deviates")
    return rng.choice(reasons().get(metric, reasons()["records"])).format(counted=judged.counted)
