"""PDF documents as bytes: what is accepted, and the clean copy that is handed out instead of the file (ADR 0016)."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop as _

from huiyin.apps.evidence.disguises import is_archive
from huiyin.domain.errors import RuleBroken
from huiyin.integrations import confined

MAX_BYTES = 15 * 1024 * 1024
MAX_PAGES = 200
SECONDS, MEGABYTES = 10, 384
FIELD = "document"
_HEAD = re.compile(rb"%PDF-[12]\.\d[\r\n %]")
# After its last mark a file may end in blanks, as printers write them; anything more is a second file.
_TAIL = re.compile(rb"%%EOF\s*\Z")
_RUNS = re.compile(rb"<(?i:script[\s>/]|!doctype\s+html|html[\s>])")
_REASONS = {
    "encrypted": _("这份 PDF 有密码或限制，打不开。请去掉密码，另存一份再传。"),
    "active": _(
        "这份 PDF 里有会自动运行的内容（脚本、启动程序、音视频或动态表单），不能收。请打印成 PDF 再传。"
    ),
    "files": _("这份 PDF 里夹带着别的文件，不能收。请去掉附件，或打印成 PDF 再传。"),
    "no_pages": _("这份 PDF 里没有页面。请重新选一份。"),
}


@dataclass(frozen=True)
class Document:
    """An accepted file and its clean copy."""

    sha256: str
    byte_count: int
    page_count: int
    copy: bytes


def read(upload: BinaryIO) -> Document:
    """Read, check and rewrite an upload; RuleBroken says in a sentence why it is refused."""
    data = upload.read(MAX_BYTES + 1)
    _check_length(len(data))
    _check_kind(data[:16])
    if not _TAIL.search(data[-1024:]):
        raise _broken() if b"%%EOF" not in data else _polyglot()
    if is_archive(data) or _RUNS.search(data[:1024]):
        raise _polyglot()
    try:
        answer = confined.run(
            "huiyin.apps.evidence.confined.pdf",
            data,
            str(MAX_PAGES),
            seconds=SECONDS,
            megabytes=MEGABYTES,
        )
    except confined.NotTaken as refusal:
        raise _not_taken(str(refusal)) from refusal
    except confined.NotReadable as error:
        raise _broken() from error
    head, _newline, copy = answer.partition(b"\n")
    return Document(
        sha256=hashlib.sha256(data).hexdigest(),
        byte_count=len(data),
        page_count=json.loads(head)["pages"],
        copy=copy,
    )


def check_at_the_door(upload: UploadedFile[Any]) -> None:
    """What can be told without reading the whole file, so that a form can show it beside its field."""
    _check_length(upload.size or 0)
    _check_kind(upload.read(16))
    upload.seek(0)


def _check_length(byte_count: int) -> None:
    if byte_count > MAX_BYTES:
        raise RuleBroken(
            _("这份文件超过 %(limit)s MB。请压缩，或分成几份再传。"),
            code="document_too_large",
            field=FIELD,
            limit=MAX_BYTES // 1024 // 1024,
        )
    if not byte_count:
        raise RuleBroken(_("这个文件是空的。请重新选一份。"), code="document_empty", field=FIELD)


def _check_kind(head: bytes) -> None:
    if not _HEAD.match(head):
        raise RuleBroken(
            _("文件只收 PDF。Word、Excel 请先另存为 PDF；照片请放到照片一栏。"),
            code="document_wrong_type",
            field=FIELD,
        )


def _not_taken(reason: str) -> RuleBroken:
    if reason == "too_many_pages":
        return RuleBroken(
            _("这份 PDF 太长（最多 %(limit)s 页）。请只传有关的几页。"),
            code="document_too_many_pages",
            field=FIELD,
            limit=MAX_PAGES,
        )
    return RuleBroken(_REASONS[reason], code=f"document_{reason}", field=FIELD)


def _broken() -> RuleBroken:
    return RuleBroken(
        _("这份 PDF 坏了或没有传完，打不开。请重新导出，再传一次。"), code="document_broken", field=FIELD
    )


def _polyglot() -> RuleBroken:
    return RuleBroken(
        _("这个文件既是 PDF，又藏着别的东西（压缩包或网页），不能收。请打印成 PDF 再传。"),
        code="document_polyglot",
        field=FIELD,
    )
