"""What a file really is, told from its bytes and never from its name; archives are weighed before they are opened."""

from __future__ import annotations

import io
import zipfile

from huiyin.documents.refusals import FileRefused, Limits

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ADVICE = "请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。"
_FOREIGN = (
    (b"MZ", "这是一个程序文件，不是表格。"),
    (b"\x7fELF", "这是一个程序文件，不是表格。"),
    (b"%PDF", "这是 PDF 文件，不是表格。请上传原来的 Excel 表格。"),
    (b"\x89PNG", "这是一张图片，不是表格。"),
    (b"\xff\xd8\xff", "这是一张图片，不是表格。"),
    (b"GIF8", "这是一张图片，不是表格。"),
    (b"Rar!", "这是压缩包，请先解压，再上传里面的表格。"),
    (b"7z\xbc\xaf", "这是压缩包，请先解压，再上传里面的表格。"),
    (b"\x1f\x8b", "这是压缩包，请先解压，再上传里面的表格。"),
    (b"PAR1", "这是 Parquet 数据文件，这里收 .xlsx、.xls 或 .csv。"),
)
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<table", b"<meta", b"<?xml", b"<script", b"<body", b"<style")
_NESTED = (".zip", ".7z", ".rar", ".gz", ".xz", ".bz2", ".jar", ".xlsx", ".xlsm", ".docx", ".pptx", ".ods")


def kind_of(data: bytes, limits: Limits) -> str:
    """ "xlsx", "xls" or "csv"; refuses everything else with a sentence that says what the file is."""
    if not data.strip():
        raise FileRefused("文件是空的。", code="empty")
    if len(data) > limits.max_bytes:
        raise FileRefused(
            "文件超过 %(max)s MB，请拆成几个文件分别导入。",
            code="too_large",
            max=limits.max_bytes // 1_000_000,
        )
    if data.startswith(b"PK"):
        _weigh(data, limits)
        return "xlsx"
    if data.startswith(OLE_MAGIC):
        return _kind_of_ole(data)
    refuse_what_is_not_text(data)
    if b"\0" in data and not data.startswith(_BOMS):
        raise _no_table()
    return "csv"


def _kind_of_ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise FileRefused("这个表格设了密码，请取消密码后再上传。", code="encrypted")
    if "WordDocument".encode("utf-16-le") in data:
        raise FileRefused("这是 Word 文档，不是表格。请上传 Excel 表格。", code="not_a_table")
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return "xls"
    raise _no_table()


def refuse_what_is_not_text(data: bytes) -> None:
    """By its beginning: another kind of file, or bytes that no text has many of; a few wrong ones pass."""
    for magic, sentence in _FOREIGN:
        if data.startswith(magic):
            raise FileRefused(sentence, code="not_a_table")
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_MARKUP):
        raise FileRefused("这是网页文件改了后缀，不是真正的表格。" + _ADVICE, code="not_a_table")
    if data.startswith(_BOMS):
        return
    sample = data[:65536]
    odd = sum(byte < 32 and byte not in (9, 10, 13) for byte in sample)
    if odd * 20 > len(sample):
        raise _no_table()


def _no_table() -> FileRefused:
    return FileRefused("这不是表格文件，这里收 .xlsx、.xls 或 .csv。", code="not_a_table")


def _weigh(data: bytes, limits: Limits) -> None:
    """Refuse a zip bomb by its directory alone; zipfile never reads past the sizes written there."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise FileRefused("文件已损坏，打不开。请重新导出或另存后再上传。", code="damaged") from error
    names = {entry.filename.lower() for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    overblown = any(
        entry.file_size > 20_000_000 and entry.file_size > limits.max_ratio * max(1, entry.compress_size)
        for entry in entries
    )
    if (
        len(entries) > limits.max_entries
        or unpacked > limits.max_unpacked_bytes
        or (unpacked > 20_000_000 and unpacked > limits.max_ratio * packed)
        or overblown
        or len(names) != len(entries)
    ):
        raise FileRefused(
            "文件解开后大得不正常，为安全起见没有打开。请删去空白行列和图片后另存，再上传。", code="zip_bomb"
        )
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileRefused("这个表格设了密码，请取消密码后再上传。", code="encrypted")
    if any(name.startswith("word/") for name in names):
        raise FileRefused("这是 Word 文档，不是表格。请上传 Excel 表格。", code="not_a_table")
    if any(name.startswith("ppt/") for name in names):
        raise FileRefused("这是演示文稿，不是表格。请上传 Excel 表格。", code="not_a_table")
    if "content.xml" in names and "mimetype" in names:
        raise FileRefused("这是 ODF 文档。" + _ADVICE, code="not_a_table")
    if "[content_types].xml" not in names:
        raise FileRefused("这是压缩包，请先解压，再上传里面的表格。", code="not_a_table")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise FileRefused("这个表格带有宏。" + _ADVICE, code="macros")
    if any(name.endswith(_NESTED) for name in names):
        raise FileRefused("表格里还嵌着压缩包或别的文档，请删去后再上传。", code="nested")
    if any(name.endswith("workbook.bin") for name in names):
        raise FileRefused("这是二进制表格（.xlsb）。" + _ADVICE, code="not_a_table")
