"""Scanned record sheets behind a report's figures: drawn, not uploaded, and kept as the service keeps them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from huiyin.apps.audit.services import record
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.services.files import new_token, private_key
from huiyin.apps.portal.demo.reports.composing import PlacedFigure
from huiyin.apps.reports.models import Report
from huiyin.documents.paper.glyphs import font_folders
from huiyin.domain.access import Actor
from huiyin.domain.policy_metrics import MetricsPolicy
from huiyin.integrations.storage import store

# Counted by word of mouth: no sheet tells of these.
WITHOUT_PAPER = frozenset({"F08", "O03", "W10"})
SHEETS = {"服务记录汇总": ("service", "waste"), "收支和台账汇总": ("accounts", "demands")}
WIDTH, HEIGHT, MARGIN, LINE = 992, 1403, 84, 34
PAPER, INK, RULE = 246, 38, 190


def sheets_of(
    report: Report, figures: Iterable[PlacedFigure], *, metrics: MetricsPolicy, by: Actor
) -> dict[str, Evidence]:
    """By section the sheet that shows its figures, signed by the manager before the report was opened."""
    placed = list(figures)
    found: dict[str, Evidence] = {}
    for title, sections in SHEETS.items():
        rows = [
            (
                metrics.metric(each.figure.code).name if each.figure.code else each.figure.name,
                f"{each.figure.due:,}" if each.figure.due else "",
                f"{each.figure.value:,} {each.figure.unit}",
            )
            for each in placed
            if each.section in sections and each.figure.code not in WITHOUT_PAPER
        ]
        if rows:
            sheet = _kept(report, title, _drawn(report, title, rows, by.label), by)
            found |= dict.fromkeys(sections, sheet)
    return found


def _kept(report: Report, title: str, pdf: bytes, by: Actor) -> Evidence:
    """As `evidence.services.add_document` keeps an upload; a sheet drawn here needs no examination."""
    evidence = Evidence(
        kind=Evidence.Kind.DOCUMENT,
        state=Evidence.State.READY,
        sha256=hashlib.sha256(pdf).hexdigest(),
        original_key=private_key("original"),
        original_format="PDF",
        original_bytes=len(pdf),
        copy_key=private_key("copy"),
        page_count=1,
        caption=f"{title}（扫描件）",
        uploaded_by_key=by.key,
        uploaded_at=report.opened_at,
        token=new_token(),
    )
    store().put(evidence.original_key, pdf)
    store().put(evidence.copy_key, pdf)
    evidence.save(force_insert=True)
    record(
        kind="evidence.document_added",
        stream=evidence.stream,
        by=by,
        now=report.opened_at,
        public={"sha256": evidence.sha256, "pages": 1, "version": 1},
        texts={"caption": evidence.caption},
    )
    return evidence


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_folders()[1] / "NotoSansSC-Regular.otf"), size)


def _drawn(report: Report, title: str, rows: list[tuple[str, str, str]], signed_by: str) -> bytes:
    page = Image.new("L", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(page)
    pen.text((WIDTH // 2, MARGIN), f"{report.estate.name}  {title}", INK, font=_font(30), anchor="ma")
    days = f"{report.period_from:%Y.%m.%d} 至 {report.period_to:%Y.%m.%d}    单位：{report.engagement.company.name}"
    pen.text((WIDTH // 2, MARGIN + 54), days, INK, font=_font(16), anchor="ma")
    y = MARGIN + 110
    for name, due, value in [("项目", "应做", "实做"), *rows]:
        pen.line((MARGIN, y, WIDTH - MARGIN, y), RULE)
        pen.text((MARGIN + 8, y + 6), name, INK, font=_font(17))
        pen.text((640, y + 6), due, INK, font=_font(17), anchor="ra")
        pen.text((WIDTH - MARGIN - 8, y + 6), value, INK, font=_font(17), anchor="ra")
        y += LINE
    pen.line((MARGIN, y, WIDTH - MARGIN, y), RULE)
    pen.text((MARGIN, y + 40), f"制表、核对：{signed_by}", INK, font=_font(17))
    pen.text((MARGIN, y + 72), "原始单据按月装订，存客服处，可以预约查看。", INK, font=_font(17))
    file = io.BytesIO()
    page.save(
        file, "PDF", resolution=120, quality=55, producer="", creator="", creationDate=None, modDate=None
    )
    return file.getvalue()
