"""An estate where everything that pages can show has happened, and which object stands for which address."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.urls import reverse

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.services import add_photo
from huiyin.apps.imports.services import run_import, set_mapping, start_import, upload_file
from huiyin.apps.ledger.models import Bulletin, Case
from huiyin.apps.ledger.services import answer, askers, assign, escalate, extension, lead, reply, topics
from huiyin.apps.ledger.services.bulletins import issue_bulletin, open_bulletins
from huiyin.apps.reports.models import Report
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import corrections, demands, figures, opening, review, voices
from huiyin.documents.writing import write_csv
from huiyin.domain.case_workflow import Status
from tests import given, given_hotline, given_meetings, given_reports
from tests.access_table import ROLES, TABLE, a_forum
from tests.apps.evidence.photos import a_photo
from tests.journeys.lively_meetings import Paths, a_meeting_live, a_meeting_told, next_door
from tests.journeys.living_site import LivingSite
from tests.people import Cast


def make_lively(site: LivingSite) -> Paths:
    """Let two months pass at 云杉里; the addresses worth opening, by URL name."""
    cast = site.cast
    with site.at_rest():
        site.at(given.A_MONDAY - timedelta(days=40))
        spring = a_case_with_everything(site)
        late = given.a_case(
            cast, status="assigned", now=site.now - timedelta(days=1), text="地下车库排水泵坏了，下雨就积水。"
        )
        site.later(days=32)
        open_bulletins(now=site.now)
        issued = issue_bulletin(Bulletin.objects.get(), by=cast.by_secretary, now=site.now)
        site.at(given.A_MONDAY)
        before = site.now - timedelta(days=20)
        cases = {status: given.a_case(cast, status=status, now=before) for status in Status}
        waiting = given.a_paper_case(cast, now=site.now)
        topic = topics.open_topic(by=cast.by_secretary, estate=cast.estate, title="电梯常停", now=site.now)
        topics.put_in_topic(
            list(Case.objects.filter(status="in_progress")), topic=topic, by=cast.by_secretary
        )
        escalate.tend(now=site.now)
        open_bulletins(now=site.now)
        held, after = a_meeting_told(cast)
        reports = two_reports(cast, held.estates.get().report)
        live = a_meeting_live(next_door(cast))
        site.at(given_meetings.FLOOR + 12 * given_meetings.MINUTE)
        forum = a_forum(cast)["pk"]
    site.work_off("audit.make_anchors")
    files = imported_files(cast)
    numbers = [spring.number, late.number, waiting.number, *(case.number for case in cases.values())]
    return {
        "audit:verify": ["/verify", "/verify?no=26-9999-000"],
        "ledger:case": [f"/cases/{number}" for number in numbers],
        "ledger:desk_case": [f"/desk/cases/{number}" for number in numbers],
        "ledger:case_list": [
            "/cases",
            "/cases?q=没有这样的事",
            f"/cases?estate={cast.estate.slug}&state=overdue",
        ],
        "ledger:desk_cases": ["/desk/cases", "/desk/cases?state=all", "/desk/cases?q=没有这样的事"],
        "ledger:ask": ["/ask", "/ask?q=杉里", "/ask?q=没有", f"/ask?estate={cast.estate.slug}"],
        "ledger:answer_by_code": ["/answer", f"/answer?number={spring.number}"],
        "ledger:bulletin": [
            reverse("ledger:bulletin", args=[issued.estate.slug, f"{bulletin.month:%Y-%m}"])
            for bulletin in Bulletin.objects.filter(estate=issued.estate)
        ],
        "evidence:redact": [
            f"/desk/evidence/{evidence.pk}/redact" for evidence in Evidence.objects.all()[:1]
        ],
        "imports:detail": [f"/desk/imports/{pk}" for pk in files],
        "hotline:import": [f"/desk/hotline/imports/{pk}" for pk in complaints_brought(cast)],
        "people:outbox": ["/outbox"],
        "policies:desk_trial": [
            f"/desk/policies/reports/trials/report-check{change}" for change in ("", "?try=1&ask=1&block=1")
        ],
        **reports,
        **{name: live.get(name, []) + after.get(name, []) for name in {**live, **after}},
        "meetings:forum": [f"/forums/{forum}"],
        "meetings:desk_forum": [f"/desk/forums/{forum}"],
    }


def two_reports(cast: Cast, told: Report) -> Paths:
    """The half-year that was reported and corrected twice, the last time still looked at; the next one just begun."""
    by, later = cast.by_manager, given_meetings.CLOSING + timedelta(days=1)
    for words in ("实际保养 71 次。", "实际保养 70 次，见【数据1】。"):
        corrections.begin_correction(told, reason="补上漏记的一次。", by=by, now=later)
        given_reports.mended(cast, told, body=words, now=later)
        before, after = (
            add_photo(by=by, upload=ContentFile(a_photo().read(), name=f"{name}.jpg"))
            for name in ("before", "after")
        )
        figures.put_photo(
            told,
            by=by,
            section="service",
            evidence=after,
            before=before,
            caption="三号楼门机",
            claimed_on=later.date(),
            now=later,
        )
        seen = {"metric": "E01", "value": Decimal(70), "number": 1, "evidence": [before, after]}
        figures.put_claim(told, by=by, section="service", now=later, **seen)
        review.submit(told, by=by, now=later)
        if "70" not in words:
            review.approve(told, by=cast.by_secretary, now=later)
    draft = opening.open_report(engagement=cast.engagement, by=by, now=later)
    collecting = demands.open_demand_list(estate=cast.estate, by=cast.by_secretary, now=later)
    voices.add_voice(collecting, by=cast.by_resident, source="qr", text="晚上楼下太吵，睡不着。", now=later)
    for text in ("东门没有坡道，轮椅上不去。", "快递柜占了消防通道。"):
        voices.add_voice(collecting, by=cast.by_community_worker, source="visit", text=text, now=later)
    line = collecting.demands.first()
    lists = [collecting.pk, told.demand_list_id]
    return {
        "reports:report_list": ["/reports", "/reports?estate=beiqiaoyuan"],
        "reports:report": [f"/reports/{told.pk}"],
        "reports:digest": [f"/reports/{told.pk}/digest"],
        "reports:slides": [f"/reports/{told.pk}/slides"],
        "reports:revision": [f"/reports/{told.pk}/revisions/{number}" for number in (1, 2)],
        "reports:demands": [f"/estates/{slug}/demands" for slug in ("yunshanli", "beiqiaoyuan")],
        "reports:desk_section": [
            f"/desk/reports/{draft.pk}/sections/{section.code}"
            for section in newest_revision(draft).sections.all()
        ],
        "reports:desk_review": [f"/desk/reports/{pk}/review" for pk in (told.pk, draft.pk)],
        "reports:desk_photo": [f"/desk/reports/{told.pk}/photos/1"],
        "reports:desk_claim_photos": [f"/desk/reports/{told.pk}/data/1"],
        "reports:desk_demand_list": [
            *(f"/desk/demands/{pk}" for pk in lists),
            f"/desk/demands/{collecting.pk}?line={line.pk if line else 0}",
        ],
        "reports:desk_demands_print": [f"/desk/demands/{collecting.pk}/print"],
    }


def a_case_with_everything(site: LivingSite) -> Case:
    """Long-term with milestones, joined and urged by a neighbour, put off once, replied with before and after."""
    cast, now = site.cast, site.now - timedelta(days=1)
    case = given.a_registered_case(cast, now=now, text="6号楼外墙空鼓，掉下来很危险，请先围起来再修。")
    joined = askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=now)
    steps = [
        assign.Step("请鉴定单位看，先围挡", (now + timedelta(days=20)).date()),
        assign.Step("公示方案、征求意见", (now + timedelta(days=60)).date()),
    ]
    assign.assign(
        case,
        by=cast.by_secretary,
        case_list="long_term",
        lead=assign.Lead.company(cast.engagement),
        due_on=(now + timedelta(days=90)).date(),
        milestones=steps,
        now=now + timedelta(hours=1),
    )
    askers.urge(joined, by=cast.by_neighbour, now=now + timedelta(hours=2))
    lead.start(case, by=cast.by_manager, now=now + timedelta(hours=3))
    extension.ask_extension(
        case,
        by=cast.by_manager,
        due_on=(now + timedelta(days=120)).date(),
        reason="鉴定单位排期推后。",
        now=now + timedelta(hours=4),
    )
    asked = case.extensions.get()
    extension.decide_extension(asked, by=cast.by_secretary, approve=True, now=now + timedelta(hours=5))
    photos = [
        (moment, add_photo(by=cast.by_manager, upload=ContentFile(a_photo().read(), name=f"{moment}.jpg")))
        for moment in ("before", "after", "other")
    ]
    done = reply.reply(
        case, by=cast.by_manager, text=given.GOOD_REPLY, photos=photos, now=now + timedelta(hours=6)
    )
    asker = given.original_asker(case)
    reply.record_delivery(asker, reply=done, channel="sms", delivered_at=now + timedelta(hours=7), now=now)
    answer.answer(
        asker,
        by=cast.by_resident,
        answer="partly",
        comment="围起来了，还没有修。",
        now=now + timedelta(hours=8),
    )
    return Case.objects.get(pk=case.pk)


def imported_files(cast: Cast) -> list[int]:
    """Of the street officer: one file not mapped yet, one checked with a bad row, one brought in."""
    by = cast.by_street_officer
    header = ["项目编号", "小区名称", "社区"]
    found = []
    for number, far in enumerate(("uploaded", "checked", "done"), start=1):
        out = io.BytesIO()
        rows = [[f"YSL8{number}", f"云杉里{number}园", "云杉里社区"], [f"YSL9{number}", "", "没听说过社区"]]
        write_csv(out, header, rows)
        file = upload_file(kind="places.estates", data=out.getvalue(), name=f"小区{number}.csv", by=by)
        if far != "uploaded":
            set_mapping(file, mapping=file.mapping, by=by)
        if far == "done":
            start_import(file, by=by, defer=False)
            run_import(file.pk, by=by)
        found.append(file.pk)
    return found


def complaints_brought(cast: Cast) -> list[int]:
    """Of the street officer, one file in each state; and names nobody knows, one of them like an estate's."""
    by = cast.by_street_officer
    for name in ("云杉园小区", "明珠花园"):
        given_hotline.a_name(cast, name)
    states = ("checking", "checked", "running", "stored", "undone", "failed")
    uploads = [given_hotline.an_upload(by), *(given_hotline.an_upload_in(state, by) for state in states)]
    return [upload.pk for upload in uploads]


def pages_of(role: str, cast: Cast, known: Paths) -> Iterator[tuple[str, str]]:
    """(URL name, address) of what a role should look at.

    Public pages are the same for all: visitors see each, residents too where they may act. The desk is another for each
    role; the many states of a case are looked at by those who work on it. What `known` lacks is put there.
    """
    for name, row in TABLE.items():
        if row.data is not None or name in NOT_PAGES:
            continue
        roles = [each for each in ROLES if row.status_of(each) == 200] or list(EXAMPLES_ALONE.get(name, ()))
        is_public = "anonymous" in roles
        if role not in roles or (is_public and role not in ("anonymous", "resident")):
            continue
        if role == "resident" and name in ONLY_READ:
            continue
        if name not in known:
            known[name] = [reverse(name, kwargs=row.args(cast))]
        paths = known[name]
        if name == "ledger:desk_case":
            paths = [path for path in paths if _works_on(role, path)]
        for path in paths:
            yield name, path


def _works_on(role: str, path: str) -> bool:
    """Everybody opens the first case; the secretary all, the manager those the company has been given."""
    number = path.rpartition("/")[2]
    if role == "secretary" or number == Case.objects.earliest("pk").number:
        return True
    return role == "manager" and Case.objects.filter(number=number, lead_engagement__isnull=False).exists()


# The access table asks for an object that does not exist, or for a site without a demo; here it does and is one.
EXAMPLES_ALONE = {"people:outbox": ("anonymous",)}
ONLY_READ = {
    "audit:verify",
    "ledger:bulletin",
    "ledger:case_list",
    "meetings:certificate",
    "meetings:forum",
    "meetings:meeting_list",
    "meetings:screen",
    "portal:accessibility",
    "portal:company",
    "portal:how_numbers_are_computed",
    "portal:privacy",
    "portal:street",
    "portal:street_list",
    "reports:digest",
    "reports:report",
    "reports:report_list",
    "reports:revision",
    "reports:slides",
    "offline",
}
"""Public pages where nobody can do anything: the same for a resident."""
NOT_PAGES = {
    "audit:heads",
    "audit:case_history",
    "audit:anchors",
    "evidence:document",
    "evidence:rendition",
    "hotline:rejected_rows",
    "imports:blank",
    "imports:errors",
    "imports:remarks",
    "imports:undo",  # of a kind that only the tests know
    "ledger:bulletin_pdf",
    "ledger:desk_slips",
    "hotline:export_rankings",
    "ledger:export_cases",
    "ledger:similar_cases",  # a fragment
    "meetings:live",  # fragments
    "meetings:desk_console_live",
    "meetings:desk_wall_live",
    "meetings:notice_pdf",
    "meetings:certificate_pdf",
    "meetings:forum_pdf",
    "meetings:desk_forum_pdf",
    "meetings:desk_question_slips",
    "meetings:desk_case_slips",
    "reports:digest_pdf",
    "service_worker",
    "reading_mode",
}
