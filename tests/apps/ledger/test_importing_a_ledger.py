"""Bringing an old ledger: what a row becomes, what is refused with which sentence, and that twice adds nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.imports.services import error_file
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import AskerContact, Case, CasePrivate
from huiyin.apps.ledger.models.cases import LeadKind
from huiyin.apps.ledger.selectors import cases_for_desk
from huiyin.apps.ledger.services import assign, extension, lead
from huiyin.apps.places.services import EstateFacts, add_estate
from huiyin.domain.access import SYSTEM
from huiyin.web.now import now as clock
from tests import given
from tests.apps.ledger.ledgers import (
    REPLY,
    a_file,
    a_row,
    balance,
    bring,
    import_data,
    import_rows,
    open_row,
    read,
    reasons,
)
from tests.people import Cast

pytestmark = pytest.mark.django_db


def days_ago(days: int) -> str:
    return (clock() - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")


# --- what a row becomes -----------------------------------------------------------------------------------


def test_a_replied_row_is_unconfirmed_with_the_times_of_the_file(cast: Cast) -> None:
    done = import_rows([a_row()], cast.by_secretary, source="2025 年台账")
    case = Case.objects.get()
    assert balance(done) == (1, 0, 0, 0)
    assert (case.status, case.is_told_by_file, case.source) == ("unconfirmed", True, "import")
    assert (case.estate, case.area, case.category) == (cast.estate, cast.community, "shared_facilities")
    assert case.registered_at == datetime(2026, 3, 2, 9, 15, tzinfo=given.BEIJING)
    assert case.replied_at == datetime(2026, 3, 12, 16, 0, tzinfo=given.BEIJING)
    assert case.is_on_time is True
    assert case.replies.get().text == REPLY
    assert case.replies.get().is_told_by_file
    assert case.file_key == "2025 年台账:旧0001"


def test_the_due_date_is_the_policys_from_the_register_time_whatever_the_file_says(cast: Cast) -> None:
    import_rows([a_row(期限="2026-12-31", 答复时间="2026-04-02 08:00:00")], cast.by_secretary)
    case = Case.objects.get()
    assert (case.case_list, limits.day_of(case.first_due_at)) == ("short_term", date(2026, 4, 1))
    assert case.is_on_time is False


def test_its_history_says_as_told_by_the_file_and_verifies(cast: Cast) -> None:
    import_rows([a_row(), open_row(2)], cast.by_secretary, source="2025 年台账")
    events = Event.objects.filter(stream__startswith="case/")
    assert {event.kind for event in events} == {
        "ledger.case_imported",
        "ledger.case_assigned",
        "ledger.case_replied",
    }
    assert all(event.told_by_file and event.actor_key.startswith("file:") for event in events)
    assert all(event.recorded_at > event.occurred_at for event in events)
    assert list(problems(Counts())) == []


def test_no_word_of_the_file_makes_a_case_confirmed(cast: Cast) -> None:
    import_rows([a_row(状态="提问人确认：已解决"), open_row(2, 状态="已解决")], cast.by_secretary)
    assert sorted(Case.objects.values_list("status", flat=True)) == ["assigned", "unconfirmed"]


def test_a_row_without_reply_is_open_and_the_company_that_serves_the_estate_can_work_on_it(
    cast: Cast,
) -> None:
    import_rows([open_row(登记时间=days_ago(3))], cast.by_secretary)
    case = Case.objects.get()
    assert (case.status, case.lead_engagement) == ("assigned", cast.engagement)
    assert case in cases_for_desk(cast.by_manager)


@pytest.mark.parametrize(
    ("told", "status", "kind", "label"),
    [
        (None, "registered", "", ""),
        ("云杉里社区", "assigned", LeadKind.AREA, "云杉里社区"),
        ("望溪街道", "assigned", LeadKind.AREA, "望溪街道"),
        ("区供电公司", "assigned", LeadKind.DEPARTMENT, "区供电公司"),
        ("北桥社区", "assigned", LeadKind.DEPARTMENT, "北桥社区"),
    ],
)
def test_who_leads_an_open_row(cast: Cast, told: str | None, status: str, kind: str, label: str) -> None:
    import_rows([open_row(主办=told)], cast.by_secretary)
    case = Case.objects.get()
    assert (case.status, case.lead_kind, case.lead_label) == (status, kind, label)


def test_personal_data_is_masked_in_public_and_kept_apart(cast: Cast) -> None:
    row = a_row(
        内容="我叫王小明，电话13800138000，住6号楼2单元302室，灯不亮。",
        答复="已联系13900139000，修好了。",
        联系人="王小明",
        电话="13800138000、010-55500101",
    )
    done = bring(a_file([row]), cast.by_secretary)
    import_data(a_file([row]), cast.by_secretary)
    case = Case.objects.get()
    public = f"{case.title}{case.text}{case.replies.get().text}{case.nickname}"
    assert "13800138000" not in public
    assert "13900139000" not in public
    assert "王小明" not in public
    assert CasePrivate.objects.get().text == row["内容"]
    contact = AskerContact.objects.get()
    assert (contact.name, contact.phone, contact.note) == ("王小明", "13800138000", "010-55500101")
    assert done.rows_ok == 1


def test_a_room_in_the_column_of_the_building_is_not_public(cast: Cast) -> None:
    rows = [a_row(楼栋="12-1205")]
    assert "12〔房号〕" in bring(a_file(rows), cast.by_secretary).sample[0]["values"]
    import_data(a_file(rows), cast.by_secretary)
    assert Case.objects.get().building == "12〔房号〕"
    assert CasePrivate.objects.get().address == "12-1205"


def test_the_dry_run_shows_what_will_stand_in_the_ledger(cast: Cast) -> None:
    checked = bring(a_file([a_row(小区="杉里", 状态="已解决", 期限="2026-12-31")]), cast.by_secretary)
    assert not Case.objects.exists()
    shown = checked.sample[0]["values"]
    assert "云杉里" in shown
    assert "没有反馈" in shown
    assert "2026-04-01" in shown
    assert "2026-12-31" not in shown


@pytest.mark.parametrize(
    ("told", "phone", "note"),
    [
        ("139 0000 0000", "13900000000", ""),
        ("010-55500101/13900000000", "010-55500101", "13900000000"),
        ("无", "", "无"),
        ("女儿的，13900000000", "13900000000", "女儿的"),
    ],
)
def test_numbers_are_found_in_the_cell_of_the_phone(cast: Cast, told: str, phone: str, note: str) -> None:
    import_rows([a_row(电话=told)], cast.by_secretary)
    contact = AskerContact.objects.get()
    assert (contact.phone, contact.note) == (phone, note)


@pytest.mark.parametrize("name", ["云杉里", "云杉里小区", "杉里", "YSL01", "ｙｓｌ０１", "云杉 里"])
def test_an_estate_is_known_by_name_alias_or_code(cast: Cast, name: str) -> None:
    assert balance(import_rows([a_row(小区=name)], cast.by_secretary)) == (1, 0, 0, 0)
    assert Case.objects.get().estate == cast.estate


def test_rows_without_an_estate_go_to_the_area_told_for_the_file(cast: Cast) -> None:
    rows = [a_row(1, 小区=None), a_row(2, 小区=None, 社区="云杉里社区"), a_row(3, 小区="没听说过的苑")]
    done = import_rows(rows, cast.by_street_officer, area="119901001", unknown_estate="area")
    assert balance(done) == (3, 0, 0, 0)
    one, two, three = Case.objects.order_by("file_key")
    assert (one.area, two.area, three.area) == (cast.street, cast.community, cast.street)
    assert three.building == "没听说过的苑"


def test_a_table_laid_out_like_a_message_board_is_understood(cast: Cast) -> None:
    row = {
        "留言编号": "2549",
        "留言用户": "A00045581",
        "留言主题": "楼道灯不亮",
        "留言时间": "2026/3/2 9:15:00",
        "留言详情": "\n\t\t\n\t楼道灯不亮，请尽快修好。\n",
        "答复意见": "已经修好。",
        "答复时间": "2026/3/12",
    }
    done = import_rows([row], cast.by_secretary, source="留言板", area="云杉里社区")
    assert balance(done) == (1, 0, 0, 0)
    case = Case.objects.get()
    assert (case.title, case.text, case.nickname) == ("楼道灯不亮", "楼道灯不亮，请尽快修好。", "")
    assert case.file_key == "留言板:2549"
    assert case.lead_label == "旧台账未写明主办"


def test_a_reply_told_by_the_day_of_registration_alone_is_not_before_it(cast: Cast) -> None:
    import_rows([a_row(答复时间="2026-03-02")], cast.by_secretary)
    case = Case.objects.get()
    assert case.replied_at == case.registered_at


# --- twice, and later ----------------------------------------------------------------------------------------


def test_a_second_run_adds_nothing(cast: Cast) -> None:
    rows = [a_row(1), open_row(2), a_row(3, 编号=None), a_row(4, 内容="电话13800138000，住6号楼302室。")]
    assert balance(import_rows(rows, cast.by_secretary)) == (4, 0, 0, 0)
    events = Event.objects.filter(stream__startswith="case/").count()
    assert balance(import_rows(rows, cast.by_secretary)) == (0, 0, 4, 0)
    assert (Case.objects.count(), Event.objects.filter(stream__startswith="case/").count()) == (4, events)


def test_a_second_run_adds_nothing_after_private_words_are_gone(cast: Cast) -> None:
    rows = [a_row(1, 内容="电话13800138000，住6号楼302室，灯不亮。")]
    import_rows(rows, cast.by_secretary)
    CasePrivate.objects.all().delete()
    assert balance(import_rows(rows, cast.by_secretary)) == (0, 0, 1, 0)


def test_the_same_numbers_in_another_ledger_are_other_matters(cast: Cast) -> None:
    import_rows([a_row(1)], cast.by_secretary, source="信访台账")
    assert balance(import_rows([a_row(1)], cast.by_secretary, source="热线台账")) == (1, 0, 0, 0)


def test_a_changed_row_is_refused_because_a_table_changes_nothing_registered(cast: Cast) -> None:
    import_rows([a_row(1)], cast.by_secretary)
    done = import_rows([a_row(1, 内容="完全是另一件事。", 答复时间="2026-03-03 10:00:00")], cast.by_secretary)
    assert balance(done) == (0, 0, 0, 1)
    ((label, sentence), (other, _)) = reasons(done)[0]
    assert (label, other) == ("内容", "答复时间")
    assert "导入不改已登记的事项" in sentence


CHANGED: list[tuple[dict[str, Any], str, str]] = [
    ({"小区": "云山里东"}, "小区", "台账里是“云杉里”"),
    ({"小区": "北桥苑"}, "小区", "台账里是“云杉里”"),
    ({"社区": "北桥社区"}, "社区", "台账里是“云杉里社区”"),
    ({"楼栋": "7号楼"}, "楼栋", "台账里是“6号楼”"),
    ({"类别": "绿化"}, "类别", "台账里是“公共设施维修与改造”"),
    ({"种类": "投诉"}, "种类", "台账里是“提问”"),
    ({"来源": "来信"}, "来源", "台账里是“网上”"),
    ({"主办": "区供电公司"}, "主办", "台账里是“青禾物业服务有限公司 云杉里项目部”"),
    ({"清单": "立即解决"}, "清单", "台账里是“短期推进”"),
    ({"称呼": "李大妈"}, "称呼", "台账里是“老张”"),
    ({"答复人": "别人"}, "答复人", "台账里是“客服”"),
    ({"登记时间": "2026-03-03 09:15:00"}, "登记时间", "台账里是“2026年3月2日 09:15”"),
    ({"答复时间": "2026-03-13 16:00:00"}, "答复时间", "台账里是“2026年3月12日 16:00”"),
]


@pytest.mark.parametrize(("changes", "label", "sentence"), CHANGED)
def test_whatever_a_row_says_otherwise_is_refused_with_what_the_ledger_says(
    cast: Cast, changes: dict[str, Any], label: str, sentence: str
) -> None:
    told = a_row(1, 社区="云杉里社区", 楼栋="6号楼", 种类="提问", 来源="网上", 清单="短期推进")
    told |= {"称呼": "老张", "答复人": "客服"}
    assert balance(import_rows([told], cast.by_secretary)) == (1, 0, 0, 0)
    assert balance(import_rows([told], cast.by_secretary)) == (0, 0, 1, 0)
    done = import_rows([told | changes], cast.by_secretary)
    assert balance(done) == (0, 0, 0, 1)
    ((told_label, told_sentence),) = reasons(done)[0]
    assert told_label == label
    assert sentence in told_sentence


def test_the_original_of_a_mended_row_is_refused(cast: Cast) -> None:
    original = a_row(2, 小区="云山里东")
    done = import_rows([a_row(1), original], cast.by_secretary)
    mended = [row | {"小区": "云杉里"} for row in read(error_file(done).data)]
    assert balance(import_rows(mended, cast.by_secretary)) == (1, 0, 0, 0)
    again = import_rows([a_row(1), original], cast.by_secretary)
    assert balance(again) == (0, 0, 1, 1)
    assert "台账里是“云杉里”" in reasons(again)[0][0][1]


def test_an_estate_under_another_of_its_names_is_no_difference(cast: Cast) -> None:
    import_rows([a_row(1)], cast.by_secretary)
    for name in ("杉里", "YSL01", "云杉 里"):
        assert balance(import_rows([a_row(1, 小区=name, 社区="望溪街道")], cast.by_street_officer)) == (
            0,
            0,
            1,
            0,
        )


def test_a_second_run_adds_nothing_where_nobody_knew_the_estate(cast: Cast) -> None:
    rows = [a_row(1, 小区="没听说过的苑", 楼栋="3号楼"), a_row(2, 小区="没听说过的苑"), a_row(3, 小区=None)]
    options = {"area": "云杉里社区", "unknown_estate": "area"}
    assert balance(import_rows(rows, cast.by_secretary, **options)) == (3, 0, 0, 0)
    add_estate(
        code="WTS01",
        slug="wts01",
        name="没听说过的苑",
        area=cast.community,
        facts=EstateFacts(),
        by=cast.by_district_officer,
    )
    assert balance(import_rows(rows, cast.by_secretary, **options)) == (0, 0, 3, 0)
    assert balance(import_rows(rows[:2], cast.by_secretary)) == (0, 0, 2, 0)


def test_a_second_run_adds_nothing_after_the_desk_gave_another_lead_and_list(cast: Cast) -> None:
    rows = [open_row(1, 清单="短期推进")]
    import_rows(rows, cast.by_secretary)
    case = Case.objects.get()
    proposal = lead.propose_lead(
        case, by=cast.by_manager, lead=assign.Lead.department("区供电公司"), reason="不归我们管。"
    )
    lead.decide_lead(proposal, by=cast.by_secretary, accept=True)
    extension.change_list(case, by=cast.by_secretary, case_list="immediate", reason="要快。")
    assert balance(import_rows(rows, cast.by_secretary)) == (0, 0, 1, 0)


def test_a_later_file_tells_the_reply_of_an_open_row(cast: Cast) -> None:
    registered = days_ago(3)
    import_rows([open_row(1, 登记时间=registered)], cast.by_secretary)
    later = clock().strftime("%Y-%m-%d %H:%M:%S")
    done = import_rows([a_row(1, 登记时间=registered, 答复时间=later)], cast.by_secretary)
    assert balance(done) == (0, 1, 0, 0)
    case = Case.objects.get()
    assert (case.status, case.is_on_time) == ("unconfirmed", True)
    assert Event.objects.filter(stream=case.stream, kind="ledger.case_replied").get().told_by_file
    again = import_rows([a_row(1, 登记时间=registered, 答复时间=later)], cast.by_secretary)
    assert balance(again) == (0, 0, 1, 0)
    assert list(problems(Counts())) == []


def test_a_later_file_cannot_date_a_reply_before_the_file_that_knew_of_none(cast: Cast) -> None:
    import_rows([open_row(1, 登记时间=days_ago(9))], cast.by_secretary)
    row = a_row(1, 登记时间=days_ago(9), 答复时间=days_ago(4))
    row["登记时间"] = Case.objects.get().registered_at.astimezone(given.BEIJING).replace(tzinfo=None)
    done = import_rows([row], cast.by_secretary)
    assert balance(done) == (0, 0, 0, 1)
    assert "答复时间不能早于那天" in reasons(done)[0][0][1]
    assert Case.objects.get().status == "assigned"


def test_a_file_cannot_reply_to_a_case_somebody_works_on(cast: Cast) -> None:
    import_rows([open_row(1, 主办=None)], cast.by_secretary)
    case = Case.objects.get()
    assign.assign(
        case, by=cast.by_secretary, case_list="short_term", lead=assign.Lead.company(cast.engagement)
    )
    now = clock().strftime("%Y-%m-%d %H:%M:%S")
    done = import_rows([a_row(1, 答复时间=now)], cast.by_secretary)
    assert balance(done) == (0, 0, 0, 1)
    assert "请到事项页答复" in reasons(done)[0][0][1]
    case.refresh_from_db()
    assert case.status == "assigned"


# --- refused, with the sentence -------------------------------------------------------------------------------

REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"小区": "没听说过的苑"}, "小区", "没有“没听说过的苑”这个小区。"),
    ({"小区": None}, "小区", "没写小区，也没写社区。"),
    ({"小区": None, "社区": "没听说过社区"}, "社区", "没有“没听说过社区”这个社区。"),
    ({"小区": "北桥苑"}, "小区", "不在您的管辖范围内。"),
    ({"小区": "云杉里", "社区": "北桥社区"}, "社区", "登记在云杉里社区"),
    ({"登记时间": None}, "登记时间", "不能为空。"),
    ({"登记时间": "去年冬天"}, "登记时间", "看不出日期"),
    ({"登记时间": "2126-01-01"}, "登记时间", "在将来"),
    ({"登记时间": "1998-01-01"}, "登记时间", "2000 年以后"),
    ({"答复时间": "2026-03-01"}, "答复时间", "早于登记时间"),
    ({"答复时间": "2126-03-01"}, "答复时间", "在将来"),
    ({"答复时间": None}, "答复时间", "有答复，没有答复时间。"),
    ({"答复": None}, "答复", "有答复时间，没有答复。"),
    ({"内容": None, "标题": None}, "内容", "内容和标题都是空的。"),
    ({"内容": "长" * 20_001}, "内容", "超过 20000 字"),
    ({"类别": "天外来客"}, "类别", "不在事项类别里"),
    ({"清单": "以后再说"}, "清单", "不在可选范围"),
    ({"编号": "26-0041-739"}, "编号", "抄错了一位"),
    ({"称呼": "望溪路六号院热心的老住户代表各位邻居们敬上"}, "称呼", "超过 20 字"),
]


@pytest.mark.parametrize(("changes", "label", "sentence"), REFUSED)
def test_a_row_is_refused_with_its_reason(
    cast: Cast, changes: dict[str, Any], label: str, sentence: str
) -> None:
    done = import_rows([a_row(1, **changes), a_row(2)], cast.by_secretary)
    assert balance(done) == (1, 0, 0, 1)
    ((told_label, told_sentence),) = reasons(done)[0]
    assert told_label == label
    assert sentence in told_sentence


def test_a_number_that_stands_twice_in_the_table_is_refused_the_second_time(cast: Cast) -> None:
    done = import_rows([a_row(1), a_row(1, 内容="另一件事，同一个编号。")], cast.by_secretary)
    assert balance(done) == (1, 0, 0, 1)
    assert "在表里出现过" in reasons(done)[0][0][1]


def test_mended_rows_from_the_error_file_are_taken(cast: Cast) -> None:
    done = import_rows([a_row(1), a_row(2, 登记时间="去年冬天")], cast.by_secretary)
    mended = [row | {"登记时间": "2026-03-01"} for row in read(error_file(done).data)]
    again = import_rows(mended, cast.by_secretary)
    assert balance(again) == (1, 0, 0, 0)
    assert Case.objects.count() == 2


def test_an_area_out_of_reach_stops_the_whole_file_with_a_sentence(cast: Cast) -> None:
    failed = bring(a_file([a_row(小区=None)]), cast.by_secretary, area="北桥社区")
    assert (failed.state, failed.error) == ("failed", "不在您的管辖范围内。")


def test_namesakes_are_told_apart_by_their_community(cast: Cast) -> None:
    add_estate(
        code="BQ09",
        slug="bq09",
        name="云杉里",
        area=cast.other_community,
        facts=EstateFacts(),
        by=cast.by_district_officer,
    )
    done = import_rows([a_row(1), a_row(2, 社区="北桥社区")], cast.by_district_officer)
    assert balance(done) == (1, 0, 0, 1)
    assert "有 2 个小区叫这个名字" in reasons(done)[0][0][1]
    assert Case.objects.get().area == cast.other_community


def test_a_case_of_another_place_is_not_touched_by_its_number(cast: Cast) -> None:
    case = given.a_case(cast)
    row = a_row(1, 编号=case.number, 小区="北桥苑")
    done = import_rows([row], cast.by_stranger)
    assert balance(done) == (0, 0, 0, 1)
    assert "不在您的管辖范围内" in reasons(done)[0][0][1]


@pytest.mark.parametrize("count", [3, 40])
def test_reading_and_writing_take_the_same_queries_for_any_number_of_rows(
    cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    rows = [a_row(n) for n in range(count)]
    with django_assert_max_num_queries(75):
        import_rows(rows, SYSTEM)
    with django_assert_max_num_queries(75):
        assert balance(import_rows(rows, SYSTEM))[2] == count
