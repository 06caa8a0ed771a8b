"""When the demo's two half-years lie and when what is done for their reports, all counted back from now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from huiyin.apps.portal.demo.hours import at_time
from huiyin.apps.portal.demo.reports.stories import EARLIER, LATEST
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.months import months_later
from huiyin.domain.report_periods import whole_period

MONTHS = 6
# After the end of a period there is time to collect, write, approve and give notice before today's meetings.
ENDED_DAYS_AGO = 38


@dataclass(frozen=True)
class Half:
    """One period with the days on which its papers move."""

    name: str
    period: Period

    def day(self, days: int, hour: int = 9, minute: int = 30) -> datetime:
        """So many days after the period's last one."""
        return at_time(self.period.to_on + timedelta(days=days), hour, minute)

    @property
    def list_opened_at(self) -> datetime:
        return self.day(-19, 9, 12)

    @property
    def list_confirmed_at(self) -> datetime:
        return self.day(2, 15, 40)

    @property
    def list_sent_at(self) -> datetime:
        return self.day(3, 9, 5)

    @property
    def report_opened_at(self) -> datetime:
        return self.day(4, 10, 20)

    @property
    def submitted_at(self) -> datetime:
        return self.day(8, 17, 15)

    @property
    def approved_at(self) -> datetime:
        return self.day(9, 16, 30)


def halves(today: date) -> dict[str, Half]:
    """The two report periods before today; the third, still running, begins where they end."""
    latest_day = today - timedelta(days=ENDED_DAYS_AGO)
    end_month = latest_day.replace(day=1)  # the month before it is the last one that is over by then
    begins = months_later(end_month, -MONTHS)
    latest = whole_period(begins, MONTHS)
    earlier = whole_period(months_later(begins, -MONTHS), MONTHS)
    return {EARLIER: Half(EARLIER, earlier), LATEST: Half(LATEST, latest)}
