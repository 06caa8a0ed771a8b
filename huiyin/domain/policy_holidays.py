"""The policy of holidays: what is fixed by law each year, and lists announced after the holiday package was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from huiyin.domain.holidays import AnnouncedYear, ProvisionalRule
from huiyin.domain.policy_reader import Matches, PolicyInvalid, Sentence, UniqueBy

MonthDay = Annotated[str, Matches(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "月-日，如 10-01")]


@dataclass(frozen=True)
class ProvisionalYear:
    """Days of rest of one year that follow the moon or the sun, from a table."""

    year: int
    days: tuple[date, ...]

    def __post_init__(self) -> None:
        _check_year(self.year, "days", self.days)


@dataclass(frozen=True)
class Announcement:
    """A year's list of the State Council, adopted here when the holiday package does not know it yet."""

    year: int
    document: Sentence
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]

    def __post_init__(self) -> None:
        _check_year(self.year, "holidays", self.holidays)
        _check_year(self.year, "workdays", self.workdays)


@dataclass(frozen=True)
class HolidaysPolicy:
    yearly: tuple[MonthDay, ...]
    provisional: Annotated[tuple[ProvisionalYear, ...], UniqueBy("year")]
    announced: tuple[Announcement, ...] = ()

    def rule(self) -> ProvisionalRule:
        return ProvisionalRule(
            yearly=frozenset((int(text[:2]), int(text[3:])) for text in self.yearly),
            dated=frozenset(day for year in self.provisional for day in year.days),
        )

    def announced_years(self) -> dict[int, AnnouncedYear]:
        return {
            each.year: AnnouncedYear(frozenset(each.holidays), frozenset(each.workdays))
            for each in self.announced
        }


def _check_year(year: int, key: str, days: tuple[date, ...]) -> None:
    for number, day in enumerate(days):
        if day.year != year:
            raise PolicyInvalid(f"{key}[{number}]", "%(day)s 不在 %(year)s 年。", day=day, year=year)
