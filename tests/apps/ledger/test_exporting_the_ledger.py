"""Taking the ledger out: what stands in the file, for whom, and that bringing it in again changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger import exports
from huiyin.apps.ledger.bulk import History, write
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.models import Case, Extension
from huiyin.apps.ledger.services import extension, lead
from huiyin.apps.ledger.services.assign import Lead
from huiyin.domain.access import SYSTEM
from huiyin.domain.case_numbers import number_for
from huiyin.domain.case_workflow import LABELS, Status
from tests import given as cases
from tests.apps.ledger.ledgers import a_row, balance, exported, import_data, import_rows, read, reasons
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db

NASTY = [
    '=HYPERLINK("http://x","看")',
    "+86 010 电话占线",
    "-1 楼漏水",
    "@SUM(A1:A9)",
    "\t制表符开头",
    "'=已经有撇号",
    "''+两个撇号",
    "＝全角等号",
    "第一行\n第二行\r\n第三行\r第四行",
    "_x0041_ 看起来像转义",
    "𠮷㐂龘 👵🏽 家住望溪路",
    "<b>&amp;</b> \"引号\" '单引号'",
    "\x0b垂直制表与\x1f控制符",
    "0012",
    "1.10E+11",
    "2026-03-02",
    "TRUE",
    "  前后有空格　",
    "长" * 3000,
]


def all_unchanged(data: bytes, by: Any) -> None:
    before = (Case.objects.count(), Event.objects.filter(stream__startswith="case/").count())
    done = import_data(data, by)
    assert reasons(done) == []
    assert balance(done) == (0, 0, done.rows_total, 0)
    assert before == (Case.objects.count(), Event.objects.filter(stream__startswith="case/").count())


# --- the identity -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_cases_in_every_state_come_back_unchanged(cast: Cast, form: str) -> None:
    for place, status in enumerate(Status):
        cases.a_case(cast, status=status, now=cases.A_MONDAY + timedelta(days=place))
    longer = cases.a_case(cast, status="assigned")
    asked = extension.ask_extension(
        longer,
        by=cast.by_manager,
        due_on=(cases.A_MONDAY + timedelta(days=40)).date(),
        reason="要找原施工单位查图。",
        now=cases.A_MONDAY + timedelta(days=2),
    )
    extension.decide_extension(asked, by=cast.by_secretary, approve=True, now=asked.asked_at)
    assert Extension.objects.count() == 1
    import_rows(
        [a_row(1), a_row(2, 小区=None, 社区="云杉里社区", 答复=None, 答复时间=None)], cast.by_secretary
    )
    data = exported(form=form)
    assert {row["状态"] for row in read(data)} == set(LABELS.values())
    all_unchanged(data, cast.by_secretary)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_nasty_texts_come_back_unchanged(cast: Cast, form: str) -> None:
    write([a_history(cast, place, text, reply=text) for place, text in enumerate(NASTY)])
    all_unchanged(exported(form=form), SYSTEM)


anything = st.text(
    alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=60
).filter(str.strip)
pieces = st.lists(
    st.sampled_from([*NASTY[:-1], "灯不亮", "13800138000", "6号楼2单元302室", "\n", "'", "="]), min_size=1
)
words = (anything | pieces.map("".join)).filter(str.strip)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    texts=st.lists(st.tuples(words, words, words), min_size=1, max_size=4),
    form=st.sampled_from(["xlsx", "csv"]),
)
def test_whatever_stands_in_a_case_comes_back_unchanged(
    cast: Cast, texts: list[tuple[str, str, str]], form: str
) -> None:
    written = write(
        [
            a_history(
                cast, place, text, reply=reply, title=words[:60], building=words[:20], nickname=words[:9]
            )
            for place, (text, reply, words) in enumerate(texts)
        ]
    )
    all_unchanged(exported(Case.objects.filter(pk__in=[case.pk for case in written]), form=form), SYSTEM)


def a_history(cast: Cast, place: int, text: str, *, reply: str, **changes: Any) -> History:
    at = cases.A_MONDAY + timedelta(hours=place, microseconds=place)
    steps = (
        told.Assigned(
            at=at, by=cast.by_secretary, case_list="short_term", lead=Lead.company(cast.engagement)
        ),
        told.Replied(
            at=at + timedelta(days=2), by=cast.by_manager, text=reply, no_evidence_reason="没有拍照。"
        ),
    )
    return History(
        key=str(place),
        at=at,
        by=SYSTEM,
        text=text,
        area=cast.community,
        estate=cast.estate,
        steps=steps,
        **changes,
    )


def test_a_cell_changed_in_the_file_is_refused_by_name(cast: Cast) -> None:
    case = cases.a_case(cast, status="replied")
    (row,) = read(exported())
    done = import_rows([row | {"状态": "提问人确认：已解决", "现在期限": "2027-01-01"}], cast.by_secretary)
    assert balance(done) == (0, 0, 0, 1)
    assert [label for label, _ in reasons(done)[0]] == ["现在期限", "状态"]
    assert "等提问人确认" in reasons(done)[0][1][1]
    case.refresh_from_db()
    assert case.status == "replied"


def test_the_file_of_one_installation_can_be_brought_into_another(cast: Cast) -> None:
    """Numbers unknown here are those of another ledger: told by the file, and again only once."""
    cases.a_case(cast, status="confirmed")
    (row,) = read(exported())
    row["编号"] = number_for(2025, 1)
    assert balance(import_rows([row], cast.by_secretary, source="邻区")) == (1, 0, 0, 0)
    assert balance(import_rows([row], cast.by_secretary, source="邻区")) == (0, 0, 1, 0)
    case = Case.objects.get(file_key=f"邻区:{number_for(2025, 1)}")
    assert (case.status, case.lead_engagement) == ("unconfirmed", cast.engagement)


def test_cases_in_every_state_come_into_another_installation_once(cast: Cast) -> None:
    for place, status in enumerate(Status):
        cases.a_case(cast, status=status, now=cases.A_MONDAY + timedelta(days=place), building="6号楼")
    rows = read(exported())
    for place, row in enumerate(rows):
        row["编号"] = number_for(2025, place + 1)
    assert balance(import_rows(rows, cast.by_secretary, source="邻区")) == (len(rows), 0, 0, 0)
    again = import_rows(rows, cast.by_secretary, source="邻区")
    assert reasons(again) == []
    assert balance(again) == (0, 0, len(rows), 0)


# --- what stands in it ------------------------------------------------------------------------------------


def test_contacts_and_private_words_are_never_written_out(cast: Cast) -> None:
    cases.a_case(cast, text="我叫王小明，电话13800138000，住6号楼2单元302室，灯不亮。")
    cases.a_paper_case(cast)
    for form in ("xlsx", "csv"):
        rows = read(exported(form=form))
        assert not {"联系人", "电话"} & rows[0].keys()
        text = str(rows)
        assert not [
            word for word in ("王小明", "13800138000", "302室", "周有福", "13900000000") if word in text
        ]


def test_formulas_are_guarded(cast: Cast) -> None:
    write([a_history(cast, 0, "=1+1 楼道灯不亮", reply="已修好。")])
    assert "'=1+1 楼道灯不亮" in exported(form="csv").decode("utf-8-sig")
    assert read(exported())[0]["内容"] == "=1+1 楼道灯不亮"


def test_the_first_reply_decides_punctuality_and_the_latest_stands_beside_it(cast: Cast) -> None:
    case = cases.a_case(cast, status="reopened")
    lead.start(case, by=cast.by_manager, now=cases.A_MONDAY + timedelta(days=3))
    case.refresh_from_db()
    cases._reply(cast, case, cases.A_MONDAY + timedelta(days=4))
    (row,) = read(exported())
    assert (row["答复"], row["最近答复"]) == (cases.GOOD_REPLY, cases.GOOD_REPLY)
    assert row["最近答复时间"] > row["答复时间"]
    assert row["按时"] == "是"


@pytest.mark.parametrize("count", [2, 9])
def test_each_thousand_rows_take_two_queries(cast: Cast, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "CHUNK", 3)
    write([a_history(cast, place, f"{place}号楼灯不亮。", reply="已修好。") for place in range(count)])
    exported()
    with CaptureQueriesContext(connection) as queries:
        exported()
    chunks = -(-count // 3)
    assert len(queries) <= 2 + chunks  # a count, the rows through a cursor, the replies of each chunk


# --- who takes it out ---------------------------------------------------------------------------------------


def address(form: str = "xlsx") -> str:
    return reverse("ledger:export_cases", kwargs={"form": form})


def numbers(client: Client, query: dict[str, str] | None = None, form: str = "xlsx") -> set[str]:
    given_back = client.get(address(form), query or {"state": "all"})
    assert given_back.status_code == 200
    return {row["编号"] for row in read(given_back.getvalue())} if given_back else set()


def test_everybody_takes_out_what_the_desk_shows(cast: Cast) -> None:
    here = cases.a_case(cast, status="assigned")
    new = cases.a_case(cast)
    expected = {
        "secretary": {here.number, new.number},
        "community_worker": {here.number, new.number},
        "street_officer": {here.number, new.number},
        "auditor": {here.number, new.number},
        "manager": {here.number},
    }
    for who, seen in expected.items():
        assert numbers(sign_in(Client(), getattr(cast, who))) == seen, who


def test_the_filter_of_the_page_holds(cast: Cast, client: Client) -> None:
    replied = cases.a_case(cast, status="replied")
    cases.a_case(cast, status="assigned")
    sign_in(client, cast.secretary)
    assert numbers(client, {"state": "replied"}) == {replied.number}


def test_a_case_handed_to_and_fro_stands_in_the_file_once(cast: Cast, client: Client) -> None:
    case = cases.a_case(cast, status="assigned")
    for name in ("区供电公司", "区水务局"):
        proposal = lead.propose_lead(
            case, by=cast.by_manager, lead=Lead.department(name), reason="不归我们管。"
        )
        lead.decide_lead(proposal, by=cast.by_secretary, accept=False)
    sign_in(client, cast.secretary)
    assert len(read(client.get(address()).getvalue())) == 1


def test_the_file_has_a_name_and_is_not_kept_on_the_way(cast: Cast, client: Client) -> None:
    cases.a_case(cast)
    sign_in(client, cast.secretary)
    answer = client.get(address())
    assert unquote(answer["Content-Disposition"]).startswith("attachment; filename*=UTF-8''台账-")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.getvalue()[:2] == b"PK"


def test_a_text_too_long_for_excel_leads_to_the_csv(cast: Cast, client: Client) -> None:
    (case,) = write([a_history(cast, 0, "长" * 40_000, reply="已修好。")])
    sign_in(client, cast.secretary)
    answer = client.get(address(), {"state": "replied"})
    assert (answer.status_code, answer["Location"]) == (303, f"{address('csv')}?state=replied")
    assert case.number in client.get(address("csv"), {"state": "all"}).getvalue().decode("utf-8-sig")


def test_too_many_rows_are_refused_with_what_to_do(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    cases.a_case(cast)
    cases.a_case(cast)
    sign_in(client, cast.secretary)
    answer = client.get(address())
    assert answer.status_code == 409
    assert "请先按小区、清单或状态筛选" in answer.content.decode()
