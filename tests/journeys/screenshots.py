"""The pictures of the README: `python -m tests.journeys.screenshots [NAME …]` writes docs/img/ from the demo district.

The demo is made for Thursday, 18 June 2026, so that the same code gives the same pictures on any day. With
HUIYIN_SHOT_VAR the district is kept in that folder and used again.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.serving import ROOT, ServedSite

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NOW = "2026-06-18T10:20:00+08:00"
SECRET = "for pictures only, never anywhere else"
TARGET = ROOT / "docs" / "img"
COLOURS = 96
TALLEST = 1500  # CSS pixels; what goes on below is cut
VISITOR = ""


@dataclass(frozen=True)
class Shot:
    """A picture: who looks at which address, and on what."""

    name: str
    role: str
    address: Callable[[], str]
    width: int = 375
    mode: str = "standard"
    scheme: Any = "light"
    height: int = 0
    before: Callable[[Page], None] | None = None


def at(address: str) -> Callable[[], str]:
    return lambda: address


# --- which objects of the demo -------------------------------------------------------------------------------


def shown_estate() -> Any:
    from huiyin.apps.places.models import Estate

    return Estate.objects.select_related("area").get(code="YSL01")


def told_case() -> str:
    """Confirmed, with before and after, a date that was put off if there is one, and neighbours who joined."""
    from django.db.models import F

    from huiyin.apps.ledger.models import Case

    cases = Case.objects.filter(status="confirmed", replies__photos__moment="before", is_told_by_file=False)
    moved = cases.exclude(due_at=F("first_due_at"))
    best = (moved if moved.exists() else cases).exclude(case_list="long_term")
    found = best.order_by("-me_too_count", "-registered_at").first()
    assert found is not None
    return f"/cases/{found.number}"


def moved_case() -> str:
    """Not confirmed at once: a date was put off in public, the asker said no, and it was done again."""
    from huiyin.apps.ledger.models import Case

    cases = Case.objects.filter(status="confirmed", extension_count__gt=0, is_told_by_file=False)
    found = cases.order_by("-reopened_count", "-me_too_count", "-registered_at").first()
    assert found is not None
    return f"/cases/{found.number}"


def replied_case_of_resident() -> str:
    """What waits for the word of the resident of the demo."""
    from huiyin.apps.ledger.models import Asker

    asker = Asker.objects.filter(person=person_of("resident"), case__status="replied").order_by("-pk").first()
    assert asker is not None, "the resident of the demo has no case that waits for a word"
    return f"/cases/{asker.case.number}"


def case_to_assign() -> str:
    from huiyin.apps.ledger.models import Case

    case = Case.objects.filter(estate__area=shown_estate().area, status="registered").order_by("pk").first()
    assert case is not None
    return f"/desk/cases/{case.number}"


def case_to_reply() -> str:
    from huiyin.apps.ledger.models import Case

    case = Case.objects.filter(estate=shown_estate(), status="in_progress").order_by("due_at").first()
    assert case is not None
    return f"/desk/cases/{case.number}"


def last_bulletin() -> str:
    from huiyin.apps.ledger.models import Bulletin

    bulletin = Bulletin.objects.filter(estate=shown_estate(), issued_at__isnull=False).first()
    assert bulletin is not None
    return f"/estates/{bulletin.estate.slug}/bulletins/{bulletin.month:%Y-%m}"


def street_page() -> str:
    return f"/streets/{shown_estate().area.parent.code}"


def a_checked_import() -> str:
    """A file of the secretary's with a few bad rows, checked and not yet brought in."""
    from huiyin.apps.imports.models import Import
    from huiyin.apps.imports.services import set_mapping, upload_file
    from huiyin.apps.people.selectors import actor_of
    from tests.journeys.test_an_old_ledger_is_brought_in import a_ledger, as_file

    by = actor_of(person_of("secretary"))
    known = Import.objects.filter(original_name="2025 年台账.xlsx").first()
    if known is None:
        data = as_file(a_ledger(shown_estate().name, "旧"))
        known = upload_file(kind="ledger.cases", data=data, name="2025 年台账.xlsx", by=by)
        told = {"source": "2025 年台账", "unknown_estate": "refuse"}
        known = set_mapping(known, mapping=known.mapping, options=told, by=by)
    return f"/desk/imports/{known.pk}"


def meeting_in(phase: str, page: str = "") -> Callable[[], str]:
    """The latest meeting of the demo in this phase."""

    def address() -> str:
        from huiyin.apps.meetings.models import Meeting

        meeting = Meeting.objects.filter(phase=phase).order_by("-planned_at").first()
        assert meeting is not None, f"no meeting in the phase {phase}"
        return f"/meetings/{meeting.pk}{page}"

    return address


def told_report(page: str = "") -> Callable[[], str]:
    """The latest report that was presented in the community of the sign-ins, or else anywhere."""

    def address() -> str:
        from huiyin.apps.reports.models import Report

        public = Report.objects.filter(status__in=["presented", "published"]).order_by("-period_to", "pk")
        here = public.filter(estate__area=shown_estate().area)
        report = here.first() or public.first()
        assert report is not None
        return f"/reports/{report.pk}{page}"

    return address


def report_being_written() -> str:
    """The first section of a report that the company of the sign-ins is writing or was given back."""
    from huiyin.apps.people.selectors import actor_of
    from huiyin.apps.reports.selectors import reports_for_desk

    mine = reports_for_desk(actor_of(person_of("company_admin")))
    report = mine.filter(revisions__state__in=["draft", "returned"]).order_by("-pk").first()
    assert report is not None, "the company of the sign-ins is writing no report"
    return f"/desk/reports/{report.pk}/sections/service"


def demands_page() -> str:
    from huiyin.apps.reports.models import DemandList

    told = DemandList.objects.filter(status="sent", estate__area=shown_estate().area).order_by("-pk").first()
    assert told is not None
    return f"/estates/{told.estate.slug}/demands"


def console() -> str:
    return f"/desk{meeting_in('questions', '/console')()}"


def told_import() -> str:
    """This year's file of the hotline, with what was sent back."""
    from huiyin.apps.hotline.models import HotlineImport

    import_ = HotlineImport.objects.filter(state="stored").order_by("-stored_count").first()
    assert import_ is not None
    return f"/desk/hotline/imports/{import_.pk}"


def write_question(page: Page) -> None:
    """Begin to ask what a neighbour has asked already: the site says so."""
    from huiyin.apps.ledger.models import Case

    like = Case.objects.filter(estate=shown_estate(), status__in=["assigned", "in_progress"])
    known = like.order_by("-me_too_count", "pk").first()
    assert known is not None
    with page.expect_response("**/ask/similar*"):
        page.get_by_label("什么事").fill(known.text or known.title)
    page.wait_for_selector("#similar li")


SHOTS = [
    Shot("home-phone", VISITOR, at("/")),
    Shot("home-desktop", VISITOR, at("/"), 1280),
    Shot("street-desktop", VISITOR, street_page, 1280),
    Shot("estate-phone", VISITOR, lambda: f"/estates/{shown_estate().slug}"),
    Shot("estate-desktop", VISITOR, lambda: f"/estates/{shown_estate().slug}", 1280),
    Shot("ledger-desktop", VISITOR, at("/cases"), 1280),
    Shot("ledger-phone", VISITOR, at("/cases?state=overdue")),
    Shot("case-phone", VISITOR, told_case),
    Shot("case-phone-elder", VISITOR, told_case, mode="elder"),
    Shot("case-phone-dark", VISITOR, told_case, scheme="dark"),
    Shot("case-desktop", VISITOR, moved_case, 1280, height=2000),
    Shot("ask-phone", VISITOR, lambda: f"/ask?estate={shown_estate().slug}", before=write_question),
    Shot("answer-phone", "resident", replied_case_of_resident, height=1900),
    Shot("my-cases-phone", "resident", at("/my/cases")),
    Shot("verify-desktop", VISITOR, at("/verify"), 1280),
    Shot("bulletin-paper", VISITOR, last_bulletin, 1280, height=1700),
    Shot("desk-desktop", "secretary", at("/desk"), 1280),
    Shot("desk-ledger-desktop", "secretary", at("/desk/cases"), 1280),
    Shot("desk-assign-desktop", "secretary", case_to_assign, 1280),
    Shot("desk-reply-desktop", "manager", case_to_reply, 1280),
    Shot("desk-slip-desktop", "community_worker", at("/desk/cases/new"), 1280),
    Shot("desk-round-desktop", "community_worker", at("/desk/messages"), 1280),
    Shot("desk-district-desktop", "district_officer", at("/desk"), 1280),
    Shot("demands-phone", VISITOR, demands_page),
    Shot("report-desktop", VISITOR, told_report(), 1280, height=2600),
    Shot("report-phone", VISITOR, told_report()),
    Shot("digest-desktop", VISITOR, told_report("/digest"), 1280, height=1900),
    Shot("report-editor-desktop", "company_admin", report_being_written, 1280),
    Shot("meetings-phone", VISITOR, at("/meetings")),
    Shot("meeting-desktop", VISITOR, meeting_in("locked"), 1280, height=2200),
    Shot("meeting-ask-phone", "resident", meeting_in("questions", "/ask")),
    Shot("meeting-screen", VISITOR, meeting_in("questions", "/screen"), 1920, height=1080),
    Shot("meeting-console-tablet", "secretary", console, 1024, height=900),
    Shot("minutes-desktop", VISITOR, meeting_in("locked", "/minutes"), 1280, height=2000),
    Shot("certificate-desktop", VISITOR, meeting_in("locked", "/certificate"), 1280),
    Shot("desk-hotline-desktop", "district_officer", at("/desk/hotline"), 1280, height=2000),
    Shot(
        "desk-hotline-estate-desktop",
        "secretary",
        lambda: f"/desk/hotline/estates/{shown_estate().slug}",
        1280,
        height=2000,
    ),
    Shot("desk-hotline-import-desktop", "district_officer", told_import, 1280),
    Shot("desk-import-desktop", "secretary", a_checked_import, 1280, height=2100),
]


# --- taking them ---------------------------------------------------------------------------------------------


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - {shot.name for shot in SHOTS}
    if unknown:
        print(f"no picture called {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="huiyin-shots-") as folder:
        kept = Path(os.environ.get("HUIYIN_SHOT_VAR") or folder)
        kept.mkdir(mode=0o755, exist_ok=True)
        kept.chmod(0o755)
        site = ServedSite(
            kept, "--demo", HUIYIN_NOW=NOW, HUIYIN_SECRET_KEY=SECRET, HUIYIN_URL="http://huiyin.example.cn"
        )
        site.start(timeout=400)
        try:
            take(site, [shot for shot in SHOTS if not wanted or shot.name in wanted])
        finally:
            site.stop()
    return 0


def take(site: ServedSite, shots: list[Shot]) -> None:
    site_settings(site)
    from playwright.sync_api import sync_playwright

    from tests.web.browser import FLAGS, find_browser

    # What is looked up and who signs in, before the browser's driver takes the thread.
    ready = [(shot, shot.address(), session_of(shot.role) if shot.role else "") for shot in shots]
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as play:
        # Its own words (choose a file, dates) in Chinese, too.
        chinese = {**os.environ, "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"}
        browser = play.chromium.launch(
            executable_path=find_browser(), args=[*FLAGS, "--lang=zh-CN"], env=chinese
        )
        for shot, address, session in ready:
            size = one(site, browser, shot, address, session)
            print(f"{shot.name}.png {size // 1024} KB {address}")
        browser.close()


def one(site: ServedSite, browser: Browser, shot: Shot, address: str, session: str) -> int:
    context = browser.new_context(
        viewport={"width": shot.width, "height": _height_of(shot.width)},
        color_scheme=shot.scheme,
        device_scale_factor=2 if shot.width < 700 else 1 if shot.width > 1800 else 1.25,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    cookies = {"hy_mode": shot.mode, "sessionid": session}
    context.add_cookies(
        [{"name": name, "value": value, "url": site.address} for name, value in cookies.items() if value]
    )
    page = context.new_page()
    answer = page.goto(site.address + address)
    assert answer is not None
    assert answer.status == 200, (shot.name, address, answer.status)
    if shot.before is not None:
        shot.before(page)
    page.evaluate("document.querySelectorAll('img').forEach(img => { img.loading = 'eager' })")
    # A function, not an expression: the site's policy forbids eval.
    page.wait_for_function("() => [...document.images].every(img => img.complete && img.naturalWidth)")
    page.evaluate("() => Promise.all([...document.images].map(img => img.decode()))")
    height = min(page.evaluate("document.documentElement.scrollHeight"), shot.height or TALLEST)
    data = page.screenshot(
        full_page=True, clip={"x": 0, "y": 0, "width": shot.width, "height": height}, animations="disabled"
    )
    context.close()
    file = TARGET / f"{shot.name}.png"
    file.write_bytes(packed(data))
    return file.stat().st_size


def _height_of(width: int) -> int:
    """Of the window: a phone, a desk, a projector."""
    if width < 700:
        return 812
    return 1080 if width > 1800 else 900


def packed(data: bytes) -> bytes:
    """The picture in few colours: pages have few, and the repository stays small."""
    from PIL import Image

    few = Image.open(io.BytesIO(data)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def site_settings(site: ServedSite) -> None:
    """This process looks into the site's database and signs people in with its secret."""
    os.environ |= site.environment
    os.environ |= {"DATABASE_URL": site.database_url(), "HUIYIN_EMBEDDED": "1", "HUIYIN_DEMO": "1"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "huiyin.config.settings"
    import django

    django.setup()


def person_of(role: str) -> Any:
    """The one whose number the demo shows for the role."""
    from huiyin.apps.people.models import Contact
    from huiyin.apps.portal.demo.staff import SHOWN, phone
    from huiyin.domain.access import Role

    number = 1 if role == "resident" else SHOWN[Role(role)]
    return Contact.objects.select_related("person").get(phone=phone(number)).person


def session_of(role: str) -> str:
    from django.test import Client

    from tests.people import sign_in

    return str(sign_in(Client(), person_of(role)).cookies["sessionid"].value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
