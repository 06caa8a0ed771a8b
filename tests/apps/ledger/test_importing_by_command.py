"""`huiyin import-cases`: the balance it prints, its dry run, the file of errors, and 2,816 real messages."""

from __future__ import annotations

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path
from time import monotonic

import pytest
from django.core.management import CommandError, call_command

from huiyin.apps.audit.models import Event
from huiyin.apps.imports.models import Import
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case
from huiyin.documents.spreadsheets import open_table
from tests.apps.ledger.ledgers import a_file, a_row, read
from tests.people import Cast, a_phone

pytestmark = pytest.mark.django_db
REAL = Path(os.environ.get("HUIYIN_SHARED", Path(__file__).parents[4] / "shared")) / (
    "data/real/messages_with_replies.xlsx"
)


def run(*arguments: str | Path, **options: object) -> str:
    out = StringIO()
    call_command("import_cases", *map(str, arguments), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "旧台账.xlsx"
    late = a_row(2, 答复时间="2026-05-20 10:00:00")
    path.write_bytes(a_file([a_row(1), late, a_row(3, 登记时间="去年冬天")]))
    return path


def test_it_prints_the_balance_and_the_punctuality(cast: Cast, ledger: Path) -> None:
    told = run(ledger, source="旧台账")
    assert "读了 3 行 = 新登记 2 + 补上答复 0 + 没有变化 0 + 未导入 1" in told
    assert "按最初期限答复 1 ÷ 2 = 50.0 %" in told
    assert "2 件的中位数是 44.7 天" in told
    assert "新登记 0 + 补上答复 0 + 没有变化 2 + 未导入 1" in run(ledger, source="旧台账")


def test_a_dry_run_leaves_nothing_behind(cast: Cast, ledger: Path) -> None:
    before = Event.objects.count()
    told = run(ledger, dry_run=True)
    assert "检查了 3 行 = 可以导入 2 + 没有变化 0 + 有问题 1。没有写入。" in told
    assert (Case.objects.count(), Import.objects.count(), Event.objects.count()) == (0, 0, before)


def test_a_dry_run_tells_what_the_ledger_has_already(cast: Cast, ledger: Path) -> None:
    run(ledger)
    assert "检查了 3 行 = 可以导入 0 + 没有变化 2 + 有问题 1。没有写入。" in run(ledger, dry_run=True)


def test_the_rejected_rows_are_written_to_a_file(cast: Cast, ledger: Path, tmp_path: Path) -> None:
    run(ledger, errors=tmp_path / "退回.xlsx")
    (row,) = read((tmp_path / "退回.xlsx").read_bytes())
    assert "看不出日期" in row["未导入原因"]


def test_it_runs_in_the_name_and_with_the_reach_of_a_person(cast: Cast, ledger: Path) -> None:
    assert "新登记 0" not in run(ledger, by=a_phone(8))
    assert Import.objects.get().uploaded_by_key == cast.secretary.key
    with pytest.raises(CommandError, match="没有这个手机号的账号"):
        run(ledger, by="13700000000")
    with pytest.raises(CommandError, match="权限"):
        run(ledger, by=a_phone(1))


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("没有.xlsx", {}, "没有这个文件"),
        ("旧台账.xlsx", {"area": "999999"}, "没有“999999”这个社区"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    cast: Cast, ledger: Path, name: str, options: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(ledger.with_name(name), **options)


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason=f"the 2,816 real messages are not here: {REAL}")
def test_the_real_messages_come_in_whole_and_once(cast: Cast) -> None:
    rows = list(open_table(REAL).rows())
    started = monotonic()
    told = run(REAL, source="留言板", area=cast.community.code)
    seconds = monotonic() - started
    print(f"\n{told}{seconds:.1f} s")
    cases = Case.objects.filter(file_key__startswith="留言板:")
    done = Import.objects.get()
    assert done.created_count + done.rows_bad == done.rows_total == len(rows)
    assert cases.count() == done.created_count

    assert set(cases.values_list("status", flat=True)) == {"unconfirmed"}
    assert set(cases.values_list("case_list", flat=True)) == {"short_term"}
    assert set(cases.values_list("is_told_by_file", flat=True)) == {True}
    for case in cases.order_by("?")[:50]:
        assert limits.day_of(case.first_due_at) == limits.day_of(case.registered_at) + timedelta(days=30)
        assert case.is_on_time == (case.replied_at <= case.first_due_at)
    assert "÷" in told
    assert "中位数" in told

    again = run(REAL, source="留言板", area=cast.community.code)
    assert f"新登记 0 + 补上答复 0 + 没有变化 {cases.count()} + 未导入 {done.rows_bad}" in again
    assert Case.objects.count() == cases.count()
