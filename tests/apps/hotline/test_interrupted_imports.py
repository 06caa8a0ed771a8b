"""Workers that die, imports that meet in the store, an undo that comes between: every complaint is counted once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from huiyin.analytics.changing import correct
from huiyin.analytics.corrections import Decision
from huiyin.analytics.store import Store
from huiyin.apps.hotline import services
from huiyin.apps.hotline.asking import StoreBusy, folder
from huiyin.apps.hotline.desk_list import waiting_for
from huiyin.apps.hotline.models import HotlineCount, HotlineImport, UnknownName
from huiyin.domain.errors import RuleBroken
from huiyin.integrations import children
from tests.given_hotline import ROWS, a_check, a_row, an_import
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db
LATER = (a_row(2, "明珠花园物业不扫楼道，第二次来电"), a_row(8, "云杉里物业漏水"))


class Killed(BaseException):
    """As SIGKILL looks from within: nothing of ours gets hold of it."""


@contextmanager
def at_line(name: str, act: Callable[[], None]) -> Iterator[None]:
    """`act` when the child tells its first line of this name, once."""
    run, waiting = children.run, [act]

    def watched(module: str, asked: Mapping[str, Any], told: Callable[[children.Line], None]) -> None:
        def tell(line: children.Line) -> None:
            if name in line and waiting:
                waiting.pop()()
            told(line)

        run(module, asked, tell)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(children, "run", watched)
        yield
    assert not waiting, f"no line {name}"


def die() -> None:
    raise Killed


def broken(module: str, asked: Mapping[str, Any], told: Callable[[children.Line], None]) -> None:
    raise children.ChildDied("store: TypeError")


def counted() -> int:
    return HotlineCount.objects.aggregate(sum=Sum("complaints"))["sum"] or 0


def begun(cast: Cast, rows: Any = ROWS) -> HotlineImport:
    return services.start_import(a_check(cast.by_secretary, rows), by=cast.by_secretary)


@pytest.mark.parametrize("line", ["progress", "month", "names", "done"])
def test_a_worker_that_dies_anywhere_in_an_import_is_followed_by_one_that_ends_it(
    cast: Cast, line: str
) -> None:
    import_ = begun(cast)
    with at_line(line, die), pytest.raises(Killed):
        services.store_import(import_.pk)
    import_.refresh_from_db()
    assert import_.state == "running"
    again = services.store_import(import_.pk)
    assert (again.state, again.stored_count, again.rejected_count, again.replaced_count) == (
        "stored",
        4,
        1,
        0,
    )
    assert counted() == 4
    assert len(Store(folder()).imports) == 1
    assert services.store_import(import_.pk).finished_at == again.finished_at


@pytest.mark.parametrize("line", ["progress", "month", "names"])
def test_a_worker_that_dies_in_an_undo_is_followed_by_one_that_ends_it(cast: Cast, line: str) -> None:
    an_import(cast.by_secretary)
    later = an_import(cast.by_street_officer, LATER)
    services.undo_import(later, reason="重复，来电人13800001234", by=cast.by_street_officer)
    later.refresh_from_db()
    assert later.undo_reason == "重复，来电人〔手机号〕"
    with at_line(line, die), pytest.raises(Killed):
        services.take_back(later.pk)
    undone = services.take_back(later.pk)
    assert (undone.state, undone.taken_out_count, undone.restored_count) == ("undone", 2, 1)
    assert counted() == 4


def test_an_import_that_breaks_off_again_and_again_may_be_given_up(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_ = begun(cast)
    with monkeypatch.context() as patch:
        patch.setattr(children, "run", broken)
        assert services.store_import(import_.pk).state == "failed"
    secretary = sign_in(client, cast.secretary)
    page = reverse("hotline:import", args=[import_.pk])
    undo = reverse("hotline:undo_import", args=[import_.pk])
    assert "放弃这次导入" in secretary.get(page).text
    assert "没有存入任何诉求" in secretary.get(undo).text
    secretary.post(undo, {"reason": "表里有一张说明"})
    given_up = services.take_back(import_.pk)
    assert (given_up.state, given_up.taken_out_count, given_up.restored_count) == ("undone", 0, 0)
    assert "这次导入没有存入诉求，已放弃。" in secretary.get(page).text
    assert counted() == 0
    assert all(each.title != import_.original_name for each in waiting_for(cast.by_secretary))


def test_one_that_could_not_be_given_up_stays_broken_off(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    import_ = begun(cast)
    monkeypatch.setattr(children, "run", broken)
    services.store_import(import_.pk)
    services.undo_import(HotlineImport.objects.get(), reason="不要了", by=cast.by_secretary)
    assert services.take_back(import_.pk).state == "failed"


def test_the_same_file_twice_at_once_is_counted_once(cast: Cast) -> None:
    first, second = begun(cast), begun(cast)

    def meanwhile() -> None:
        with pytest.raises(StoreBusy):
            services.store_import(second.pk)

    with at_line("progress", meanwhile):
        assert services.store_import(first.pk).replaced_count == 0
    stored = services.store_import(second.pk)
    assert (stored.state, stored.stored_count, stored.replaced_count) == ("stored", 4, 4)
    assert counted() == 4
    services.undo_import(first, reason="同一份", by=cast.by_secretary)
    assert services.take_back(first.pk).state == "undone"
    assert counted() == 4


def test_an_undo_waits_for_the_import_that_writes_and_then_takes_back_its_own(cast: Cast) -> None:
    first = an_import(cast.by_secretary)
    second = begun(cast, LATER)

    def meanwhile() -> None:
        services.undo_import(first, reason="选错了文件", by=cast.by_secretary)
        with pytest.raises(StoreBusy):
            services.take_back(first.pk)

    with at_line("month", meanwhile):
        assert services.store_import(second.pk).state == "stored"
    undone = services.take_back(first.pk)
    assert (undone.state, undone.taken_out_count, undone.restored_count) == ("undone", 3, 0)
    assert counted() == 2
    services.undo_import(second, reason="也不要了", by=cast.by_secretary)
    services.take_back(second.pk)
    assert counted() == 0


def test_what_is_being_stored_is_not_undone_or_begun_again(cast: Cast) -> None:
    import_ = begun(cast)
    with pytest.raises(RuleBroken, match="只有已存入的和中断了的导入可以撤销"):
        services.undo_import(import_, reason="不要了", by=cast.by_secretary)
    with pytest.raises(RuleBroken, match="请先核对列名并检查"):
        services.start_import(import_, by=cast.by_secretary)
    with pytest.raises(RuleBroken, match="已经开始存入"):
        services.set_mapping(import_, mapping=import_.mapping, by=cast.by_secretary)


@pytest.mark.parametrize("line", ["month", "all_months", "names", "commit"])
def test_a_worker_that_dies_over_a_claimed_name_leaves_the_pages_to_the_next_one(
    cast: Cast, line: str
) -> None:
    an_import(cast.by_secretary)
    services.claim_name(UnknownName.objects.get(), estate=cast.estate, by=cast.by_secretary)
    with at_line(line, die), pytest.raises(Killed):
        services.attribute_again()
    services.attribute_again()
    assert HotlineCount.objects.filter(estate=cast.estate).aggregate(sum=Sum("complaints"))["sum"] == 3
    assert counted() == 4


def test_after_the_command_line_was_at_the_store_whatever_comes_next_mirrors_it(cast: Cast) -> None:
    an_import(cast.by_secretary)
    with Store.open(folder()) as kept:
        correct(kept, [Decision("R0001", placed=True)], at="2026-06-01")
    assert HotlineCount.objects.filter(estate=cast.estate).exists()
    an_import(cast.by_secretary, [a_row(9, "云杉里的路灯不亮", at="2026-04-03 10:00")])
    assert not HotlineCount.objects.filter(estate=cast.estate, month__month=5).exists()
