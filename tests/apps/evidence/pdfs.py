"""PDF files for the tests of documents, written by hand so that each says exactly what it is refused for."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image
from pypdf import PdfWriter

from tests.apps.evidence.photos import a_photo


def a_pdf(
    *,
    page: bytes = b"",
    catalog: bytes = b"",
    objects: tuple[bytes, ...] = (),
    pages: int = 1,
    info: bytes = b"",
    drawing: bytes = b"",
) -> bytes:
    """A small whole file; `objects` get the numbers from 10 on."""
    numbered: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        2: b"<< /Type /Pages /Kids [" + b"3 0 R " * pages + b"] /Count " + str(pages).encode() + b" >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R "
        b"/Resources << /Font << /A 5 0 R >> >> " + page + b" >>",
        4: drawing or _stream(b"BT /A 20 Tf 20 200 Td (Maintenance record) Tj ET"),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        6: b"<< " + info + b" >>",
    } | {10 + number: body for number, body in enumerate(objects)}
    out, places = b"%PDF-1.7\n", {}
    for number, body in numbered.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, at) for number, at in places.items())
    end = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n" + table
    out += b"trailer\n<< /Size 40 /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % end
    return out


def _stream(body: bytes, head: bytes = b"") -> bytes:
    return b"<< " + head + b" /Length %d >>\nstream\n" % len(body) + body + b"\nendstream"


def with_hidden_script() -> bytes:
    """The script lies compressed in an object stream, its name in hexadecimal: nothing of it is seen in the bytes."""
    script = b"<< /S /#4aavaScript /#4aS (app.alert) >>"
    hidden = zlib.compress(b"10 0 " + script)
    numbered = {
        1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 10 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>",
        11: _stream(hidden, b"/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode"),
    }
    out, places = b"%PDF-1.7\n", {}
    for number, body in numbered.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    places[12] = len(out)
    rows = {number: struct.pack(">BIH", 1, at, 0) for number, at in places.items()}
    rows[10] = struct.pack(">BIH", 2, 11, 0)
    free = struct.pack(">BIH", 0, 0, 0)
    table = _stream(
        b"".join(rows.get(number, free) for number in range(13)),
        b"/Type /XRef /Size 13 /W [1 4 2] /Root 1 0 R",
    )
    return out + b"12 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % places[12]


def with_a_password() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_jpeg(*, progressive: bool = False) -> bytes:
    noise = Image.effect_noise((80, 60), 60).convert("RGB")
    jpeg = a_photo(picture=noise).getvalue()
    if not progressive:
        return jpeg
    out = io.BytesIO()
    with Image.open(io.BytesIO(jpeg)) as picture:
        picture.save(out, "JPEG", progressive=True, exif=picture.info["exif"], comment=b"SecretComment")
    return out.getvalue()


def a_jpeg_2000() -> bytes:
    """With EXIF in a box of its own and a remark in the codestream."""
    out = io.BytesIO()
    Image.effect_noise((80, 60), 60).convert("RGB").save(out, "JPEG2000", comment="SecretComment")
    exif = b"JpgTiffExif->JP2SecretCamera 2026:06:15"
    box = (len(exif) + 8).to_bytes(4, "big") + b"uuid" + exif
    return out.getvalue() + box


def _hidden_after_the_pixels(jpeg: bytes) -> bytes:
    """EXIF as a part between two scans, where a progressive JPEG has further parts."""
    scan = jpeg.index(b"\xff\xda", jpeg.index(b"\xff\xda") + 2)
    exif = b"Exif\0\0SecretCamera"
    return jpeg[:scan] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[scan:]


PHOTOS: dict[str, tuple[bytes, Callable[[], bytes]]] = {
    "as it is": (b"/DCTDecode", a_jpeg),
    "named in a list": (b"[/DCTDecode]", a_jpeg),
    "compressed": (b"[/FlateDecode /DCTDecode]", lambda: zlib.compress(a_jpeg())),
    "as digits": (
        b"[/ASCIIHexDecode /DCTDecode] /DecodeParms [null null]",
        lambda: a_jpeg().hex().encode() + b">",
    ),
    "as compressed digits": (
        b"[/FlateDecode /ASCIIHexDecode /DCTDecode]",
        lambda: zlib.compress(a_jpeg().hex().encode() + b">"),
    ),
    "a second picture behind it": (b"/DCTDecode", lambda: a_jpeg() + a_jpeg()),
    "fill bytes": (b"/DCTDecode", lambda: a_jpeg()[:2] + b"\xff\xff" + a_jpeg()[2:]),
    "rubbish before it": (b"/DCTDecode", lambda: b"SecretComment" + a_jpeg()),
    "drawn step by step": (b"/DCTDecode", lambda: _hidden_after_the_pixels(a_jpeg(progressive=True))),
    "JPEG 2000": (b"/JPXDecode", a_jpeg_2000),
}
"""Ways to hold a photo that says where and with what it was taken: the filters, and the bytes."""


DRAWN: dict[str, tuple[bytes, Callable[[], bytes]]] = {
    "as it is": (b"/F /DCT", a_jpeg),
    "named in full": (b"/Filter /DCTDecode /L 12", a_jpeg),
    "named with signs": (b"/F/D#43T", a_jpeg),
    "as digits": (b"/F [/AHx /DCT] /DP [null null]", lambda: a_jpeg().hex().encode() + b">"),
    "as letters": (b"/Filter [/ASCII85Decode /DCT]", lambda: base64.a85encode(a_jpeg(), wrapcol=70) + b"~>"),
    "compressed": (b"/F [/Fl /DCT]", lambda: zlib.compress(a_jpeg())),
    "drawn step by step": (b"/F /DCT", lambda: _hidden_after_the_pixels(a_jpeg(progressive=True))),
}
"""Ways to write a photo into the words that draw the page."""


def with_drawn_photos(*, is_packed: bool) -> bytes:
    """A page with a photo in each of these ways, one above the other, between two lines of text."""
    words = b"BT /A 12 Tf 90 280 Td (Maintenance \\(BI record ID \\)) Tj ET\n"
    for at, (filters, made) in enumerate(DRAWN.values()):
        words += b"q 40 0 0 30 20 %d cm\nBI /W 80 /H 60 /CS /RGB /BPC 8 %s ID " % (at * 34, filters)
        words += made() + b"\nEI Q\n"
    words += b"BT /A 12 Tf 90 260 Td (Last line) Tj ET\n"
    return a_pdf(
        drawing=_stream(zlib.compress(words), b"/Filter /FlateDecode") if is_packed else _stream(words)
    )


def with_photos() -> bytes:
    """A page with a photo in each of these ways."""
    head = (
        b"/Type /XObject /Subtype /Image /Width 80 /Height 60 /ColorSpace /DeviceRGB /BitsPerComponent 8"
        b" /Filter "
    )
    objects = tuple(_stream(made(), head + filters) for filters, made in PHOTOS.values())
    named = b" ".join(b"/P%d %d 0 R" % (at, 10 + at) for at in range(len(objects)))
    return a_pdf(page=b"/Thumb 10 0 R", objects=objects).replace(
        b"/Font << /A 5 0 R >>", b"/Font << /A 5 0 R >> /XObject << " + named + b" >>"
    )


FILES = (b"<< /Type /Filespec /F (a.exe) /EF << /F 11 0 R >> >>", _stream(b"MZ", b"/Type /EmbeddedFile"))

REFUSED: dict[str, tuple[bytes, str]] = {
    "script at opening": (
        a_pdf(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"),
        "active",
    ),
    "script behind a name": (with_hidden_script(), "active"),
    "script nothing refers to": (a_pdf(objects=(b"<< /S /JavaScript /JS (x) >>",)), "active"),
    "script on a page": (a_pdf(page=b"/AA << /O << /Type /Action /S /JavaScript /JS (x) >> >>"), "active"),
    "program to start": (a_pdf(catalog=b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "active"),
    "form to send": (
        a_pdf(page=b"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /SubmitForm /F (http://x) >> >>]"),
        "active",
    ),
    "form in XML": (a_pdf(catalog=b"/AcroForm << /XFA 10 0 R >>", objects=(_stream(b"<xdp/>"),)), "active"),
    "film": (a_pdf(page=b"/Annots [<< /Subtype /RichMedia /Rect [0 0 9 9] >>]"), "active"),
    "file attached": (
        a_pdf(catalog=b"/Names << /EmbeddedFiles << /Names [(a) 10 0 R] >> >>", objects=FILES),
        "files",
    ),
    "file pinned to a page": (
        a_pdf(page=b"/Annots [<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS 10 0 R >>]", objects=FILES),
        "files",
    ),
    "portfolio": (a_pdf(catalog=b"/Collection << /View /D >>"), "files"),
    "password": (with_a_password(), "encrypted"),
}
