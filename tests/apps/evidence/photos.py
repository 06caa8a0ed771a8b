"""Files for the tests of photos: real JPEG, PNG and WebP made on the spot, and files that only pretend."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from PIL import ExifTags, Image

from huiyin.domain.access import FixedActor
from huiyin.integrations.storage import store

NOW = datetime(2026, 6, 18, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
MANAGER = FixedActor("person:7", "木棉树物业")
STRANGER = FixedActor("person:8", "别处物业")
RED, BLUE = (220, 30, 30), (30, 60, 200)


def halves(width: int = 1600, height: int = 1200) -> Image.Image:
    """Left half red, right half blue: where is what can be told from any copy."""
    picture = Image.new("RGB", (width, height), BLUE)
    picture.paste(RED, (0, 0, width // 2, height))
    return picture


def a_photo(
    form: str = "JPEG",
    *,
    picture: Image.Image | None = None,
    orientation: int = 1,
    taken: str = "2026:06:15 19:55:02",
    offset: str = "",
) -> io.BytesIO:
    """An upload as a phone makes it: with place, time, camera, comment and thumbnail-like baggage."""
    encode = _usual_photo if picture is None else _photo
    return io.BytesIO(encode(form, picture, orientation, taken, offset))


def _photo(form: str, picture: Image.Image | None, orientation: int, taken: str, offset: str) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "SecretCamera"
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        inner[ExifTags.Base.OffsetTimeOriginal] = offset
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (39.0, 51.0, 30.5)
    place[ExifTags.GPS.GPSLongitudeRef] = "E"
    place[ExifTags.GPS.GPSLongitude] = (116.0, 17.0, 12.5)
    out = io.BytesIO()
    options = {"comment": b"SecretComment"} if form == "JPEG" else {}
    (picture or halves()).save(out, form, exif=exif, quality=92, **options)
    return out.getvalue()


def a_png_that_claims(width: int, height: int) -> io.BytesIO:
    """A few hundred bytes whose header promises a picture of any size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


def bytes_of(path: str) -> bytes:
    """A file of the store."""
    with store().open(path) as stream:
        return stream.read()


def picture_of(path: str) -> Image.Image:
    """The same, decoded."""
    return Image.open(io.BytesIO(bytes_of(path))).convert("RGB")


def a_heic(
    *,
    picture: Image.Image | None = None,
    taken: str = "2026:06:15 19:55:02",
    place: tuple[float, float] = (39.8584, 116.2868),
) -> io.BytesIO:
    """An upload as an iPhone makes it."""
    encode = _usual_heic if picture is None else _heic
    return io.BytesIO(encode(picture, taken, place))


def _heic(picture: Image.Image | None, taken: str, place: tuple[float, float]) -> bytes:
    import pillow_heif

    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    told = exif.get_ifd(ExifTags.IFD.GPSInfo)
    told[ExifTags.GPS.GPSLatitudeRef], told[ExifTags.GPS.GPSLongitudeRef] = "N", "E"
    told[ExifTags.GPS.GPSLatitude], told[ExifTags.GPS.GPSLongitude] = map(_in_degrees, place)
    out = io.BytesIO()
    pillow_heif.from_pillow(picture or halves(800, 600)).save(out, quality=60, exif=exif.tobytes())
    return out.getvalue()


# Two hundred tests bring the same halves: they are encoded once.
_usual_photo, _usual_heic = cache(_photo), cache(_heic)


def _in_degrees(position: float) -> tuple[float, float, float]:
    degrees, rest = divmod(position, 1)
    minutes, rest = divmod(rest * 60, 1)
    return degrees, minutes, round(rest * 60, 2)


def files_kept() -> set[str]:
    """Keys of everything in the store."""
    kept = store()
    return {file.key for prefix in ("private", "e") for file in kept.files(prefix)}
