"""A file of complaints goes from upload to the store: columns, dry run, balance, counts, undo, and what is kept."""

from __future__ import annotations

import io
from datetime import date, timedelta
from io import StringIO
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, transaction
from django.test import TestCase
from django.utils import timezone
from procrastinate.jobs import Job
from pyarrow import parquet

from huiyin.analytics import changing, remasking
from huiyin.analytics.child import CELL
from huiyin.analytics.reading.mapping import FIELDS
from huiyin.analytics.store import Store
from huiyin.apps.audit.models import Event
from huiyin.apps.hotline import mirroring, personal, services, tasks
from huiyin.apps.hotline.asking import FOLDER, StoreBusy, folder
from huiyin.apps.hotline.complaints import complaint_of
from huiyin.apps.hotline.models import HotlineCount, HotlineImport, HotlineSource, HotlineTotal, UnknownName
from huiyin.apps.hotline.pictures import as_of
from huiyin.apps.hotline.reading import COLUMNS
from huiyin.apps.people.models import RoleAssignment
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.integrations import children
from huiyin.integrations.storage import store
from huiyin.web.now import now
from tests.given_hotline import (
    ROWS,
    a_check,
    a_check_of,
    a_file,
    a_name,
    a_row,
    an_import,
    an_upload,
    an_upload_of,
)
from tests.people import Cast

pytestmark = pytest.mark.django_db


def counts() -> dict[tuple[date | None, str | None], int]:
    """(month, estate) → complaints."""
    found: dict[tuple[date | None, str | None], int] = {}
    for cell in HotlineCount.objects.select_related("estate"):
        key = (cell.month, cell.estate.code if cell.estate else None)
        found[key] = found.get(key, 0) + cell.complaints
    return found


def test_the_mirror_and_the_child_speak_of_the_same_columns() -> None:
    assert (*mirroring.DIMENSIONS, *mirroring.COUNTS) == CELL
    assert {field.key for field in COLUMNS} == set(FIELDS)


def test_a_file_is_judged_before_anything_is_stored(cast: Cast) -> None:
    import_ = a_check(cast.by_secretary)
    assert (import_.state, import_.read_count, import_.stored_count, import_.rejected_count) == (
        "checked",
        5,
        4,
        1,
    )
    assert import_.reasons == {"工单编号与第 … 行重复": 1}
    assert import_.months == {"2026-05": 3, "2026-06": 1}
    assert (import_.property_count, import_.attributed_count) == (3, 1)
    assert {row["estate"] for row in import_.sample} == {cast.estate.name, ""}
    assert "13800001234" not in str(import_.sample)
    with store().open(import_.errors_key) as rejected:
        assert "R0004" in rejected.read().decode("utf-8-sig")
    assert not HotlineCount.objects.exists()


def test_what_was_decided_of_a_complaint_goes_before_what_is_read_in_a_dry_run(cast: Cast) -> None:
    an_import(cast.by_secretary)
    wanted = services.Wanted(property_related=False, category="其他", places=True)
    services.correct_complaint(month="2026-05", number="R0001", wanted=wanted, by=cast.by_secretary)
    services.apply_corrections()
    import_ = a_check(cast.by_secretary)
    assert (import_.property_count, import_.attributed_count) == (2, 0)
    first = next(row for row in import_.sample if row["number"] == "R0001")
    assert (first["estate"], first["category"]) == ("", "其他")


def test_months_of_a_dry_run_are_told_the_newest_first_and_the_rest_as_one() -> None:
    past = {f"{year}-03": 1 for year in range(2000, 2014)}
    import_ = HotlineImport(months={**past, "unknown": 5, "2026-05": 1204})
    told = import_.months_in_words
    assert told[:2] == [("2026年5月", 1204), ("2013年3月", 1)]
    assert told[-2:] == [("没有写时间的", 5), ("更早的月份", 3)]
    assert sum(rows for _words, rows in told) == 14 + 5 + 1204
    assert HotlineImport(months={"2026-05": 2}).months_in_words == [("2026年5月", 2)]


def test_what_is_stored_balances_and_is_counted_by_month_and_estate(cast: Cast) -> None:
    import_ = an_import(cast.by_secretary)
    assert import_.state == "stored"
    assert import_.read_count == import_.stored_count + import_.rejected_count == 5
    assert (import_.attributed_count, import_.property_count, import_.replaced_count) == (1, 3, 0)
    assert counts() == {
        (date(2026, 5, 1), "YSL01"): 1,
        (date(2026, 5, 1), None): 2,
        (date(2026, 6, 1), None): 1,
    }
    (name,) = UnknownName.objects.all()
    assert (name.name, name.complaint_count, name.brought_by) == ("明珠花园", 2, import_)
    event = Event.objects.get(kind="hotline.import_stored")
    assert (event.public["read"], event.actor_key) == (5, cast.by_secretary.key)


def test_columns_are_remembered_for_the_source(cast: Cast) -> None:
    first = an_upload(cast.by_secretary)
    assert first.mapping["text"] == "诉求内容"
    services.set_mapping(
        first, mapping={"number": "工单编号", "text": "诉求内容", "caller": ""}, by=cast.by_secretary
    )
    assert HotlineSource.objects.get().mapping == {"number": "工单编号", "text": "诉求内容"}
    agreed = Event.objects.filter(kind="hotline.columns_agreed", stream=first.stream).latest("number")
    assert (agreed.actor_key, agreed.public) == (cast.by_secretary.key, {"fields": "number text"})
    assert "caller" not in an_upload(cast.by_street_officer).mapping


def test_a_column_that_is_not_wanted_is_not_guessed_by_its_heading(cast: Cast) -> None:
    import_ = an_upload(cast.by_secretary)
    services.set_mapping(import_, mapping={"number": "工单编号", "text": "诉求内容"}, by=cast.by_secretary)
    services.check_import_file(import_.pk)
    services.start_import(import_, by=cast.by_secretary)
    services.store_import(import_.pk)
    assert set(HotlineCount.objects.values_list("month", "street_code")) == {(None, "")}


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"text": "诉求内容"}, "请选出“工单编号”在哪一列。"),
        ({"number": "工单编号", "text": "内容"}, "文件里没有“内容”这一列。"),
        ({"number": "工单编号", "text": "工单编号"}, "“工单编号”这一列选了两次。"),
    ],
)
def test_a_wrong_mapping_is_told_in_a_sentence(cast: Cast, mapping: dict[str, str], sentence: str) -> None:
    import_ = an_upload(cast.by_secretary)
    with pytest.raises(RuleBroken, match=sentence):
        services.set_mapping(import_, mapping=mapping, by=cast.by_secretary)


def test_the_same_numbers_again_replace_and_are_not_counted_twice(cast: Cast) -> None:
    an_import(cast.by_secretary)
    before = counts()
    again = an_import(cast.by_street_officer)
    assert (again.stored_count, again.replaced_count) == (4, 4)
    assert counts() == before


def test_an_import_that_is_taken_back_gives_back_what_it_replaced(cast: Cast) -> None:
    an_import(cast.by_secretary)
    before = counts()
    later = an_import(cast.by_street_officer, (*ROWS, a_row(9, "云杉里物业漏水", at="2026-07-01 08:00:00")))
    assert counts() != before
    services.undo_import(later, reason="文件选错了", by=cast.by_street_officer)
    services.take_back(later.pk)
    assert counts() == before
    later.refresh_from_db()
    assert (later.state, later.undo_reason) == ("undone", "文件选错了")
    with pytest.raises(RuleBroken, match="只有已存入的和中断了的导入可以撤销"):
        services.undo_import(later, reason="再来一次", by=cast.by_street_officer)


def test_the_district_may_undo_what_somebody_brought_who_is_gone_and_the_neighbour_may_not(
    cast: Cast,
) -> None:
    import_ = an_import(cast.by_secretary)
    with pytest.raises(NotPermitted):
        services.undo_import(import_, reason="不是我的", by=cast.by_stranger)
    assert services.undo_import(import_, reason="重复", by=cast.by_district_officer).state == "undoing"


def test_who_lost_the_right_meanwhile_stores_nothing(cast: Cast) -> None:
    import_ = a_check(cast.by_secretary)
    services.start_import(import_, by=cast.by_secretary)
    RoleAssignment.objects.filter(person=cast.secretary).delete()
    stopped = services.store_import(import_.pk)
    assert (stopped.state, stopped.error) == (
        "failed",
        "上传的人已经没有导入热线诉求的权限，导入停在这里。",
    )
    assert not HotlineCount.objects.exists()


def test_a_task_that_runs_again_changes_nothing(cast: Cast) -> None:
    import_ = an_import(cast.by_secretary)
    before = counts()
    HotlineImport.objects.filter(pk=import_.pk).update(
        state="running"
    )  # as if the worker had died at the end
    again = services.store_import(import_.pk)
    assert (again.state, again.stored_count, again.replaced_count) == ("stored", 4, 0)
    assert counts() == before


def test_while_the_command_line_writes_the_store_the_task_waits_its_turn(cast: Cast) -> None:
    import_ = a_check(cast.by_secretary)
    services.start_import(import_, by=cast.by_secretary)
    with Store.open(folder()), pytest.raises(StoreBusy):
        services.store_import(import_.pk)
    assert services.store_import(import_.pk).state == "stored"


def test_an_import_that_broke_down_says_so_and_goes_on_when_it_is_asked(cast: Cast) -> None:
    import_ = a_check(cast.by_secretary)
    services.start_import(import_, by=cast.by_secretary)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(children, "run", lambda *_: (_ for _ in ()).throw(children.ChildDied("exit -9")))
        broken = services.store_import(import_.pk)
    assert (broken.state, broken.error[:7]) == ("failed", "存入时出了意外")
    services.start_import(broken, by=cast.by_secretary)
    assert services.store_import(import_.pk).state == "stored"
    assert Event.objects.filter(kind="hotline.import_started").count() == 1


def test_a_file_without_one_good_row_is_not_stored(cast: Cast) -> None:
    import_ = a_check(cast.by_secretary, [a_row(1, "")])
    with pytest.raises(RuleBroken, match="没有一行可以存入"):
        services.start_import(import_, by=cast.by_secretary)


def test_files_go_after_their_time_and_the_counts_stay(cast: Cast) -> None:
    import_ = an_import(cast.by_secretary)
    assert personal.remove_old_files(now()) == 0
    assert personal.remove_old_files(now() + timedelta(days=400)) == 1
    kept = HotlineImport.objects.get()
    assert (kept.file_key, kept.errors_key, kept.sample, kept.stored_count) == ("", "", [], 4)
    assert (kept.headers, kept.mapping) == ([], {})
    with pytest.raises(FileNotFoundError):
        store().open(import_.file_key)


def kept_files() -> list[str]:
    return [file.key for file in store().files(FOLDER)]


@pytest.mark.parametrize(
    ("data", "sentence"), [(b"%PDF-1.4", "这是 PDF 文件"), (b"", "文件是空的"), (b"PAR1junk", "文件已损坏")]
)
def test_a_file_that_is_refused_is_not_kept(cast: Cast, data: bytes, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        an_upload_of(data, cast.by_secretary)
    assert kept_files() == list((folder() / "_incoming").iterdir()) == []
    assert not HotlineSource.objects.exists()


def test_a_file_whose_row_cannot_be_written_is_not_kept(cast: Cast) -> None:
    with pytest.raises(DataError):
        an_upload_of(a_file(), cast.by_secretary, name="五月\0.csv")
    assert kept_files() == []


def test_what_a_rolled_back_upload_left_goes_after_a_day_and_nothing_else(cast: Cast) -> None:
    with transaction.atomic():
        an_upload(cast.by_secretary)
        transaction.set_rollback(True)
    (left,) = kept_files()
    import_ = a_check(cast.by_secretary)
    assert sorted(kept_files()) == sorted([left, import_.file_key, import_.errors_key])
    personal.remove_old_files(now() + timedelta(hours=23))
    assert left in kept_files()
    personal.remove_old_files(now() + timedelta(hours=25))
    assert sorted(kept_files()) == sorted([import_.file_key, import_.errors_key])
    assert list((folder() / "_incoming").iterdir()) == []
    services.start_import(import_, by=cast.by_secretary)
    assert services.store_import(import_.pk).state == "stored"


def test_parquet_is_brought_like_any_other_table(cast: Cast) -> None:
    out = io.BytesIO()
    parquet.write_table(pa.table({"工单编号": ["W1", "W2"], "诉求内容": ["电梯停了", ""]}), out)
    import_ = a_check_of(out.getvalue(), cast.by_secretary)
    assert (import_.state, import_.stored_count, import_.reasons) == ("checked", 1, {"缺少诉求内容": 1})
    services.start_import(import_, by=cast.by_secretary)
    assert services.store_import(import_.pk).state == "stored"


def test_a_column_of_parquet_that_holds_no_words_is_told_by_its_name(cast: Cast) -> None:
    out = io.BytesIO()
    parquet.write_table(pa.table({"工单编号": ["W1"], "诉求内容": [{"正文": "电梯停了"}]}), out)
    import_ = a_check_of(out.getvalue(), cast.by_secretary)
    assert import_.state == "failed"
    assert import_.error.startswith("“诉求内容”这一列装的是 struct")


def test_rows_of_another_encoding_come_back_in_the_error_file(cast: Cast) -> None:
    lines = ["工单编号,诉求内容,承办单位\n".encode(), "W1,电梯停了,甲街道\n".encode()]
    import_ = a_check_of(b"".join([*lines, "W2,漏水,望溪街道\n".encode("gb18030")]), cast.by_secretary)
    assert import_.reasons == {"有认不出的字符：编码混杂或文件损坏": 1}
    with store().open(import_.errors_key) as rejected:
        assert "3,W2,有认不出的字符" in rejected.read().decode("utf-8-sig")


def test_an_error_file_holds_no_formula(cast: Cast) -> None:
    import_ = a_check_of("工单编号,诉求内容\n=1+1,\n".encode(), cast.by_secretary)
    with store().open(import_.errors_key) as rejected:
        assert "2,'=1+1,缺少诉求内容" in rejected.read().decode("utf-8-sig")


def test_a_file_without_headings_leaves_no_row_in_what_is_remembered(cast: Cast) -> None:
    before = kept_files()
    with pytest.raises(RuleBroken, match="表头像是数据"):
        an_upload_of("W1,张建国,13800001234,电梯停了\nW2,李,13800001235,漏水\n".encode(), cast.by_secretary)
    assert not HotlineImport.objects.exists()
    assert not HotlineSource.objects.exists()
    assert kept_files() == before


def test_what_a_child_works_on_is_for_the_site_alone_and_goes_when_it_fails(cast: Cast) -> None:
    import_ = an_upload(cast.by_secretary)
    services.set_mapping(import_, mapping=import_.mapping, by=cast.by_secretary)
    incoming = folder() / "_incoming"
    modes: list[int] = []

    def die(module: str, asked: dict[str, str], told: object) -> None:
        Path(asked["errors"]).write_text("行,工单编号,原因\n", encoding="utf-8")
        modes.extend(path.stat().st_mode & 0o777 for path in (incoming, Path(asked["file"])))
        raise children.ChildDied("exit -9")

    with pytest.MonkeyPatch.context() as patch, TestCase.captureOnCommitCallbacks(execute=True):
        patch.setattr(children, "run", die)
        assert services.check_import_file(import_.pk).state == "failed"
    assert modes == [0o700, 0o600]
    assert list(incoming.iterdir()) == []


def test_an_answer_nobody_knows_is_counted_in_the_dry_run(cast: Cast) -> None:
    data = "工单编号,诉求内容,是否满意\nW1,电梯停了,很好\nW2,漏水,一般\n".encode()
    import_ = a_check_of(data, cast.by_secretary)
    assert (import_.stored_count, import_.rejected_count) == (2, 0)
    assert import_.remarks == {"是否满意的写法认不出，按没有填写存入": 1}


def test_a_nul_byte_in_a_heading_is_no_obstacle(cast: Cast) -> None:
    import_ = a_check_of("工单编号,诉求\0内容\nW1,电梯停了\n".encode(), cast.by_secretary)
    assert (import_.headers, import_.state, import_.stored_count) == (["工单编号", "诉求内容"], "checked", 1)


def test_a_header_and_nothing_else_is_told(cast: Cast) -> None:
    import_ = a_check_of("工单编号,诉求内容\n".encode(), cast.by_secretary)
    assert (import_.state, import_.error) == ("failed", "表头下面没有一行数据。")


def test_a_person_who_is_forgotten_leaves_no_name_beside_an_import(cast: Cast) -> None:
    an_import(cast.by_secretary)
    assert "五月诉求.csv" in str(personal.export_hotline(cast.secretary))
    assert personal.erase_hotline(cast.secretary, cast.by_district_officer, now()) == 1
    assert HotlineImport.objects.get().uploaded_by_label == ""


def test_words_are_erased_by_command_and_the_count_stays(cast: Cast) -> None:
    an_import(cast.by_secretary)
    before = counts()
    call_command("hotline_erase", "R0001", reason="来电人要求删除", stdout=StringIO())
    complaint = complaint_of("2026-05", "R0001")
    assert complaint is not None
    assert complaint.text == "（已删除）"
    assert counts() == before
    assert Event.objects.get(kind="hotline.complaints_erased").public == {"count": 1, "files": 1}
    with pytest.raises(RuleBroken, match="内容已删除"):
        services.register_complaint(month="2026-05", number="R0001", by=cast.by_secretary)


def test_what_masking_finds_later_is_covered_wherever_the_hotline_keeps_it(cast: Cast) -> None:
    now_known = "微信号：wxid_8812ab"
    rows = [
        a_row(1, "云杉里电梯停了，甲乙丙丁戊"),
        a_row(2, "明珠花园物业不扫地，甲乙丙丁戊"),
        a_row(2, "甲乙丙丁戊"),
    ]
    import_ = an_import(cast.by_secretary, rows)
    with Store.open(folder()) as kept:
        put_in_place_of("甲乙丙丁戊", now_known, kept)
    import_.sample = [{**row, "text": row["text"].replace("甲乙丙丁戊", now_known)} for row in import_.sample]
    import_.save()
    with store().open(import_.errors_key) as file:
        rejected = file.read().replace("甲乙丙丁戊".encode(), now_known.encode())
    store().put(import_.errors_key, rejected)
    name = a_name(cast, "西山花园", example=f"西山花园，{now_known}")
    services.ignore_name(name, by=cast.by_street_officer)
    for covered in (2, 0):
        out = StringIO()
        call_command("hotline_remask", stdout=out)
        assert f"重新遮盖了 {covered} 件诉求" in out.getvalue()
        assert "手工遮盖" in out.getvalue()
    complaint = complaint_of("2026-05", "R0001")
    assert complaint is not None
    assert complaint.text == "云杉里电梯停了，微信号：〔账号〕"
    import_.refresh_from_db()
    name.refresh_from_db()
    with store().open(import_.errors_key) as file:
        assert "微信号：〔账号〕" in file.read().decode("utf-8-sig")
    assert name.example == "西山花园，微信号：〔账号〕"
    assert {row["text"][-9:] for row in import_.sample} == {"，微信号：〔账号〕"}
    first, second = Event.objects.filter(kind="hotline.complaints_masked").order_by("pk")
    assert first.public == {"count": 2, "replaced": 0, "rejected": 1, "shown": 3}
    assert second.public == {"count": 0, "replaced": 0, "rejected": 0, "shown": 0}


def put_in_place_of(words: str, others: str, kept: Store) -> None:
    """As a version stored them that did not know how to cover them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remasking, "changed_cells", lambda written, *_: (written, 0))
        remasking.remask(kept, lambda texts: pc.replace_substring(texts, words, others))


def test_only_the_system_masks_again_and_a_store_that_is_written_is_told(cast: Cast) -> None:
    an_import(cast.by_secretary)
    with pytest.raises(NotPermitted):
        services.remask_complaints(by=cast.by_secretary)
    with Store.open(folder()), pytest.raises(CommandError, match="另一个程序正在写热线库"):
        call_command("hotline_remask", stdout=StringIO())
    assert not Event.objects.filter(kind="hotline.complaints_masked").exists()


def test_a_number_of_an_import_that_is_used_again_is_not_taken_for_the_one_of_before(cast: Cast) -> None:
    """The database came back from an older backup, the store did not."""
    import_ = an_import(cast.by_secretary)
    again = a_check(cast.by_secretary, [a_row(9, "云杉里物业漏水", at="2026-07-01 08:00:00")])
    before = (import_.pk, import_.store_id)
    HotlineImport.objects.filter(pk=import_.pk).delete()
    HotlineImport.objects.filter(pk=again.pk).update(id=import_.pk)
    services.start_import(HotlineImport.objects.get(pk=import_.pk), by=cast.by_secretary)
    stored = services.store_import(import_.pk)
    assert (stored.state, stored.read_count, stored.stored_count) == ("stored", 1, 1)
    assert stored.pk == before[0]
    assert stored.store_id != before[1]
    assert complaint_of("2026-07", "R0009") is not None


def test_an_undoing_that_is_done_again_leaves_no_counts_of_months_that_are_gone(cast: Cast) -> None:
    import_ = an_import(cast.by_secretary)
    services.undo_import(import_, reason="文件选错了", by=cast.by_secretary)
    with Store.open(folder()) as kept:  # the worker died after this commit, before it told of it
        changing.undo_import(kept, import_.store_id, at="2026-12-01T00:00:00+08:00")
    assert counts() != {}
    assert services.take_back(import_.pk).state == "undone"
    assert counts() == {}
    assert not HotlineTotal.objects.exists()


def test_counts_without_a_month_are_left_where_the_store_has_such(cast: Cast) -> None:
    mirror = mirroring.Mirror(now())
    row = [None, "", True, "其他", *([1] * len(mirroring.COUNTS))]
    for month in ("2026-05", "2026-06", "unknown"):
        mirror.replace_month(month, [row])
    mirror.keep_months(["2026-06", "unknown"])
    assert set(counts()) == {(date(2026, 6, 1), None), (None, None)}
    mirror.keep_months(["2026-06"])
    assert set(counts()) == {(date(2026, 6, 1), None)}


def test_the_time_of_the_numbers_does_not_go_back_when_an_import_is_taken_back(cast: Cast) -> None:
    an_import(cast.by_secretary)
    before = as_of()
    later = an_import(cast.by_street_officer)
    services.undo_import(later, reason="重复", by=cast.by_street_officer)
    services.take_back(later.pk)
    after = as_of()
    assert before is not None
    assert after is not None
    assert after > before


def test_the_time_of_the_numbers_moves_with_every_change_of_them_and_with_nothing_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def corrected() -> None:
        wanted = services.Wanted(property_related=False, category="其他")
        services.correct_complaint(month="2026-05", number="R0001", wanted=wanted, by=cast.by_secretary)
        services.apply_corrections()

    times = []
    for minute, change in enumerate(
        (
            *(lambda: an_import(cast.by_secretary), services.refresh_mirror, services.apply_corrections),
            *(corrected, lambda: services.attribute_again(claimed="没有人写的小区")),
        )
    ):
        monkeypatch.setenv("HUIYIN_NOW", f"2026-06-20T10:{minute:02d}:00+08:00")
        change()
        told = as_of()
        assert told is not None
        times.append(timezone.localtime(told).minute)
    assert times == [0, 0, 0, 3, 3]


def test_erased_words_stand_nowhere_the_hotline_shows_or_keeps_them(cast: Cast) -> None:
    rows = [
        a_row(1, "云杉里物业不修电梯，老伴瘫痪在床"),
        a_row(2, "明珠花园物业不扫楼道，儿子在外地打工"),
        a_row(2, "明珠花园物业不扫楼道"),
        a_row(3, "路灯不亮"),
    ]
    import_ = an_import(cast.by_secretary, rows)
    other = a_check(cast.by_secretary, [a_row(7, "云杉里物业不修门")])
    left = folder() / "_incoming" / f"{PurePosixPath(import_.file_key).name}.errors.csv"
    left.write_text("2,R0001,瘫痪", encoding="utf-8")  # by a child that was killed
    name = UnknownName.objects.get()
    services.claim_name(name, estate=cast.estate, by=cast.by_secretary)
    assert "儿子在外地" in name.example
    case = services.register_complaint(month="2026-05", number="R0001", by=cast.by_secretary)
    out = StringIO()
    call_command("hotline_erase", "R0001", "R0002", reason="来电人要求删除", stdout=out)
    assert "已删除 2 件的内容" in out.getvalue()
    assert f"/desk/cases/{case.number}/texts" in out.getvalue()
    name.refresh_from_db()
    import_.refresh_from_db()
    assert (name.example, name.state) == ("", "named")
    assert (import_.sample, import_.errors_key, import_.file_key) == ([], "", "")
    assert import_.file_removed_at is not None
    other.refresh_from_db()
    assert (other.file_removed_at, len(other.sample)) == (None, 1)
    kept = b"".join(path.read_bytes() for path in folder().rglob("*") if path.is_file())
    assert "瘫痪".encode() not in kept
    assert "外地".encode() not in kept
    again = an_import(cast.by_secretary, rows)
    assert "瘫痪" not in str(again.sample)
    complaint = complaint_of("2026-05", "R0001")
    assert complaint is not None
    assert complaint.is_erased


def test_a_file_that_is_being_checked_is_said_to_be_left(cast: Cast) -> None:
    import_ = an_upload(cast.by_secretary)
    services.set_mapping(import_, mapping=import_.mapping, by=cast.by_secretary)
    out = StringIO()
    call_command("hotline_erase", "R0001", reason="来电人要求删除", stdout=out)
    assert "还有 1 份文件正在检查或存入" in out.getvalue()
    services.check_import_file(import_.pk)
    call_command("hotline_erase", "R0001", reason="来电人要求删除", stdout=out)
    import_.refresh_from_db()
    with pytest.raises(RuleBroken, match="原文件已删除"):
        services.set_mapping(import_, mapping=import_.mapping, by=cast.by_secretary)
    with pytest.raises(RuleBroken, match="原文件已删除"):
        services.start_import(import_, by=cast.by_secretary)


@pytest.mark.parametrize(
    ("error", "attempts", "is_tried_again"),
    [
        (StoreBusy(), 500, True),
        (children.ChildDied("exit -9"), 1, True),
        (children.ChildDied("exit -9"), 5, False),
        (RuleBroken("不行"), 1, False),
    ],
)
def test_what_may_pass_is_tried_again(error: Exception, attempts: int, is_tried_again: bool) -> None:
    job = Job(
        id=1, queue="q", lock=None, queueing_lock=None, task_name="hotline.follow_up", attempts=attempts
    )
    decision = tasks.follow_up.get_retry_exception(error, job)
    assert (decision is not None) == is_tried_again


def test_the_counts_are_mirrored_anew_by_command(cast: Cast) -> None:
    an_import(cast.by_secretary)
    before = counts()
    HotlineCount.objects.all().delete()
    out = StringIO()
    call_command("hotline_refresh", stdout=out)
    assert counts() == before
    assert out.getvalue() == "已更新 2 个月。\n"
