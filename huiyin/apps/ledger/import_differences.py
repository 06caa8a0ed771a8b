"""Where a row says something else than the ledger: a table changes nothing that is registered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from huiyin.apps.imports.kinds import Reason, Values
from huiyin.apps.ledger import columns
from huiyin.apps.ledger.import_places import Places, key_of_name
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services.register import ADDED
from huiyin.language.masking import mask, mask_nickname, mask_place
from huiyin.web.dates import day_words

Difference = tuple[str, Any]  # the key of a column and what the ledger says there
_LONGEST_SHOWN = 20


def differences_of_origin(
    row: Values, case: Case, places: Places, *, is_touched: bool
) -> Iterator[Difference]:
    """Where a row of an old ledger says something else than when it was imported; an empty cell says nothing.

    What was added or decided here since may differ: `is_touched` says that somebody worked on the case, who may have
    given it another lead or list. What the import does not take from a file (dates due, status) is not compared, nor
    are contacts, which no table may ask for.
    """
    yield from _words_differ(row, case)
    yield from _place_differs(row, case, places)
    now = columns.values_of(case)
    if row["category"] and columns.category_code(row["category"]) not in (None, case.category):
        yield "category", now["category"]
    for key in ("kind", "source"):
        if row[key] and row[key] != now[key]:
            yield key, now[key]
    if row["registered_at"] != now["registered_at"]:
        yield "registered_at", now["registered_at"]
    if not is_touched:
        if row["case_list"] and row["case_list"] != case.case_list:
            yield "case_list", case.case_list
        if row["lead"] and not _is_lead(row["lead"], case):
            yield "lead", case.lead_label
    if row["reply"] and not _is_told(row["reply"], now["reply"]):
        yield "reply", now["reply"]
    if row["replied_at"] and now["replied_at"] != not_before(row["replied_at"], case.registered_at):
        yield "replied_at", now["replied_at"]
    if row["replier"] and now["replier"] and not _is_told(row["replier"], now["replier"], longest=80):
        yield "replier", now["replier"]


def _words_differ(row: Values, case: Case) -> Iterator[Difference]:
    private = getattr(case, "private", None)
    title, text, nickname = row["title"], row["text"] or row["title"], row["nickname"]
    is_known = title is None or title == getattr(private, "title", None)
    if not is_known and not _is_told(title, case.title, longest=120):
        yield "title", case.title
    is_known = text is None or text in (getattr(private, "text", None), case.text)
    if not is_known and not _says(case.text, columns.plain(mask(text))):
        yield "text", case.text
    # Who was forgotten has no name here any more.
    if nickname and case.nickname and mask_nickname(nickname)[:20] != case.nickname:
        yield "nickname", case.nickname


def _place_differs(row: Values, case: Case, places: Places) -> Iterator[Difference]:
    """The name of an estate nobody knew stands before the building."""
    estate, area = row["estate"], row["area"]
    address = getattr(getattr(case, "private", None), "address", "")
    lost = estate if estate and case.estate is None else ""
    if lost and not (address or case.building).startswith(lost):
        yield "estate", None
    elif estate and case.estate is not None and not places.is_called(case.estate, estate):
        yield "estate", case.estate.name
    if area and not places.is_in(case, area):
        yield "area", case.area.name
    if row["building"]:
        told = " ".join(part for part in (lost, row["building"]) if part)
        if told != address and mask_place(told)[:40] != case.building:
            yield "building", case.building


def _is_lead(told: str, case: Case) -> bool:
    if _is_told(told, case.lead_label, longest=80):
        return True
    names = [case.lead_label]
    if case.lead_engagement is not None:
        names.append(case.lead_engagement.company.name)
    if case.lead_area is not None:
        names.append(case.lead_area.code)
    return key_of_name(told) in map(key_of_name, names)


def _is_told(told: str, known: str | None, *, longest: int | None = None) -> bool:
    """Whether the ledger has these words, masked where they had to be; looking for that is dear, so it comes last."""
    return told == known or columns.plain(mask(told)[:longest]) == columns.plain(known)


def _says(text: str, masked: str) -> bool:
    """Whether a public text is that of the file; what the asker added later stands behind it."""
    return columns.plain(text) == masked or text.startswith(f"{masked}{ADDED}")


def not_before(replied_at: datetime, registered_at: datetime) -> datetime:
    """A reply told by its day alone, the day of registration, is taken as given at registration."""
    registered_at = columns.to_second(registered_at)
    is_day = replied_at.time() == time() and replied_at.date() == registered_at.date()
    return max(replied_at, registered_at) if is_day else replied_at


def reason(key: str, known: Any) -> Reason:
    """Why such a row is refused, with what the ledger says."""
    text = columns.words_of(key, _words(known))
    said = f"台账里是“{text}”" if text else "台账里是空的"
    return key, f"{said}。导入不改已登记的事项：请到事项页办理，或把这一格改回去。"


def _words(known: Any) -> str:
    """Dates as people write them, long texts cut."""
    if isinstance(known, datetime):
        clock = (
            "" if known.time() == time() else f" {known:%H:%M}" if not known.second else f" {known:%H:%M:%S}"
        )
        return f"{day_words(known.date(), False, with_year=True)}{clock}"
    if isinstance(known, date):
        return day_words(known, False, with_year=True)
    text = "" if known is None else str(known)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
