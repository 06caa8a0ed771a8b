"""What a photo says about itself: how the phone was held, when and roughly where; as hostile as the rest of a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from PIL import ExifTags, Image

from huiyin.domain.captures import Place, place_of


@dataclass(frozen=True)
class Told:
    """Orientation is EXIF's 1 to 8; time and place are None where the file does not tell, or not believably."""

    orientation: int = 1
    captured_at: datetime | None = None
    place: Place | None = None


def told_by(picture: Image.Image) -> Told:
    """What an opened picture's EXIF says."""
    try:
        return _told(picture.getexif())
    except Exception:  # unreadable metadata counts as none, the picture may still be good
        return Told()


def told_by_exif(block: bytes) -> Told:
    """The same from a block of EXIF alone."""
    exif = Image.Exif()
    try:
        exif.load(block)
        return _told(exif)
    except Exception:
        return Told()


def believable(captured_at: datetime | None, now: datetime) -> datetime | None:
    """The camera's time unless its clock was plainly never set: before 2000 or after tomorrow."""
    if captured_at is None or captured_at.year < 2000 or captured_at > now + timedelta(days=1):
        return None
    return captured_at


def _told(exif: Image.Exif) -> Told:
    orientation = int(exif.get(ExifTags.Base.Orientation, 1))
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    return Told(
        orientation=orientation if 1 <= orientation <= 8 else 1,
        captured_at=_time(
            inner.get(ExifTags.Base.DateTimeOriginal), inner.get(ExifTags.Base.OffsetTimeOriginal)
        ),
        place=_place(exif.get_ifd(ExifTags.IFD.GPSInfo)),
    )


def _time(taken: object, offset: object) -> datetime | None:
    # Most phones leave the offset out: their clock shows the time of the place, which is Beijing's.
    for zone in (str(offset).strip("\x00 "), "+0800"):
        try:
            return datetime.strptime(f"{str(taken).strip(chr(0) + ' ')} {zone}", "%Y:%m:%d %H:%M:%S %z")
        except ValueError:
            continue
    return None


def _place(gps: dict[int, Any]) -> Place | None:
    try:
        return place_of(
            _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], south_or_west="S"),
            _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], south_or_west="W"),
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None


def _degrees(parts: Any, reference: object, *, south_or_west: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    size = degrees + minutes / 60 + seconds / 3600
    return -size if str(reference).strip("\x00 ").upper() == south_or_west else size
