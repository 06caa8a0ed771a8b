"""The whole site's access on one page: every URL, every role, the status, written by hand from domain.md §2.

Read a row as: this URL, opened by an anonymous visitor, a resident, a technician …, answers so. Other scope ⇒ 404,
never 403: the stranger is the secretary of another street. Staff have given their second factor. What a row changes
is undone after each role. Each app has one table below; add a row there with the page.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile

from huiyin.apps.audit.anchoring import make_anchor
from huiyin.apps.evidence.models import Evidence, Rendition
from huiyin.apps.evidence.services import add_document, add_photo
from huiyin.apps.imports.services import run_import, set_mapping, start_import, upload_file
from huiyin.apps.people.models import HouseholdMembership, RoleAssignment
from huiyin.apps.people.services import claim_household
from huiyin.documents.writing import write_csv
from huiyin.domain.access import Role
from huiyin.web.now import now
from tests import given
from tests.apps.imports.notes import NOTES, a_file, a_row
from tests.apps.publishing import told
from tests.people import Cast

ROLES = (
    "anonymous",
    "resident",
    "technician",
    "manager",
    "company_admin",
    "community_worker",
    "secretary",
    "street_officer",
    "district_officer",
    "auditor",
    "operator",
    "stranger",
)


@dataclass(frozen=True)
class Row:
    """`statuses` in the order of ROLES; `args` finds the object in the cast; `data` makes it a POST."""

    statuses: str
    args: Callable[[Cast], dict[str, Any]] = field(default=lambda cast: {})
    data: dict[str, Any] | None = None
    query: str = ""
    phase: str = ""
    """The row is about a report meeting in this phase, and asked in tests/apps/meetings/test_access.py."""

    def status_of(self, role: str) -> int:
        return int(self.statuses.split()[ROLES.index(role)])


def everybody(status: int) -> str:
    return " ".join([str(status)] * len(ROLES))


def signed_in(status: int) -> str:
    """Anybody with an account; a visitor is sent to sign in."""
    return " ".join(["302"] + [str(status)] * (len(ROLES) - 1))


def a_claim(cast: Cast) -> dict[str, Any]:
    """A home at 云杉里 nobody has checked: the neighbour's new one."""
    home = claim_household(
        person=cast.neighbour, estate=cast.estate, building="9", room="1", by=cast.by_neighbour
    )
    return {"pk": home.pk}


def home_of_resident(cast: Cast) -> dict[str, Any]:
    return {"pk": HouseholdMembership.objects.get(person=cast.resident).pk}


def role_of_the_worker(cast: Cast) -> dict[str, Any]:
    return {"pk": RoleAssignment.objects.get(person=cast.community_worker).pk}


def file_of_the_street(cast: Cast) -> dict[str, Any]:
    """A table of estates brought by the street officer, not checked yet."""
    out = io.BytesIO()
    write_csv(out, ["项目编号", "小区名称", "社区"], [["YSL09", "新苑", "云杉里社区"]])
    by = cast.by_street_officer
    return {"pk": upload_file(kind="places.estates", data=out.getvalue(), name="小区.csv", by=by).pk}


# No kind of the site can be taken back yet; the pages for it are there and have to be guarded.
UNDOABLE = replace(
    NOTES,
    name="tests.undoable",
    can=lambda actor: actor.holds(Role.STREET_OFFICER),
    sees_all=lambda actor: False,
    remarks=lambda row: ("读过",),
    options=(),
)


def imported_by_the_street(cast: Cast) -> dict[str, Any]:
    """A file of the street officer that is written, except one bad row."""
    by, data = cast.by_street_officer, a_file([a_row(1), a_row(2, 户数=-1)])
    file = upload_file(kind=UNDOABLE.name, data=data, name="便条.xlsx", by=by)
    file = set_mapping(file, mapping=file.mapping, options={}, by=by)
    file = run_import(start_import(file, by=by, defer=False).pk)
    assert (file.state, file.rows_bad) == ("done", 1)
    return {"pk": file.pk}


def the_anchor_of_today(cast: Cast) -> dict[str, Any]:
    return {"day": str(make_anchor(now().date(), now=now()).day)}


def a_case_in(status: str) -> Callable[[Cast], dict[str, Any]]:
    """A case the resident asked about 云杉里."""
    return lambda cast: {"number": given.a_case(cast, status=status).number}


def a_case_to_hand_out(cast: Cast) -> dict[str, Any]:
    given.a_case(cast, status="in_progress")
    return {}


def a_text_of_a_case(cast: Cast) -> dict[str, Any]:
    from huiyin.apps.ledger.public_texts import public_texts

    case = given.a_case(cast, status="in_progress")
    return {"number": case.number, "key": public_texts(case)[0].key}


def photo_of_the_manager(cast: Cast) -> dict[str, Any]:
    from tests.apps.evidence.photos import a_photo

    upload = ContentFile(a_photo().read(), name="照片.jpg")
    return {"pk": add_photo(by=cast.by_manager, upload=upload).pk}


def a_document_of_the_manager(cast: Cast) -> dict[str, Any]:
    """A PDF nobody has attached yet: only who brought it may download it."""
    from tests.apps.evidence.pdfs import a_pdf

    return {"pk": add_document(by=cast.by_manager, upload=io.BytesIO(a_pdf()), now=now()).pk}


def a_public_copy_of_it(cast: Cast) -> dict[str, Any]:
    """The address of a photo as pages give it to browsers."""
    copy = Rendition.objects.filter(evidence_id=photo_of_the_manager(cast)["pk"]).first()
    assert copy is not None
    _folder, _start, token, name = copy.path.split("/")
    return {"token": token, "name": name}


def slug_of_the_estate(cast: Cast) -> dict[str, Any]:
    return {"slug": cast.estate.slug}


def a_bulletin_owed(cast: Cast) -> dict[str, Any]:
    """May's bulletin of 云杉里, not issued yet."""
    from huiyin.apps.ledger.models import Bulletin

    due = datetime(2026, 6, 5, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
    owed = Bulletin.objects.create(estate=cast.estate, month=date(2026, 5, 1), due_at=due)
    return {"pk": owed.pk}


def bulletin_of_may(cast: Cast) -> dict[str, Any]:
    a_bulletin_owed(cast)
    return {"slug": cast.estate.slug, "month": "2026-05"}


#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
PEOPLE = {
    "people:sign_in": Row("200 302 302 302 302 302 302 302 302 302 302 302"),
    "people:sign_in_code": Row(everybody(302)),
    "people:second_factor": Row(everybody(302)),
    "people:second_factor_again": Row(everybody(302)),
    "people:second_factor_new": Row("302 302 302 200 200 200 200 200 200 200 200 200"),
    "people:sign_out": Row(everybody(302), data={}),
    "people:my_start": Row(everybody(302)),
    "people:my_account": Row(signed_in(200)),
    "people:claim_home": Row(signed_in(422), data={}),
    "people:end_home": Row("302 302 404 404 404 404 404 404 404 404 404 404", home_of_resident, {}),
    "people:my_privacy": Row(signed_in(200)),
    "people:set_consent": Row(signed_in(302), lambda cast: {"purpose": "reply_sms"}, {"given": "1"}),
    "people:export_my_data": Row(signed_in(200), data={}),
    "people:erase_me": Row(signed_in(200)),
    "people:outbox": Row(everybody(404)),
    # Who holds which role: not the operator, and no phone numbers for anybody.
    "people:desk_people": Row("302 404 404 404 200 404 200 200 200 200 404 200"),
    "people:desk_grant": Row("302 404 404 404 200 404 200 200 200 404 404 200"),
    "people:desk_end_role": Row("302 404 404 404 404 404 302 302 302 404 404 404", role_of_the_worker, {}),
    "people:desk_reset_second_factor": Row(
        "302 404 404 404 404 404 302 302 302 404 404 404", role_of_the_worker, {}
    ),
    "people:desk_households": Row("302 404 404 404 404 200 200 404 404 404 404 200"),
    "people:desk_check_household": Row(
        "302 404 404 404 404 302 302 404 404 404 404 404", a_claim, {"lives_here": "1"}
    ),
    "people:desk_contact": Row(
        "302 404 404 404 404 200 200 404 404 404 404 404", lambda cast: {"pk": cast.resident.pk}
    ),
    "people:desk_openings": Row("302 404 404 404 404 404 404 404 200 200 404 404"),
}

#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
AUDIT = {
    "audit:verify": Row(everybody(200)),
    "audit:anchors": Row(everybody(200)),
    "audit:heads": Row(everybody(200), the_anchor_of_today),
    "audit:case_history": Row(everybody(200), a_case_in("replied")),
}

POLICIES = {
    "policies:desk_policies": Row("302 404 200 200 200 200 200 200 200 200 200 200"),
    "policies:desk_policy": Row(
        "302 404 200 200 200 200 200 200 200 200 200 200", lambda cast: {"name": "deadlines"}
    ),
    # Who adopts rules tries them before.
    "policies:desk_trial": Row(
        "302 404 404 404 404 404 404 404 200 404 404 404",
        lambda cast: {"name": "reports", "trial": "report-check"},
    ),
}

#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
EVIDENCE = {
    # Who has the address has the picture: it is what public pages show.
    "evidence:rendition": Row(everybody(200), a_public_copy_of_it),
    # Not yet attached to anything: only whoever brought it.
    "evidence:document": Row("404 404 404 200 404 404 404 404 404 404 404 404", a_document_of_the_manager),
    "evidence:redact": Row("302 404 404 200 404 404 404 404 404 404 404 404", photo_of_the_manager),
    "evidence:withdraw": Row(
        "302 404 404 303 404 404 404 404 404 404 404 404", photo_of_the_manager, {"reason": "拍错了地方"}
    ),
}

# Tables of places: officers; an old ledger: the secretary too. A file belongs to whoever brought it.
#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
UPKEEP_READERS = "302 404 {0} {0} {0} {0} {0} {0} {0} {0} 404 {1}"
UPKEEP_WRITERS = "302 404 {1} {0} {0} 404 404 404 404 404 404 404"


def a_record(cast: Cast) -> dict[str, Any]:
    from huiyin.apps.upkeep.models import MaintenanceRecord
    from tests import given_upkeep

    return {"pk": (MaintenanceRecord.objects.first() or given_upkeep.a_record(cast)).pk}


# The company's own staff write, its manager and administrator correct; the area reads. The stranger has an own area.
#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
UPKEEP = {
    "upkeep:desk_records": Row(UPKEEP_READERS.format(200, 200)),
    "upkeep:desk_months": Row(UPKEEP_READERS.format(200, 200)),
    "upkeep:desk_record_new": Row("302 404 200 200 200 404 404 404 404 404 404 404"),
    "upkeep:desk_record": Row(UPKEEP_READERS.format(200, 404), a_record),
    "upkeep:desk_correct_record": Row(UPKEEP_WRITERS.format(200, 404), a_record),
    "upkeep:desk_void_record": Row(UPKEEP_WRITERS.format(422, 404), a_record, {}),
    # Covering a name: the company, or the secretary of the community.
    "upkeep:desk_cover_words": Row("302 404 404 422 422 404 422 404 404 404 404 404", a_record, {}),
}


def complaints_of_the_street(cast: Cast) -> dict[str, Any]:
    from tests import given_hotline

    return {"pk": given_hotline.an_upload(cast.by_street_officer).pk}


def complaints_in_the_store(cast: Cast) -> dict[str, Any]:
    from tests import given_hotline

    return {"pk": given_hotline.an_upload_in("stored", cast.by_street_officer).pk}


def a_name_of_the_street(cast: Cast) -> dict[str, Any]:
    from tests import given_hotline

    return {"pk": given_hotline.a_name(cast, "望溪家园").pk}


def a_doubt(cast: Cast) -> dict[str, Any]:
    from huiyin.apps.hotline.models import Doubt

    told = {"estate": cast.estate, "complaint_count": 3, "seen_at": now()}
    return {"pk": Doubt.objects.get_or_create(match="云杉", defaults=told)[0].pk}


# Files of complaints: whoever brings them, the district and the auditor see all; undoing is the district's too. A name
# belongs to the street its complaints name; who is of another street does not see it.
#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
HOTLINE = {
    "hotline:imports": Row("302 404 404 404 404 404 200 200 200 200 404 200"),
    "hotline:new_import": Row("302 404 404 404 404 404 200 200 200 404 404 200"),
    "hotline:import": Row("302 404 404 404 404 404 404 200 200 200 404 404", complaints_of_the_street),
    "hotline:map_columns": Row(
        "302 404 404 404 404 404 404 422 404 404 404 404", complaints_of_the_street, {}
    ),
    "hotline:start_import": Row(
        "302 404 404 404 404 404 404 409 404 404 404 404", complaints_of_the_street, {}
    ),
    "hotline:undo_import": Row("302 404 404 404 404 404 404 200 200 404 404 404", complaints_in_the_store),
    "hotline:rejected_rows": Row("302 404 404 404 404 404 404 200 200 200 404 404", complaints_in_the_store),
    # What is not in the store is told to whoever may register at all.
    "hotline:register_complaint": Row("302 404 404 404 404 404 409 409 409 404 404 409", data={}),
    # What the machine is not sure of: who answers for the estate; without an estate the street and the district.
    "hotline:review": Row("302 404 404 404 404 404 200 200 200 404 404 200"),
    "hotline:doubt": Row("302 404 404 404 404 404 200 200 200 404 404 404", a_doubt),
    "hotline:decide_doubt": Row(
        "302 404 404 404 404 404 303 303 303 404 404 404", a_doubt, {"place": "this"}
    ),
    "hotline:put_off_doubt": Row("302 404 404 404 404 404 303 303 303 404 404 404", a_doubt, {}),
    "hotline:unplaced": Row("302 404 404 404 404 404 404 200 200 404 404 404"),
    # The store of this test is empty; who sees which complaint: tests/apps/hotline/test_correcting_a_complaint.py.
    "hotline:correct_complaint": Row("302 404 404 404 404 404 404 404 404 404 404 404"),
    "hotline:confirm_correction": Row("302 404 404 404 404 404 404 404 404 404 404 404", data={}),
    "hotline:withdraw_correction": Row("302 404 404 404 404 404 404 404 404 404 404 404", data={}),
    "hotline:names": Row("302 404 404 404 404 404 200 200 200 404 404 200"),
    "hotline:claim_name": Row(
        "302 404 404 404 404 404 404 303 303 404 404 404", a_name_of_the_street, {"estate": "YSL01"}
    ),
    "hotline:ignore_name": Row("302 404 404 404 404 404 404 303 303 404 404 404", a_name_of_the_street, {}),
}


def a_hot_topic(cast: Cast) -> dict[str, Any]:
    from huiyin.apps.hotline.models import HotlineTopic
    from tests.given_topics import some_topics, told

    return {"pk": (HotlineTopic.objects.first() or some_topics(told(cast, "G1", "G2", "G3"))[0]).pk}


# Numbers of complaints: the area's staff inside their scope, the company's manager and administrator for the estates
# they served; the whole street only for whoever's scope holds it.
#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
HOTLINE_NUMBERS = {
    "hotline:desk_hotline": Row("302 404 404 200 200 200 200 200 200 200 404 200"),
    "hotline:desk_rankings": Row("302 404 404 200 200 200 200 200 200 200 404 200"),
    "hotline:desk_published": Row("302 404 404 200 200 200 200 200 200 200 404 200"),
    "hotline:export_rankings": Row(
        "302 404 404 200 200 200 200 200 200 200 404 200", lambda cast: {"form": "csv"}
    ),
    "hotline:desk_street": Row(
        "302 404 404 404 404 404 404 200 200 200 404 404", lambda cast: {"code": cast.street.code}
    ),
    "hotline:desk_estate": Row(
        "302 404 404 200 200 200 200 200 200 200 404 404", lambda cast: {"slug": cast.estate.slug}
    ),
    # The words, masked: the area's staff alone.
    "hotline:desk_complaints": Row(
        "302 404 404 404 404 200 200 200 200 200 404 404", lambda cast: {"slug": cast.estate.slug}
    ),
    # Into the demand list: the secretary of the community.
    "hotline:send_topic": Row("302 404 404 404 404 404 303 404 404 404 404 404", a_hot_topic, {}),
    "hotline:desk_company": Row(
        "302 404 404 200 200 200 200 200 200 200 404 404", lambda cast: {"pk": cast.company.pk}
    ),
}

IMPORTS = {
    "imports:list": Row("302 404 404 200 200 404 200 200 200 404 404 200"),
    "imports:new": Row("302 404 404 200 200 404 200 200 200 404 404 200"),
    "imports:blank": Row(
        "302 404 404 404 404 404 404 200 200 404 404 404", lambda cast: {"kind": "places.estates"}
    ),
    "imports:detail": Row("302 404 404 404 404 404 404 200 404 404 404 404", file_of_the_street),
    "imports:mapping": Row("302 404 404 404 404 404 404 422 404 404 404 404", file_of_the_street, {}),
    "imports:sheet": Row("302 404 404 404 404 404 404 303 404 404 404 404", file_of_the_street, {}),
    "imports:start": Row("302 404 404 404 404 404 404 409 404 404 404 404", file_of_the_street, {}),
    "imports:resume": Row("302 404 404 404 404 404 404 409 404 404 404 404", file_of_the_street, {}),
    "imports:undo": Row("302 404 404 404 404 404 404 200 404 404 404 404", imported_by_the_street),
    "imports:errors": Row("302 404 404 404 404 404 404 200 404 404 404 404", imported_by_the_street),
    "imports:remarks": Row("302 404 404 404 404 404 404 200 404 404 404 404", imported_by_the_street),
}

# What the public sees is the same for everyone.
PORTAL = {
    "portal:home": Row(everybody(200)),
    "portal:street_list": Row(everybody(200)),
    "portal:street": Row(everybody(200), lambda cast: {"code": cast.street.code}),
    "portal:estate": Row(everybody(200), lambda cast: {"slug": cast.estate.slug}),
    "portal:company": Row(everybody(200), lambda cast: {"pk": cast.company.pk}),
    "portal:how_numbers_are_computed": Row(everybody(200)),
    "portal:accessibility": Row(everybody(200)),
    "portal:privacy": Row(everybody(200)),
}

# Reading is for everyone; what only the asker may do is nothing there for anybody else, also not for the lead.
#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
ONLY_THE_ASKER = "302 {} 404 404 404 404 404 404 404 404 404 404"
LEDGER = {
    "ledger:case_list": Row(everybody(200)),
    "ledger:case": Row(everybody(200), a_case_in("replied")),
    "ledger:bulletin": Row(everybody(200), bulletin_of_may),
    "ledger:bulletin_pdf": Row(everybody(200), bulletin_of_may),
    "ledger:ask": Row(everybody(200)),
    "ledger:similar_cases": Row(everybody(200), data={"estate": "yunshanli", "text": "楼道灯不亮"}),
    "ledger:answer_by_code": Row(everybody(200)),
    "ledger:my_cases": Row(signed_in(200)),
    # The resident's household is in it already; the others have no verified household here: on to the home form.
    "ledger:join_case": Row("302 409" + " 303" * (len(ROLES) - 2), a_case_in("in_progress"), {}),
    "ledger:answer": Row(ONLY_THE_ASKER.format(422), a_case_in("replied"), {}),
    "ledger:urge": Row(ONLY_THE_ASKER.format(303), a_case_in("in_progress"), {}),
    "ledger:withdraw": Row(ONLY_THE_ASKER.format(303), a_case_in("in_progress"), {}),
    "ledger:add_to_case": Row(ONLY_THE_ASKER.format(422), a_case_in("awaiting_asker"), {}),
    "ledger:export_cases": Row(
        "302 404 200 200 200 200 200 200 200 200 404 200", lambda cast: {"form": "xlsx"}
    ),
    "ledger:object_to_outcome": Row(ONLY_THE_ASKER.format(422), a_case_in("rejected"), {}),
}

# The ledger's desk. Everybody of a case's place or company reads it, the operator has no case.
#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
READS = "302 404 200 200 200 200 200 200 200 200 404 200"
DESK = {
    "portal:desk": Row("302 404 200 200 200 200 200 200 200 200 200 200"),
    "ledger:desk_cases": Row(READS),
    "ledger:desk_print": Row(READS),
    # Who has no case here is led back to the empty list.
    "ledger:desk_slips": Row("302 404 200 200 200 200 200 200 200 200 404 303", a_case_to_hand_out),
    "ledger:desk_save_filter": Row(
        READS.replace("200", "303"), data={"name": "没办完", "query": "state=open"}
    ),
    "ledger:desk_delete_filter": Row(READS.replace("200", "303"), lambda cast: {"pk": 1}, {}),
    # Many at once: whoever decides somewhere, the street for what belongs to no community; nothing is chosen here.
    "ledger:desk_bulk": Row("302 404 404 404 404 404 303 303 404 404 404 303", data={"act": "assign"}),
    "ledger:desk_new": Row("302 404 404 404 404 200 200 200 404 404 404 200"),
    "ledger:desk_difficulty": Row("302 404 404 200 200 404 404 404 404 404 404 404"),
    "ledger:desk_case": Row("302 404 200 200 200 200 200 200 200 200 404 404", a_case_in("in_progress")),
    "ledger:desk_receipt": Row("302 404 404 404 404 200 200 200 404 404 404 404", a_case_in("in_progress")),
    # Words on public pages: whoever acts as secretary.
    "ledger:desk_texts": Row("302 404 404 404 404 404 200 404 404 404 404 404", a_case_in("in_progress")),
    "ledger:desk_redact": Row("302 404 404 404 404 404 200 404 404 404 404 404", a_text_of_a_case),
    # Contact data: the lead, and who types in for others; a reason is missing here.
    "ledger:desk_contact": Row(
        "302 404 404 422 422 422 422 422 404 404 404 404", a_case_in("in_progress"), {}
    ),
    "ledger:desk_command": Row(
        "302 404 404 422 422 404 404 404 404 404 404 404",
        lambda cast: {**a_case_in("in_progress")(cast), "command": "reply"},
        {},
    ),
    # With one estate in scope straight to it.
    # What a reply lacks is told to whoever may write it.
    "ledger:desk_reply_check": Row(
        "302 404 404 200 200 404 404 404 404 404 404 404", a_case_in("in_progress"), {"text": "灯换好了。"}
    ),
    "ledger:desk_topics": Row("302 404 404 404 404 303 303 303 200 200 404 303"),
    "ledger:desk_estate_topics": Row("302 404 404 404 404 200 200 200 200 200 404 404", slug_of_the_estate),
    "ledger:desk_open_topic": Row(
        "302 404 404 404 404 404 303 404 404 404 404 404", slug_of_the_estate, {"title": "楼道灯"}
    ),
    "ledger:desk_put_in_topic": Row(
        "302 404 404 404 404 404 303 404 404 404 404 404", slug_of_the_estate, {}
    ),
    "ledger:desk_bulletins": Row("302 404 404 404 404 200 200 200 200 200 404 200"),
    "ledger:desk_issue_bulletin": Row("302 404 404 404 404 404 303 404 404 404 404 404", a_bulletin_owed, {}),
}

# Messages: mine in the account; the community brings slips and makes calls, never the lead's side.
#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
BRINGS = "302 404 404 404 404 303 404 404 404 404 404 404"
PUBLISHING = {
    "publishing:my_messages": Row(signed_in(200)),
    "publishing:open_message": Row(
        "302 303 404 404 404 404 404 404 404 404 404 404", told.a_message_in_the_account, {}
    ),
    "publishing:desk_messages": Row("302 404 404 404 404 200 200 200 200 404 404 200"),
    # Nothing is chosen here.
    "publishing:print_slips": Row("302 404 404 404 404 303 303 303 303 404 404 303", data={}),
    "publishing:record_brought": Row(BRINGS, told.a_slip_to_bring, {"reached": "no"}),
    "publishing:bring_instead": Row(BRINGS, told.a_slip_to_bring, {"channel": "call"}),
    # Only a gateway that signs; here none is set up.
    "publishing:sms_report": Row(everybody(404), data={}),
}


def a_report_in(status: str, **further: Any) -> Callable[[Cast], dict[str, Any]]:
    """云杉里's report on the first half-year of 2026; an estate has one for a day, so that one is asked for again."""

    def args(cast: Cast) -> dict[str, Any]:
        from huiyin.apps.reports.models import Report
        from tests import given_reports

        report = Report.objects.first() or given_reports.a_report(cast, status=status)
        return {"pk": report.pk, **further}

    return args


def photos_at_a_number_of_a_report(cast: Cast) -> dict[str, Any]:
    """Submitted, with one photo at its first number."""
    from huiyin.apps.reports.models import Report
    from huiyin.apps.reports.services import figures, review
    from tests import given_reports

    report = Report.objects.first()
    if report is None:
        report = given_reports.write(cast, given_reports.a_draft(cast))
        evidence = Evidence.objects.get(pk=photo_of_the_manager(cast)["pk"])
        told = {"section": "service", "metric": "E01", "value": Decimal(72), "number": 1}
        figures.put_claim(report, by=cast.by_manager, **told, evidence=[evidence])
        review.submit(report, by=cast.by_manager)
    return {"pk": report.pk, "number": 1}


def a_photo_of_a_report(cast: Cast) -> dict[str, Any]:
    """Submitted, with one photo."""
    from huiyin.apps.reports.models import Report
    from huiyin.apps.reports.services import figures, review
    from tests import given_reports

    report = Report.objects.first()
    if report is None:
        report = given_reports.write(cast, given_reports.a_draft(cast))
        evidence = Evidence.objects.get(pk=photo_of_the_manager(cast)["pk"])
        figures.put_photo(report, by=cast.by_manager, section="service", evidence=evidence, caption="门机")
        review.submit(report, by=cast.by_manager, now=given_reports.WRITING)
    return {"pk": report.pk, "number": 1}


def a_list_in(status: str, **further: Any) -> Callable[[Cast], dict[str, Any]]:
    """The demands collected for it; one list for a period, too."""

    def args(cast: Cast) -> dict[str, Any]:
        from huiyin.apps.reports.models import DemandList
        from tests import given_reports

        demand_list = DemandList.objects.first() or given_reports.a_demand_list(cast, status=status)
        return {"pk": demand_list.pk, **further}

    return args


def a_line_of_a_list(cast: Cast) -> dict[str, Any]:
    from huiyin.apps.reports.models import DemandList
    from tests import given_reports

    return {"pk": given_reports.a_line(DemandList.objects.get(**a_list_in("open")(cast))).pk}


def who_came_to_the_other_estate(cast: Cast) -> dict[str, Any]:
    """北桥苑 was served by 青禾, and is now by another company."""
    from huiyin.apps.places.models import Engagement
    from huiyin.apps.places.services import end_engagement, register_company, start_engagement
    from tests.people import BEGINNING, a_credit_code

    known = Engagement.objects.filter(estate=cast.other_estate).order_by("-starts_on").first()
    if known is None:
        by, terms = cast.by_district_officer, {"estate": cast.other_estate, "service_level": 3}
        leaving = start_engagement(company=cast.company, starts_on=BEGINNING, by=by, **terms)
        end_engagement(engagement=leaving, ends_on=date(2026, 3, 31), by=by)
        other = register_company(name="松涛物业服务有限公司", credit_code=a_credit_code(9), by=by)
        known = start_engagement(company=other, starts_on=date(2026, 4, 1), by=by, **terms)
    return {"coming": known.pk}


def a_hand_over(cast: Cast, **further: Any) -> dict[str, Any]:
    """The list of what was open there, made by the secretary of that community: the stranger."""
    from huiyin.apps.places.models import Engagement
    from huiyin.apps.reports.models import HandOver
    from huiyin.apps.reports.services.handovers import open_hand_over

    made = HandOver.objects.first()
    if made is None:
        coming = Engagement.objects.get(pk=who_came_to_the_other_estate(cast)["coming"])
        leaving = Engagement.objects.exclude(pk=coming.pk).get(estate=cast.other_estate)
        made = open_hand_over(leaving=leaving, coming=coming, by=cast.by_stranger)
    return {"pk": made.pk, **further}


# Public from the announcement on; written by the company alone, looked at by its area, decided by the secretary.
#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
READS_REPORTS = "302 404 404 200 200 200 200 200 200 200 404 {}"
REPORTS = {
    "reports:report_list": Row(everybody(200)),
    "reports:report": Row(everybody(200), a_report_in("announced")),
    "reports:digest": Row(everybody(200), a_report_in("announced")),
    "reports:digest_pdf": Row(everybody(200), a_report_in("announced")),
    "reports:slides": Row(everybody(200), a_report_in("announced")),
    "reports:revision": Row(everybody(200), a_report_in("announced", number=1)),
    "reports:demands": Row(everybody(200), slug_of_the_estate),
    "reports:demand": Row(everybody(303), a_line_of_a_list),
    "reports:desk_reports": Row(READS_REPORTS.format(200)),
    "reports:desk_open_report": Row(
        "302 404 404 303 303 404 303 404 404 404 404 404",
        lambda cast: {"engagement": cast.engagement.pk},
        {},
    ),
    "reports:desk_report": Row(READS_REPORTS.format(404).replace("200", "303"), a_report_in("draft")),
    "reports:desk_section": Row(
        "302 404 404 200 200 404 404 404 404 404 404 404", a_report_in("draft", code="service")
    ),
    # The company asks of what it is typing; nobody else has a text to ask of.
    "reports:desk_findings": Row(
        "302 404 404 200 200 404 404 404 404 404 404 404",
        a_report_in("draft", code="service"),
        {"body": "各项服务得到业主的一致好评。", "version": "0"},
    ),
    "reports:desk_review": Row(READS_REPORTS.format(404), a_report_in("submitted")),
    # What else shows the same picture: for the public side.
    "reports:desk_photo": Row("302 404 404 404 404 200 200 200 200 200 404 404", a_photo_of_a_report),
    "reports:desk_claim_photos": Row(
        "302 404 404 404 404 200 200 200 200 200 404 404", photos_at_a_number_of_a_report
    ),
    # No reason is given here.
    "reports:desk_return_report": Row(
        "302 404 404 404 404 404 422 404 404 404 404 404", a_report_in("submitted"), {}
    ),
    "reports:desk_report_command": Row(
        "302 404 404 422 422 404 404 404 404 404 404 404", a_report_in("draft", command="put-commitment"), {}
    ),
    "reports:desk_demands": Row(READS_REPORTS.format(200)),
    "reports:desk_open_demands": Row(
        "302 404 404 404 404 404 303 404 404 404 404 404", slug_of_the_estate, {"month": "2026-01"}
    ),
    # The company sees what was sent to it.
    "reports:desk_demand_list": Row("302 404 404 404 404 200 200 200 200 200 404 404", a_list_in("open")),
    "reports:desk_demands_print": Row("302 404 404 404 404 200 200 200 404 404 404 404", a_list_in("open")),
    "reports:desk_demand_command": Row(
        "302 404 404 404 404 404 422 404 404 404 404 404", a_list_in("open", command="word"), {}
    ),
    "reports:desk_hand_overs": Row(READS_REPORTS.format(200)),
    # At the other estate: its secretary is the stranger here; the company that leaves, and whoever sees both streets.
    "reports:desk_open_hand_over": Row(
        "302 404 404 404 404 404 404 404 404 404 404 303", who_came_to_the_other_estate, {}
    ),
    "reports:desk_hand_over": Row("302 404 404 404 200 404 404 404 200 200 404 200", a_hand_over),
    "reports:desk_hand_over_command": Row(
        "302 404 404 404 303 404 404 404 404 404 404 404",
        lambda cast: a_hand_over(cast, command="offer-all"),
        {},
    ),
}


def of_the_meeting(
    build: Callable[[Cast, Any], dict[str, Any]], **none: Any
) -> Callable[[Cast], dict[str, Any]]:
    """Something of the one meeting there is; where there is none an address that leads nowhere."""

    def args(cast: Cast) -> dict[str, Any]:
        from huiyin.apps.meetings.models import Meeting

        meeting = Meeting.objects.select_related("area").first()
        return build(cast, meeting) if meeting is not None else {"pk": 1, **none}

    return args


the_meeting = of_the_meeting(lambda cast, meeting: {"pk": meeting.pk})


def a_question(cast: Cast, meeting: Any) -> dict[str, Any]:
    """The meeting in which somebody has asked."""
    from tests import given_meetings

    given_meetings.a_question(cast, meeting)
    return {"pk": meeting.pk}


def its_question(cast: Cast, meeting: Any) -> dict[str, Any]:
    from tests import given_meetings

    return {"pk": given_meetings.a_question(cast, meeting).pk}


def its_code(cast: Cast, meeting: Any) -> dict[str, Any]:
    from huiyin.apps.meetings.services.attend import wall_code

    return {"pk": meeting.pk, "code": wall_code(meeting, now()).code}


def its_guest(cast: Cast, meeting: Any) -> dict[str, Any]:
    from huiyin.apps.meetings.models import CheckIn

    return {"pk": meeting.pk, "check_in": CheckIn.objects.earliest("pk").pk}


def its_letter(cast: Cast, meeting: Any) -> dict[str, Any]:
    from huiyin.apps.meetings.services.rate import issue_letters

    return {"token": issue_letters(meeting, by=cast.by_secretary, estate=cast.estate)[0].token}


def its_valid_letter(cast: Cast, meeting: Any) -> dict[str, Any]:
    from huiyin.apps.meetings.models import RatingToken

    its_letter(cast, meeting)
    return {"pk": meeting.pk, "letter": RatingToken.objects.earliest("pk").pk}


def its_printed_letters(cast: Cast, meeting: Any) -> dict[str, Any]:
    from huiyin.apps.meetings.models import LetterPile
    from huiyin.integrations.storage import store

    store().put("letters/access.pdf", b"%PDF-")
    pile = LetterPile.objects.create(
        meeting=meeting,
        estate=cast.estate,
        building="6",
        state="ready",
        ordered_at=now(),
        printed_at=now(),
        letter_count=1,
        file_key="letters/access.pdf",
    )
    return {"pk": meeting.pk, "pile": pile.pk}


def its_correction(cast: Cast, meeting: Any) -> dict[str, Any]:
    from huiyin.apps.meetings.services.minutes import propose_correction
    from tests import given_meetings

    by, at = cast.by_manager, given_meetings.CLOSING
    row = propose_correction(meeting.minutes, by=by, text="到场的还有工程主管。", now=at)
    return {"pk": meeting.pk, "correction": row.pk}


def a_forum(cast: Cast) -> dict[str, Any]:
    """This quarter's forum of 云杉里, planned, with one case the company leads."""
    from huiyin.apps.meetings.models import Forum
    from huiyin.apps.meetings.services.forums import open_forums, plan_forum

    given.a_case(cast, status="in_progress")
    open_forums()
    forum = Forum.objects.filter(estate=cast.estate).latest("pk")
    plan_forum(forum, by=cast.by_secretary, planned_at=now(), venue="社区活动室")
    return {"pk": forum.pk}


def a_closed_forum(cast: Cast) -> dict[str, Any]:
    from huiyin.apps.meetings.models import Forum
    from huiyin.apps.meetings.services.forums import close_forum, state

    forum = Forum.objects.get(pk=a_forum(cast)["pk"])
    for item in forum.items.all():
        state(item, by=cast.by_secretary, text="正在办。")
    close_forum(forum, by=cast.by_secretary, held_on=now().date(), attendee_count=9)
    return {"pk": forum.pk}


def a_case_on_paper(cast: Cast, meeting: Any) -> dict[str, Any]:
    """What somebody asked by raising a hand, in the ledger since the closing."""
    from huiyin.apps.meetings.models import Question

    Question.objects.create(
        meeting=meeting,
        estate=cast.estate,
        number=9,
        way="floor",
        text="台阶松了。",
        is_let_through=True,
        asked_at=now(),
        status_since=now(),
        outcome="case",
        case=given.a_registered_case(cast),
    )
    return {"pk": meeting.pk}


def an_item_of_a_forum(cast: Cast) -> dict[str, Any]:
    from huiyin.apps.meetings.models import ForumItem

    pk = a_forum(cast)["pk"]
    item = ForumItem.objects.filter(forum_id=pk).first()
    assert item is not None
    return {"pk": pk, "item": item.pk}


# Reading is for everyone. Asking needs a verified phone or a check-in; rating a household.
#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
MEETINGS = {
    "meetings:meeting_list": Row(everybody(200)),
    "meetings:meeting": Row(everybody(200), the_meeting, phase="announced"),
    "meetings:screen": Row(everybody(200), the_meeting, phase="questions"),
    "meetings:live": Row(everybody(200), the_meeting, query="?part=ask", phase="questions"),
    "meetings:ask": Row(everybody(200), the_meeting, phase="questions"),
    "meetings:support": Row(signed_in(303), of_the_meeting(a_question), {"question": "1"}, phase="questions"),
    "meetings:check_in": Row(everybody(200), of_the_meeting(its_code, code="2345"), phase="questions"),
    # Nobody has checked in with this browser.
    "meetings:check_out": Row(everybody(303), the_meeting, {}, phase="questions"),
    "meetings:minutes": Row(everybody(200), the_meeting, phase="locked"),
    "meetings:certificate": Row(everybody(200), the_meeting, phase="closed"),
    "meetings:notice_pdf": Row(everybody(200), the_meeting, phase="announced"),
    "meetings:certificate_pdf": Row(everybody(200), the_meeting, phase="closed"),
    "meetings:rate": Row(signed_in(200), the_meeting, phase="minutes_open"),
    "meetings:rate_by_code": Row(everybody(200)),
    "meetings:rate_by_letter": Row(everybody(200), of_the_meeting(its_letter), phase="minutes_open"),
    "meetings:question": Row(everybody(302), of_the_meeting(its_question), phase="questions"),
    "meetings:forum": Row(everybody(200), a_forum),
    "meetings:forum_pdf": Row(everybody(200), a_closed_forum),
}

# The desk: the place and the company that reports; the console for chair and workers, decisions for the secretary.
#        anon res  tech mgr  cadm cwrk secr strt dist audt oper strn
SEES_MEETING = "302 404 404 200 200 200 200 200 200 200 404 404"
AT_CONSOLE = "302 404 404 404 404 200 200 404 404 404 404 404"
# The auditor reads everything and does nothing (domain.md §2).
READS_CONSOLE = "302 404 404 404 404 200 200 404 404 200 404 404"
ONLY_THE_SECRETARY = "302 404 404 404 404 404 {} 404 404 404 404 404"
MEETINGS_DESK = {
    "meetings:desk_meetings": Row("302 404 404 200 200 200 200 200 200 200 404 200"),
    "meetings:desk_new": Row("302 404 404 404 404 404 200 404 404 404 404 200"),
    "meetings:desk_meeting": Row(SEES_MEETING, the_meeting, phase="announced"),
    "meetings:desk_command": Row(
        ONLY_THE_SECRETARY.format(422),
        lambda cast: {**the_meeting(cast), "command": "postpone"},
        {},
        phase="announced",
    ),
    "meetings:desk_decide_correction": Row(
        ONLY_THE_SECRETARY.format(303),
        of_the_meeting(its_correction, correction=1),
        {"accept": "yes", "reason": "名单上有。"},
        phase="minutes_open",
    ),
    "meetings:desk_console": Row(READS_CONSOLE, the_meeting, phase="questions"),
    "meetings:desk_console_live": Row(READS_CONSOLE, the_meeting, phase="questions"),
    # The clock is the chair's.
    "meetings:desk_act": Row(
        ONLY_THE_SECRETARY.format(303),
        lambda cast: {**the_meeting(cast), "act": "pause"},
        {},
        phase="questions",
    ),
    "meetings:desk_wall": Row(AT_CONSOLE, the_meeting, phase="questions"),
    "meetings:desk_wall_live": Row(AT_CONSOLE, the_meeting, phase="questions"),
    "meetings:desk_attendance": Row(READS_CONSOLE, the_meeting, phase="questions"),
    # Names and rooms: who keeps the list; a reason is missing here.
    "meetings:desk_names": Row(AT_CONSOLE.replace("200", "422"), the_meeting, {}, phase="questions"),
    "meetings:desk_leave": Row(
        AT_CONSOLE.replace("200", "303"), of_the_meeting(its_guest, check_in=1), {}, phase="questions"
    ),
    "meetings:desk_question_slips": Row(AT_CONSOLE, the_meeting, phase="announced"),
    "meetings:desk_case_slips": Row(AT_CONSOLE, of_the_meeting(a_case_on_paper), phase="minutes_open"),
    "meetings:desk_letters": Row(
        "302 404 404 404 404 404 200 404 404 200 404 404", the_meeting, phase="minutes_open"
    ),
    "meetings:desk_order_letters": Row(
        ONLY_THE_SECRETARY.format(303),
        the_meeting,
        {"estate": "yunshanli"},
        phase="minutes_open",
    ),
    "meetings:desk_take_letters": Row(
        ONLY_THE_SECRETARY.format(200), of_the_meeting(its_printed_letters, pile=1), {}, phase="minutes_open"
    ),
    "meetings:desk_revoke_letter": Row(
        ONLY_THE_SECRETARY.format(303), of_the_meeting(its_valid_letter, letter=1), {}, phase="minutes_open"
    ),
    "meetings:desk_terms": Row("302 404 404 200 200 200 200 200 200 200 404 200"),
    "meetings:desk_forums": Row("302 404 404 200 200 200 200 200 200 200 404 200"),
    "meetings:desk_forum": Row(SEES_MEETING, a_forum),
    "meetings:desk_forum_pdf": Row(SEES_MEETING, a_forum),
    "meetings:desk_forum_plan": Row(ONLY_THE_SECRETARY.format(422), a_forum, {}),
    "meetings:desk_forum_close": Row(ONLY_THE_SECRETARY.format(422), a_forum, {}),
    "meetings:desk_forum_cover": Row(ONLY_THE_SECRETARY.format(422), a_forum, {}),
    "meetings:desk_forum_matter": Row(AT_CONSOLE.replace("200", "422"), a_forum, {}),
    # Who leads the case, or the secretary for them.
    "meetings:desk_forum_state": Row(
        "302 404 404 422 422 404 422 404 404 404 404 404", an_item_of_a_forum, {}
    ),
    "meetings:desk_forum_state_together": Row("302 404 404 422 422 404 422 404 404 404 404 404", a_forum, {}),
}

WEB = {
    "reading_mode": Row(everybody(302)),
    "service_worker": Row(everybody(200)),
    "offline": Row(everybody(200)),
}

TABLE: dict[str, Row] = {
    **PEOPLE,
    **AUDIT,
    **POLICIES,
    **EVIDENCE,
    **UPKEEP,
    **HOTLINE,
    **HOTLINE_NUMBERS,
    **IMPORTS,
    **PORTAL,
    **LEDGER,
    **DESK,
    **PUBLISHING,
    **REPORTS,
    **MEETINGS,
    **MEETINGS_DESK,
    **WEB,
}
