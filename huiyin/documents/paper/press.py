"""The press: one warm typst compiler a process, our templates its whole world, data handed over as JSON."""

from __future__ import annotations

import json
import threading
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from huiyin.documents.paper.documents import Qr, Sheet
from huiyin.documents.paper.glyphs import breakable_address, font_folders, printable
from huiyin.documents.qr import qr_svg
from huiyin.domain.clocks import BEIJING

Size = Literal["A4", "A3"]
SIZES: tuple[Size, ...] = ("A4", "A3")
TEMPLATES = Path(__file__).parent / "templates"
_WEEKDAYS = "一二三四五六日"
# A standard that is checked while writing: tagged, titled, every picture told, no letter without a glyph.
_STANDARD = "ua-1"


def render(document: Sheet, size: Size = "A4") -> bytes:
    """The document as PDF/UA. The same document gives the same bytes, whenever and wherever it is printed.

    For what a person waits for: up to some twenty pages. `batches.render_apart` prints a pile of letters.
    """
    return press().print(document.template, as_json(document), size)


class Press:
    """A typst compiler and its lock; typst compiles one document at a time and lets other threads run meanwhile.

    What it keeps between documents is bounded: the fonts (75 MB), and typst's cache, which drops what ten documents
    did not ask for.
    """

    def __init__(self) -> None:
        # 84 MB of library and 44 MB of fonts: only who prints pays for them.
        import typst

        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(folder) for folder in font_folders()],
        )
        nowhere = str(TEMPLATES / "no-packages")
        self._compiler = typst.Compiler(
            root=str(TEMPLATES), font_paths=fonts, package_path=nowhere, package_cache_path=nowhere
        )
        self._lock = threading.Lock()

    def print(self, template: str, told: str, size: Size) -> bytes:
        """`told` is the document as JSON, as `as_json` makes it."""
        return cast("bytes", self.compile(template, told, size, format="pdf", pdf_standards=_STANDARD))

    def compile(self, template: str, told: str, size: Size, **how: Any) -> Any:
        source = str(TEMPLATES / f"{template}.typ")
        with self._lock:
            return self._compiler.compile(source, sys_inputs={"document": told, "size": size}, **how)


_opening = threading.Lock()


@cache
def _warm() -> Press:
    return Press()


def press() -> Press:
    """The one of this process, opened at the first page."""
    with _opening:
        return _warm()


def as_json(document: Sheet) -> str:
    return json.dumps(as_data(document), ensure_ascii=False)


def as_data(value: Any) -> Any:
    """What the templates read: texts made printable, moments in the words they can choose from, codes drawn."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Qr):
        return {
            "address": breakable_address(value.address),
            "label": printable(value.label) or "二维码",
            "svg": qr_svg(value.address, label=""),
        }
    if isinstance(value, datetime):
        local = value.astimezone(BEIJING)
        return _day_words(local) | _time_words(local)
    if isinstance(value, date):
        return _day_words(value)
    if isinstance(value, timedelta):
        return span_words(value)
    if isinstance(value, (tuple, list)):
        return [as_data(each) for each in value]
    if is_dataclass(value):
        return {field.name: as_data(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} cannot be printed")


def _day_words(day: date) -> dict[str, Any]:
    return {
        "year": day.year,
        "day": f"{day.month}月{day.day}日",
        "full_day": f"{day.year}年{day.month}月{day.day}日",
        "month": f"{day.year}年{day.month}月",
        "weekday": f"星期{_WEEKDAYS[day.weekday()]}",
    }


def _time_words(moment: datetime) -> dict[str, str]:
    part = next(word for until, word in _PARTS_OF_DAY if moment.hour < until)
    hour = moment.hour if moment.hour <= 12 else moment.hour - 12
    return {"time": f"{part} {hour}:{moment:%M}", "clock": f"{moment:%H:%M:%S}"}


_PARTS_OF_DAY = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))


def span_words(span: timedelta) -> str:
    """42 分 05 秒; hours stay minutes, because the rule counts minutes."""
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    return f"{minutes} 分 {seconds:02} 秒" if seconds else f"{minutes} 分钟"
