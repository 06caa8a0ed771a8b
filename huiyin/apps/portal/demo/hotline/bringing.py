"""The files of the hotline on the product's own way into the store; what is left to the worker is done at once."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from procrastinate.testing import InMemoryConnector

from huiyin.apps.hotline import services
from huiyin.apps.hotline.models import HotlineImport
from huiyin.apps.portal.demo.ground import Ground
from huiyin.apps.portal.demo.hotline.calls import Call, Switchboard, planted
from huiyin.apps.portal.demo.hotline.published import bring_published_lists
from huiyin.apps.portal.demo.staff import FIRST_ESTATE, Staff
from huiyin.documents.writing import Sheet, write_xlsx
from huiyin.domain.access import Actor
from huiyin.domain.division_codes import street_of
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.queueing import queue

DISTRICT_FILES, STREET_FILES = "12345 热线区级台账", "望溪街道接诉即办周报"
LAST_WEEK = timedelta(days=7)
FAULTY = 4
"""Every so many hundred rows something is wrong with one."""
_HEADER = (
    *("工单编号", "受理时间", "诉求内容", "区划代码", "来源渠道", "紧急程度", "承办单位"),
    *("是否响应", "是否解决", "是否满意", "办结时间", "来电号码"),
)
_STREETS_HEADER = ("单号", "来电时间", "内容", "街道代码", "缓急程度", "来电人电话")
Row = Sequence[str]


def tell_hotline(ground: Ground, staff: Staff, officer: Actor, now: datetime, share: float) -> int:
    """Complaints of thirteen months in three files, and one that was brought in vain; returns how many are stored."""
    estate = next(each for each in ground.estates if each.code == FIRST_ESTATE)
    trapped, revenue = planted(estate, now)
    calls = Switchboard(ground, now, share).calls()
    lately = now - LAST_WEEK
    files = {
        f"{now.year - 1}年12345诉求.xlsx": [call for call in calls if call.at.year < now.year],
        f"{now.year}年12345诉求.xlsx": [
            call for call in calls if call.at.year == now.year and call.at < lately
        ],
        "上周12345诉求.xlsx": [*(call for call in calls if call.at >= lately), trapped, revenue],
    }
    street = staff.officers[estate.area.parent_id or 0]
    stored = 0
    with _by_itself():
        for name, told in files.items():
            if told:
                import_ = _bring(DISTRICT_FILES, name, _as_file(_HEADER, _rows(told)), by=officer, now=now)
                stored += import_.stored_count
        services.follow_up(import_.pk)
        wrong = _as_file(_STREETS_HEADER, _rows_of_the_street(ground, calls, street_name="望溪街道"))
        import_ = _bring(STREET_FILES, "望溪街道上月诉求.xlsx", wrong, by=street, now=now)
        services.undo_import(import_, reason="区里的台账已经导入，街道这份重复", by=street, now=now)
        _expect(services.take_back(import_.pk), HotlineImport.State.UNDONE)
        services.find_topics()
        secretary = staff.secretaries[estate.area_id]
        services.register_complaint(month=f"{revenue.at:%Y-%m}", number=revenue.number, by=secretary, now=now)
        bring_published_lists(by=officer, now=now)
    return stored


@contextmanager
def _by_itself() -> Iterator[None]:
    """Nothing is left to a worker, and nothing is compiled for so few complaints."""
    kept = os.environ.get("HUIYIN_KERNELS")
    os.environ["HUIYIN_KERNELS"] = "python"
    try:
        with queue.replace_connector(InMemoryConnector()):
            yield
    finally:
        del os.environ["HUIYIN_KERNELS"]
        if kept is not None:
            os.environ["HUIYIN_KERNELS"] = kept


def clear_store() -> None:
    """What a demo that was stopped or emptied left of complaints, beside its database."""
    shutil.rmtree(Path(settings.HOTLINE_FOLDER), ignore_errors=True)


def store_is_empty() -> bool:
    folder = Path(settings.HOTLINE_FOLDER)
    return not folder.exists() or not any(folder.iterdir())


def _bring(source: str, name: str, data: bytes, *, by: Actor, now: datetime) -> HotlineImport:
    import_ = services.upload_file(source=source, data=data, name=name, by=by, now=now)
    services.set_mapping(import_, mapping=import_.mapping, by=by, now=now)
    _expect(services.check_import_file(import_.pk), HotlineImport.State.CHECKED)
    services.start_import(import_, by=by, now=now)
    return _expect(services.store_import(import_.pk), HotlineImport.State.STORED)


def _expect(import_: HotlineImport, state: str) -> HotlineImport:
    if import_.state != state:
        raise RuleBroken(f"演示的热线诉求没有导入：{import_.error}", code="demo.hotline_failed")
    return import_


# --- the files ---


def _as_file(header: Sequence[str], rows: Sequence[Row]) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, [Sheet("诉求", header, rows)])
    return out.getvalue()


def _rows(calls: Sequence[Call]) -> list[Row]:
    """With what is wrong in such files: a row without words, one without a number, one twice."""
    rows: list[Row] = []
    for order, call in enumerate(calls):
        rows.append(_row(call))
        if order % (FAULTY * 100) == 100:
            rows.append(_row(replace(call, number=f"{call.number}1", text="")))
            rows.append(_row(replace(call, number="")))
            rows.append(_row(call))
    return rows


def _row(call: Call) -> Row:
    return (
        *(call.number, _moment(call.at), call.text, call.area_code, call.channel, call.urgency, call.sent_to),
        *(call.is_responded, call.is_solved, call.is_satisfied, _moment(call.closed_at), call.caller),
    )


def _rows_of_the_street(ground: Ground, calls: Sequence[Call], street_name: str) -> list[Row]:
    """The same complaints under the street's own numbers."""
    code = next(street_of(street.code) for street in ground.streets if street.name == street_name)
    mine = [call for call in calls if call.sent_to == street_name][-60:]
    return [
        (f"WX{order:04d}", _moment(call.at), call.text, code, call.urgency, call.caller)
        for order, call in enumerate(mine, start=1)
    ]


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""
