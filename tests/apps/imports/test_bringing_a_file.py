"""From the upload to the last row: what is taken, what is not and why, and that it always adds up."""

from __future__ import annotations

import datetime as dt
import errno
from collections.abc import Iterator

import pytest
from django.db import DataError, transaction

from huiyin.apps.audit.models import Event
from huiyin.apps.imports import retention, selectors, services
from huiyin.apps.imports.kinds import ImportKind
from huiyin.apps.imports.models import Import
from huiyin.apps.imports.reading import REASON_HEADER, ROW_HEADER
from huiyin.apps.imports.services.upload import FOLDER
from huiyin.documents.refusals import FileRefused
from huiyin.documents.spreadsheets import open_table
from huiyin.domain.access import Actor
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.integrations.storage import Folder, store
from huiyin.web.now import now as clock
from tests.apps.imports.notes import (
    HEADERS,
    KEEPER,
    NAME,
    NOW,
    OTHER_KEEPER,
    OVERSEER,
    STRANGER,
    a_file,
    a_row,
    notes,
    registered,
)

pytestmark = pytest.mark.django_db
AREA = {"area": "110106001000"}


@pytest.fixture(autouse=True)
def kind() -> Iterator[ImportKind]:
    with registered() as found:
        yield found


def uploaded(data: bytes, by: Actor = KEEPER) -> Import:
    return services.upload_file(kind=NAME, data=data, name="C:\\我的\\便条.xlsx", by=by, now=NOW)


def checked(data: bytes) -> Import:
    import_ = uploaded(data)
    return services.set_mapping(import_, mapping=import_.mapping, options=AREA, by=KEEPER, now=NOW)


def imported(data: bytes) -> Import:
    started = services.start_import(checked(data), by=KEEPER, now=NOW)
    return services.run_import(started.pk)


def balance(import_: Import) -> tuple[int, int, int, int, int]:
    taken = import_.written_count + import_.unchanged_count
    assert import_.rows_done == taken + import_.rows_bad == import_.rows_total
    return (
        import_.rows_total,
        import_.created_count,
        import_.updated_count,
        import_.unchanged_count,
        import_.rows_bad,
    )


def ledger_of_500() -> bytes:
    """500 rows, 12 of them bad, in as many ways as there are."""
    rows = [a_row(n) for n in range(1, 501)]
    rows[9] = a_row(10, 编号=None)
    rows[19] = a_row(20, 内容="   ")
    rows[49] = a_row(50, 日期="六月某日")
    rows[59] = a_row(60, 日期="2026-02-30")
    rows[99] = a_row(100, 户数="三十户")
    rows[149] = a_row(150, 户数=-1)
    rows[199] = a_row(200, 紧急="也许")
    rows[249] = a_row(250, 清单="以后再说")
    rows[299] = a_row(300, 编号="0299")
    rows[349] = a_row(350, 内容="长" * 2001)
    rows[399] = a_row(400, 编号="9" * 21)
    rows[499] = a_row(500, 编号=None, 内容="=cmd|'/c calc'!A1")
    return a_file(rows)


def test_columns_are_recognised_by_label_and_alias_whatever_their_order_and_dress() -> None:
    header = ["备注", "诉求内容（必填）", " 工单编号 ", "是否紧急", "户　数"]
    import_ = uploaded(a_file([["x", "灯", "1", "是", 3]], header))
    assert import_.mapping == {
        "number": "工单编号",
        "text": "诉求内容（必填）",
        "is_urgent": "是否紧急",
        "households": "户　数",
    }
    assert import_.original_name == "便条.xlsx"


def test_a_mapping_is_remembered_for_the_next_file_with_the_same_header() -> None:
    header = ["甲", "乙"]
    first = uploaded(a_file([["1", "灯"]], header))
    assert first.mapping == {}
    services.set_mapping(first, mapping={"number": "甲", "text": "乙"}, options=AREA, by=KEEPER, now=NOW)
    assert uploaded(a_file([["2", "门"]], header)).mapping == {"number": "甲", "text": "乙"}


@pytest.mark.parametrize(
    ("mapping", "field", "sentence"),
    [
        ({"text": "内容"}, "column_number", "请选出“编号”在哪一列。"),
        ({"number": "编号", "text": "编号"}, "column_text", "“编号”这一列选了两次。"),
        ({"number": "编号", "text": "没有"}, "column_text", "文件里没有“没有”这一列。"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_beside_its_field(
    mapping: dict[str, str], field: str, sentence: str
) -> None:
    import_ = uploaded(a_file([a_row(1)]))
    with pytest.raises(RuleBroken) as refusal:
        services.set_mapping(import_, mapping=mapping, options=AREA, by=KEEPER, now=NOW)
    assert (refusal.value.field, str(refusal.value)) == (field, sentence)


def test_an_option_that_is_required_has_to_be_given() -> None:
    import_ = uploaded(a_file([a_row(1)]))
    with pytest.raises(RuleBroken, match="不能为空") as refusal:
        services.set_mapping(import_, mapping=import_.mapping, by=KEEPER, now=NOW)
    assert refusal.value.field == "option_area"


def test_the_dry_run_writes_nothing_and_shows_what_would_be_stored() -> None:
    import_ = checked(ledger_of_500())
    assert (import_.state, import_.rows_ok, import_.rows_bad) == ("checked", 488, 12)
    assert notes() == {}
    assert import_.sample[0] == {
        "number": 2,
        "values": ["0001", "第 1 件", "2026-06-02", "1", "否", "立即解决"],
    }
    reasons = {row.number: row.reasons for row in selectors.first_rejected(import_)}
    assert reasons[11] == [["编号", "不能为空。"]]
    assert reasons[61] == [["日期", "“2026-02-30”不是一个真实的日期时间。"]]
    assert reasons[151] == [["户数", "户数不能是负数。"]]
    assert reasons[251] == [["清单", "“以后再说”不在可选范围：立即解决、短期推进。"]]
    assert reasons[301] == [["编号", "编号在文件里重复。"]]
    assert reasons[351] == [["内容", "超过 2000 字，现有 2001 字。"]]


def test_500_rows_with_12_bad_ones_are_mended_from_the_error_file_and_the_balance_holds() -> None:
    first = imported(ledger_of_500())
    assert balance(first) == (500, 488, 0, 0, 12)

    given = services.error_file(first)
    assert given.name == "便条-未导入.xlsx"
    table = open_table(given.data)
    assert list(table.headers) == [*HEADERS, REASON_HEADER, ROW_HEADER]
    wrong = {row.values[-1]: list(row.values) for row in table.rows()}
    assert len(wrong) == 12
    assert wrong["51"][-2] == "日期：“六月某日”看不出日期，请写成 2026-06-18 或 2026年6月18日。"
    assert wrong["501"][1] == "=cmd|'/c calc'!A1"

    mended = []
    for number, row in wrong.items():
        at = int(number) - 1
        good = a_row(at) if number != "501" else a_row(at, 内容="=cmd|'/c calc'!A1")
        mended.append([*good, *row[-2:]])
    second = imported(a_file(mended, list(table.headers)))
    assert balance(second) == (12, 12, 0, 0, 0)
    assert len(notes()) == 500
    assert notes()["0500"] == "=CMD|'/C CALC'!A1"


def test_the_same_file_again_adds_nothing() -> None:
    data = ledger_of_500()
    imported(data)
    before = notes()
    again = imported(data)
    assert balance(again) == (500, 0, 0, 488, 12)
    assert notes() == before
    earlier = selectors.same_file_before(again)
    assert earlier is not None
    assert earlier.pk < again.pk


def test_a_changed_row_is_an_update() -> None:
    imported(a_file([a_row(1), a_row(2)]))
    assert balance(imported(a_file([a_row(1), a_row(2, 内容="改了")]))) == (2, 0, 1, 1, 0)


def test_one_row_that_spoils_its_batch_is_rejected_alone() -> None:
    import_ = imported(a_file([a_row(1), a_row(2, 内容="撞键"), a_row(3)]))
    assert balance(import_) == (3, 2, 0, 0, 1)
    (row,) = import_.rejected.all()
    assert (row.number, row.reasons) == (3, [["", "和已有的数据冲突，例如同一编号已经存在。"]])


def test_a_finished_import_can_be_taken_back() -> None:
    import_ = imported(a_file([a_row(1), a_row(2)]))
    assert services.undo_import(import_, by=KEEPER, now=NOW) == 2
    assert notes() == {}
    with pytest.raises(RuleBroken, match="不能撤销"):
        services.undo_import(import_, by=KEEPER, now=NOW)


def test_upload_start_and_end_are_witnessed_without_the_name_of_the_file_in_public() -> None:
    import_ = imported(a_file([a_row(1), a_row(2, 户数="x")]))
    events = list(Event.objects.filter(stream=import_.stream).order_by("number"))
    assert [event.kind for event in events] == ["imports.file_uploaded", "imports.started", "imports.done"]
    assert "便条.xlsx" not in str([event.public for event in events])
    assert events[-1].public == {
        "kind": NAME,
        "read": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
    }


def test_only_who_may_import_the_kind_may_upload_and_only_the_uploader_goes_on() -> None:
    with pytest.raises(NotPermitted):
        uploaded(a_file([a_row(1)]), by=STRANGER)
    import_ = uploaded(a_file([a_row(1)]))
    with pytest.raises(NotPermitted):
        services.set_mapping(import_, mapping=import_.mapping, options=AREA, by=OTHER_KEEPER, now=NOW)
    with pytest.raises(NotPermitted):
        services.start_import(import_, by=OTHER_KEEPER, now=NOW)
    assert list(selectors.imports_for_desk(KEEPER)) == [import_]
    assert not selectors.imports_for_desk(OTHER_KEEPER).exists()
    assert not selectors.imports_for_desk(STRANGER).exists()
    assert list(selectors.imports_for_desk(OVERSEER)) == [import_]


def test_nothing_is_imported_unchecked_or_when_no_row_is_good() -> None:
    with pytest.raises(RuleBroken, match="请先核对列名并检查"):
        services.start_import(uploaded(a_file([a_row(1)])), by=KEEPER, now=NOW)
    hopeless = checked(a_file([a_row(1, 户数="x")]))
    with pytest.raises(RuleBroken, match="没有一行可以导入"):
        services.start_import(hopeless, by=KEEPER, now=NOW)


def test_a_header_without_rows_is_refused() -> None:
    with pytest.raises(RuleBroken, match="没有一行数据"):
        uploaded(a_file([]))
    with pytest.raises(FileRefused, match="超过 3 行"), registered(max_rows=3):
        uploaded(a_file([a_row(n) for n in range(1, 6)]))


def test_a_command_can_do_all_steps_at_once(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "便条.xlsx"
    path.write_bytes(ledger_of_500())
    told: list[int] = []
    import_ = services.import_file(
        kind=NAME, path=path, by=KEEPER, options=AREA, now=NOW, told=lambda i: told.append(i.rows_done)
    )
    assert balance(import_) == (500, 488, 0, 0, 12)
    assert told == [100, 200, 300, 400, 500]


def kept_files() -> set[str]:
    return {file.key for file in store().files(FOLDER)}


def test_a_file_whose_row_cannot_be_written_is_not_kept_and_one_that_is_rolled_back_goes_after_a_day() -> (
    None
):
    before = kept_files()
    with pytest.raises(DataError):
        services.upload_file(kind=NAME, data=ledger_of_500(), name="便\0条.xlsx", by=KEEPER, now=NOW)
    assert kept_files() == before
    with transaction.atomic():
        services.upload_file(kind=NAME, data=ledger_of_500(), name="便条.xlsx", by=KEEPER, now=NOW)
        transaction.set_rollback(True)
    (left,) = kept_files() - before
    retention.purge(clock() + dt.timedelta(hours=23))
    assert left in kept_files()
    retention.purge(clock() + dt.timedelta(hours=25))
    assert left not in kept_files()


def test_a_full_disk_is_told_and_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def put(folder: Folder, key: str, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = kept_files()
    monkeypatch.setattr(Folder, "put", put)
    with pytest.raises(RuleBroken, match="服务器的磁盘满了，文件没有收下"):
        uploaded(ledger_of_500())
    assert kept_files() == before
    assert not Import.objects.exists()


def test_nul_in_a_text_of_utf_16_is_dropped() -> None:
    data = "编号,内容\nN1,甲\0乙\n".encode("utf-16")
    import_ = services.upload_file(kind=NAME, data=data, name="便条.csv", by=KEEPER, now=NOW)
    assert import_.examples == ["N1", "甲乙"]


def test_what_first_stands_in_a_column_is_shown_masked_and_a_bare_name_not_at_all() -> None:
    told = "编号,内容,提问人,电话\nN1,请回电13800001234，灯不亮,王小明,13800001234\n"
    import_ = services.upload_file(kind=NAME, data=told.encode(), name="便条.csv", by=KEEPER, now=NOW)
    assert import_.examples == ["N1", "请回电〔手机号〕，灯不亮", "", "〔手机号〕"]


def test_files_and_rejected_rows_go_after_their_time_and_the_counts_stay() -> None:
    import_ = imported(ledger_of_500())
    key = import_.file_key
    assert retention.purge(NOW + dt.timedelta(days=89)) == 0
    assert retention.purge(NOW + dt.timedelta(days=91)) == 1
    import_.refresh_from_db()
    assert balance(import_) == (500, 488, 0, 0, 12)
    assert not import_.rejected.exists()
    assert (import_.file_key, import_.sample) == ("", [])
    with pytest.raises(FileNotFoundError):
        store().open(key)
    assert retention.purge(NOW + dt.timedelta(days=91)) == 0
