"""Whether a company plans more than it has shown it can do: its new promises against those it kept last."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """`kept` of the `due_count` promises that were due or settled in the period; `carried` of them go on."""

    planned: int
    kept: int
    due_count: int
    carried: int
    most_percent: int
    """Of what was kept: more than this is planned only with a warning (policies/reports: `load_warning_percent`)."""

    @property
    def is_heavy(self) -> bool:
        """Nothing was due yet: there is nothing to measure a plan by."""
        return self.due_count > 0 and self.planned * 100 > self.kept * self.most_percent

    @property
    def most(self) -> int:
        """As many as can be planned without a warning."""
        return self.kept * self.most_percent // 100
