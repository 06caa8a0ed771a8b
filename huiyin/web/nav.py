"""What stands in the menus: only pages that exist, and on the desk only those the reader may open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from huiyin.domain.access import STAFF_ROLES, Actor, Role

OFFICERS = frozenset({Role.SECRETARY, Role.STREET_OFFICER, Role.DISTRICT_OFFICER})


@dataclass(frozen=True)
class Entry:
    """A menu entry. `covers` are beginnings of URL names whose pages count as being here."""

    label: str
    url_name: str
    covers: tuple[str, ...] = ()
    allowed: Callable[[Actor], bool] | None = None


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    is_current: bool


def holds_any(*roles: Role) -> Callable[[Actor], bool]:
    return lambda actor: any(actor.holds(role) for role in roles)


def is_staff(actor: Actor | None) -> bool:
    return actor is not None and any(actor.holds(role) for role in STAFF_ROLES)


PUBLIC = [
    Entry(_("首页"), "portal:home"),
    Entry(_("小区"), "portal:street_list", ("portal:street", "portal:estate", "portal:company")),
    Entry(_("报告"), "reports:report_list", ("reports:",)),
    Entry(_("台账"), "ledger:case_list", ("ledger:case", "ledger:ask", "ledger:similar", "ledger:bulletin")),
    Entry(
        _("报告会"),
        "meetings:meeting_list",
        tuple(
            f"meetings:{name}"
            for name in ("meeting", "minutes", "certificate", "ask", "rate", "check_in", "forum")
        ),
    ),
    Entry(_("核验"), "audit:verify", ("audit:",)),
]
FOOTER = [
    Entry(_("数字怎么算"), "portal:how_numbers_are_computed"),
    Entry(_("怎么核验"), "audit:verify"),
    Entry(_("无障碍"), "portal:accessibility"),
    Entry(_("个人信息保护"), "portal:privacy"),
]
DESK = [
    Entry(_("今天"), "portal:desk"),
    Entry(
        _("报告"), "reports:desk_reports", ("reports:desk_",), is_staff
    ),  # who sees it, the app says itself
    Entry(
        _("报告会"),
        "meetings:desk_meetings",
        ("meetings:desk_",),
        holds_any(*OFFICERS, Role.COMMUNITY_WORKER, Role.AUDITOR, Role.MANAGER, Role.COMPANY_ADMIN),
    ),
    Entry(_("台账"), "ledger:desk_cases", ("ledger:desk_",)),
    Entry(_("诉求"), "hotline:desk_hotline", ("hotline:",), is_staff),
    Entry(_("保养记录"), "upkeep:desk_records", ("upkeep:desk_",), is_staff),
    Entry(
        _("导入"),
        "imports:list",
        ("imports:",),
        holds_any(*OFFICERS, Role.COMPANY_ADMIN, Role.COMMUNITY_WORKER, Role.OPERATOR),
    ),
    Entry(_("人员"), "people:desk_people", ("people:desk_",), holds_any(*OFFICERS, Role.COMPANY_ADMIN)),
    Entry(_("规则"), "policies:desk_policies", ("policies:",)),
]


def register_desk(entry: Entry) -> None:
    """Called in AppConfig.ready(): add an entry, or replace the one with the same URL name."""
    for at, known in enumerate(DESK):
        if known.url_name == entry.url_name:
            DESK[at] = entry
            return
    DESK.append(entry)


def items(request: HttpRequest, entries: Iterable[Entry], actor: Actor | None = None) -> list[Item]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    shown = []
    for entry in entries:
        if entry.allowed is not None and (actor is None or not entry.allowed(actor)):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        is_current = here == entry.url_name or bool(entry.covers and here.startswith(entry.covers))
        shown.append(Item(gettext(entry.label), url, is_current))
    return shown
