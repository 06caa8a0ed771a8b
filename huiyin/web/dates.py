"""Dates and times as people read them: 6月18日, 上午 9:30, never broken over a line."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from time import monotonic

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from huiyin.web.now import now
from huiyin.web.words import language

END_OF_DAY = time(23, 59, 59)
"""When a limit in days ends (domain/clocks.py), to the second."""
WEEKDAYS = "一二三四五六日"
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        # The one zone of the site; the active one of a thread is never another and costs more to ask for.
        return value.astimezone(timezone.get_default_timezone())
    return value


def as_day(value: date | datetime) -> date:
    value = local(value)
    return value.date() if isinstance(value, datetime) else value


_known_year = (0, 0.0)  # the year, and until when it is believed


def this_year() -> int:
    """The present year, read from the clock once a minute: it is asked for each date of a page."""
    global _known_year
    tick = monotonic()
    if tick > _known_year[1] or settings.TESTING_CLOCK_ALLOWED:
        _known_year = (now().year, tick + 60)
    return _known_year[0]


def is_english() -> bool:
    return language().startswith("en")


def part_of_day(hour: int) -> str:
    if hour < 6:
        return "凌晨"
    if hour < 12:
        return "上午"
    if hour < 13:
        return "中午"
    if hour < 18:
        return "下午"
    return "晚上"


def time_words(moment: datetime, english: bool) -> str:
    """ "上午 9:30", "下午 3:00"; in English 24 hours."""
    if english:
        return f"{moment:%H:%M}"
    hour = moment.hour if moment.hour <= 12 else moment.hour - 12
    return f"{part_of_day(moment.hour)} {hour}:{moment:%M}"


def day_words(day: date, english: bool, *, with_year: bool) -> str:
    if english:
        words = f"{day.day} {ENGLISH_MONTHS[day.month - 1]}"
        return f"{words} {day.year}" if with_year else words
    words = f"{day.month}月{day.day}日"
    return f"{day.year}年{words}" if with_year else words


@lru_cache(maxsize=4096)
def _day_html(day: date, english: bool, with_year: bool) -> SafeString:
    words = day_words(day, english, with_year=with_year)
    return mark_safe(f'<time datetime="{day.isoformat()}">{words}</time>')  # noqa: S308


def day_html(value: date | datetime, *, year: bool | None = None) -> SafeString:
    """6月18日; with the year if it is not the present one, or if `year` says so."""
    day = as_day(value)
    return _day_html(day, is_english(), day.year != this_year() if year is None else year)


def month_html(value: date | datetime) -> SafeString:
    day = as_day(value)
    words = f"{ENGLISH_MONTHS[day.month - 1]} {day.year}" if is_english() else f"{day.year}年{day.month}月"
    return mark_safe(f'<time datetime="{day:%Y-%m}">{words}</time>')  # noqa: S308


def _moment_html(value: datetime, time: str, english: bool) -> SafeString:
    words = f"{day_words(value.date(), english, with_year=value.year != this_year())} {time}"
    return mark_safe(f'<time datetime="{value.isoformat(timespec="minutes")}">{words}</time>')  # noqa: S308


def when_html(value: date | datetime) -> SafeString:
    """6月18日 上午 9:30, for what people come to or wait for."""
    moment = local(value)
    if not isinstance(moment, datetime):
        return day_html(moment)
    english = is_english()
    return _moment_html(moment, time_words(moment, english), english)


def due_html(value: date | datetime) -> SafeString:
    """6月18日; a limit in hours ends within a day and says when: 6月18日 凌晨 1:53."""
    return when_html(value) if due_hour(value) else day_html(value)


def due_words(value: datetime, seen_at: datetime) -> str:
    """The same as plain words, with the year if it is another one when it is read."""
    day = as_day(value)
    words = day_words(day, is_english(), with_year=day.year != as_day(seen_at).year)
    return " ".join(filter(None, (words, due_hour(value))))


def due_hour(value: date | datetime) -> str:
    """凌晨 1:53; "" for a limit in days."""
    moment = local(value)
    if not isinstance(moment, datetime) or moment.time().replace(microsecond=0) == END_OF_DAY:
        return ""
    return time_words(moment, is_english())


def stamp_html(value: date | datetime) -> SafeString:
    """6月18日 16:20, for what was recorded."""
    moment = local(value)
    if not isinstance(moment, datetime):
        return day_html(moment)
    return _moment_html(moment, f"{moment:%H:%M}", is_english())


def weekday_words(value: date | datetime) -> str:
    day = as_day(value)
    return f"{day:%a}" if is_english() else f"周{WEEKDAYS[day.weekday()]}"
