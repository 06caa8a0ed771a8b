"""Complaints on the website: a file as an upload, what the worker does with it, and names nobody knows."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from huiyin.analytics.child import answer
from huiyin.analytics.reading import looking
from huiyin.apps.hotline import services
from huiyin.apps.hotline.asking import LOOK
from huiyin.apps.hotline.models import HotlineImport, UnknownName
from huiyin.documents.writing import write_csv
from huiyin.domain.access import Actor
from huiyin.integrations import children
from huiyin.integrations.storage import store
from huiyin.web.now import now
from tests.analytics.given_child import FewWords
from tests.people import Cast

HEADERS = ["工单编号", "受理时间", "诉求内容", "区划代码", "紧急程度", "是否解决", "联系电话", "办结时间"]
Row = Sequence[str]


def a_row(number: int, text: str, *, at: str = "2026-05-06 08:00:00", **more: str) -> Row:
    """`more` by heading; complaints come from 望溪街道 and from a caller of their own."""
    cells = {
        "工单编号": f"R{number:04d}",
        "受理时间": at,
        "诉求内容": text,
        "区划代码": "119901001",
        "联系电话": f"1380000{number:04d}",
    }
    return [(cells | more).get(header, "") for header in HEADERS]


ROWS = (
    a_row(1, "云杉里物业不修电梯，请打13800001234"),
    a_row(2, "明珠花园物业不扫楼道"),
    a_row(3, "明珠花园物业停车乱收费", at="2026-06-02 09:00:00"),
    a_row(4, "路灯不亮"),
    a_row(4, "路灯不亮，再次来电"),
)


def a_file(rows: Sequence[Row] = ROWS) -> bytes:
    out = io.BytesIO()
    write_csv(out, HEADERS, rows)
    return out.getvalue()


def an_upload(by: Actor, rows: Sequence[Row] = ROWS) -> HotlineImport:
    return an_upload_of(a_file(rows), by)


def an_upload_of(data: bytes, by: Actor, *, name: str = "五月诉求.csv") -> HotlineImport:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(children, "run", lambda module, asked, told: looking.answer(asked, told))
        return services.upload_file(source="街道日报", data=data, name=name, by=by)


def a_check_of(data: bytes, by: Actor) -> HotlineImport:
    """Uploaded, mapped as suggested, and judged."""
    import_ = an_upload_of(data, by)
    services.set_mapping(import_, mapping=import_.mapping, by=by)
    return services.check_import_file(import_.pk)


def a_check(by: Actor, rows: Sequence[Row] = ROWS) -> HotlineImport:
    return a_check_of(a_file(rows), by)


def an_import(by: Actor, rows: Sequence[Row] = ROWS) -> HotlineImport:
    """In the store."""
    services.start_import(a_check(by, rows), by=by)
    return services.store_import(HotlineImport.objects.latest("pk").pk)


def an_upload_in(state: str, by: Actor) -> HotlineImport:
    """As its page sees it, without a store and a child: for who may open what, and how it looks."""
    import_ = an_upload(by)
    import_.state, import_.checked_at = state, now()
    import_.read_count, import_.stored_count, import_.rejected_count = 5, 4, 1
    import_.reasons = {"缺少诉求内容": 1}
    import_.sample = [{"row": "2", "number": "R0001", "text": "云杉里物业不修电梯，请打【电话】"}]
    import_.errors_key = f"{import_.file_key}-errors"
    store().put(import_.errors_key, "行,工单编号,原因\n".encode())
    if state not in ("checking", "checked"):
        import_.started_at = import_.heartbeat_at = now()
    if state in ("stored", "undone"):
        import_.finished_at, import_.store_id = now(), "web-0"
        import_.attributed_count, import_.property_count = 1, 3
    if state == "undone":
        import_.undone_at, import_.undo_reason = now(), "文件选错了"
    if state == "failed":
        import_.error = "磁盘空间不够，这次导入没有写入任何内容。"
    import_.save()
    return import_


def a_name(cast: Cast, name: str, **more: Any) -> UnknownName:
    told = {"street_code": cast.street.code[:9], "complaint_count": 3, "example": f"{name}的电梯坏了"}
    return UnknownName.objects.create(name=name, seen_at=now(), **(told | more))


def child_in_process(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Instead of a process of its own, with a text step of few words; the store in `folder`, uploads beside it.

    `patch` is the test's own: with another one a test that patches the same again would leave this in place.
    """

    def run(module: str, asked: Mapping[str, Any], told: Callable[[children.Line], None]) -> None:
        if module == LOOK:
            looking.answer(asked, told)
        else:
            answer(asked, told, FewWords())

    patch.setattr(children, "run", run)
    patch.setattr(settings, "HOTLINE_FOLDER", folder)
    patch.setattr(settings, "MEDIA_ROOT", folder.with_name("media"))
