"""An old ledger's replies are read as they come in: each row has its remarks, and none is refused for them."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from huiyin.apps.imports import retention
from huiyin.apps.imports.reading import usable_headers
from huiyin.apps.imports.selectors import remarks_of
from huiyin.apps.imports.services import remark_file, set_mapping
from huiyin.apps.ledger.models import Case
from huiyin.web.now import now
from tests import given
from tests.apps.ledger.ledgers import a_file, a_row, bring, import_data, open_row, read
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db

EMPTY = "您反映的问题已收悉，已转相关部门处理，感谢您的来信。"
WEAK = "灯全换好了，晚上亮着，请您再看一看。"
LACKS = "只答了一部分、没有日期、没有写谁负责"


@pytest.fixture
def ledger() -> bytes:
    return a_file(
        [
            a_row(1, 答复=given.GOOD_REPLY),
            a_row(2, 答复=WEAK),
            a_row(3, 答复=EMPTY),
            open_row(4),
            a_row(5, 答复=EMPTY, 登记时间="去年冬天"),
        ]
    )


def test_every_reply_is_taken_and_what_it_lacks_is_remarked(cast: Cast, ledger: bytes) -> None:
    done = import_data(ledger, cast.by_secretary)
    assert (done.created_count, done.rows_bad) == (4, 1)
    assert Case.objects.get(number__isnull=False, replies__text=EMPTY).status == "unconfirmed"
    found = {remark.words: (remark.count, remark.first) for remark in remarks_of(done)}
    assert found["空答复"] == (1, [4])
    assert found["没有缺项"] == (1, [2])
    assert found["没有日期"] == (1, [3])


def test_the_file_given_back_has_a_column_of_findings_and_is_itself_imported_again(
    cast: Cast, ledger: bytes
) -> None:
    done = import_data(ledger, cast.by_secretary)
    given_back = remark_file(done).data
    rows = read(given_back)
    assert [row["系统核查意见"] or "" for row in rows] == ["没有缺项", LACKS, "空答复", "", ""]
    assert [bool(row["未导入原因"]) for row in rows] == [False, False, False, False, True]
    again = bring(given_back, cast.by_secretary)
    assert "系统核查意见" not in again.mapping.values()
    assert (again.rows_ok, again.unchanged_count, again.rows_bad) == (4, 4, 1)


def test_a_column_of_the_same_sense_that_an_office_keeps_itself_stays_beside_ours(cast: Cast) -> None:
    own = a_file(
        [a_row(1, 答复=given.GOOD_REPLY, 核查意见="已看过。"), a_row(2, 答复=EMPTY, 核查意见="要重答。")]
    )
    for table in (own, remark_file(bring(own, cast.by_secretary)).data):
        import_ = bring(table, cast.by_secretary)
        assert "核查意见" in usable_headers(import_.headers)
        rows = read(remark_file(import_).data)
        assert [row["核查意见"] for row in rows] == ["已看过。", "要重答。"]
        assert [row["系统核查意见"] for row in rows] == ["没有缺项", "空答复"]


def test_the_dry_run_shows_them_and_offers_the_file(
    client: Client, cast: Cast, ledger: bytes, django_assert_max_num_queries: Any
) -> None:
    import_ = bring(ledger, cast.by_secretary)
    sign_in(client, cast.secretary)
    with django_assert_max_num_queries(14):
        page = client.get(f"/desk/imports/{import_.pk}").content.decode()
    assert "这些行照原样导入，不因此退回" in page
    assert "<dt>核查意见</dt><dd>没有缺项</dd>" in page
    assert page.count("空答复") == 2
    answer = client.get(f"/desk/imports/{import_.pk}/remarks")
    assert "%E6%A0%B8%E6%9F%A5%E6%84%8F%E8%A7%81.xlsx" in answer.headers["Content-Disposition"]
    assert len(read(answer.content)) == 5


def test_a_table_without_replies_has_no_remarks(client: Client, cast: Cast) -> None:
    import_ = bring(a_file([open_row(1)]), cast.by_secretary)
    sign_in(client, cast.secretary)
    assert "核查意见" not in client.get(f"/desk/imports/{import_.pk}").content.decode()
    assert client.get(f"/desk/imports/{import_.pk}/remarks").status_code == 404


def test_the_remarks_are_made_anew_with_the_check_and_go_with_the_file(cast: Cast, ledger: bytes) -> None:
    import_ = bring(ledger, cast.by_secretary)
    assert len(remarks_of(import_)) == 5
    mapping = {key: header for key, header in import_.mapping.items() if not key.startswith("repl")}
    import_ = set_mapping(import_, mapping=mapping, options=import_.options, by=cast.by_secretary)
    assert remarks_of(import_) == []
    import_ = bring(ledger, cast.by_secretary)
    retention.purge(now(), after_days=-1)
    assert remarks_of(import_) == []


def test_the_command_counts_them_and_writes_the_file(cast: Cast, ledger: bytes, tmp_path: Path) -> None:
    (tmp_path / "旧台账.xlsx").write_bytes(ledger)
    out = StringIO()
    options = {"dry_run": True, "remarks": tmp_path / "意见.xlsx"}
    call_command("import_cases", str(tmp_path / "旧台账.xlsx"), stdout=out, stderr=StringIO(), **options)
    assert "对答复的核查意见（行）：" in out.getvalue()
    assert "空答复 1" in out.getvalue()
    assert read((tmp_path / "意见.xlsx").read_bytes())[2]["系统核查意见"] == "空答复"
