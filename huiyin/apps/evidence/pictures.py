"""Photos as bytes: what is accepted, what a file claims about itself, and how clean copies are made."""

from __future__ import annotations

import hashlib
import io
import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop as _
from PIL import Image, ImageDraw

from huiyin.apps.evidence import heic
from huiyin.apps.evidence.camera import told_by
from huiyin.apps.evidence.disguises import is_also_something_else
from huiyin.domain.captures import Place
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.confined import NotReadable, NotTaken

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
# A decoder can leave pixels out only of a plain JPEG, which is what cameras write; anything else it holds whole.
MAX_PIXELS_WHOLE = 16_000_000
MAX_SIDE = 16_000
MIN_SIDE = 16
MAX_PHOTOS = 6
MAX_BOXES = 6
WIDTHS = (320, 640, 1280)
FIRST_WIDTH = 640
COVER = (43, 50, 48)
ACCEPTED = ("JPEG", "PNG", "WEBP")

# One big picture takes up to 300 MB while it is decoded; threads of a web process take turns.
_one_at_a_time = threading.BoundedSemaphore(1)


@dataclass(frozen=True)
class Box:
    """A covered area as fractions (0–1) of the upright picture."""

    x: float
    y: float
    w: float
    h: float

    def as_json(self) -> dict[str, float]:
        return {"x": self.x, "y": self.y, "w": self.w, "h": self.h}


@dataclass(frozen=True)
class Facts:
    """What is known of an accepted file; width and height are those of the upright picture."""

    sha256: str
    format: str
    byte_count: int
    width: int
    height: int
    captured_at: datetime | None
    place: Place | None


@dataclass(frozen=True)
class Copy:
    """One encoded derivative."""

    width: int
    height: int
    format: str
    data: bytes


def read(upload: BinaryIO) -> bytes:
    """All bytes of an upload, refused as soon as it is longer than the limit."""
    data = upload.read(MAX_BYTES + 1)
    _check_length(len(data))
    return data


def check_at_the_door(upload: UploadedFile[Any]) -> None:
    """What can be told without decoding, so that a form can show it beside its field."""
    _check_length(upload.size or 0)
    _check_kind(upload.read(12))
    upload.seek(0)


def looks_accepted(head: bytes) -> bool:
    """True if the first 12 bytes are those of a JPEG, PNG, WebP or HEIC file; the name of a file proves nothing."""
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return is_webp or heic.looks_heic(head) or head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


@contextmanager
def opened(data: bytes) -> Iterator[tuple[Facts, Image.Image]]:
    """Decode a photo wholly and yield its facts with the upright RGB picture; RuleBroken says why not.

    Of a large JPEG a smaller picture is decoded (never under the largest public width): every byte of the
    stream is still read, so a cut file is found, at a quarter of the cost. Colour profiles are dropped
    unread: parsing them would be one more door for hostile files. HEIC is decoded by a child process.
    """
    _check_kind(data[:12])
    _check_disguise(data)
    with _one_at_a_time:
        yield _decode_heic(data) if heic.looks_heic(data[:12]) else _decode(data)


def _decode_heic(data: bytes) -> tuple[Facts, Image.Image]:
    try:
        found = heic.decode(data, most_pixels=MAX_PIXELS, most_side=MAX_SIDE, widest=max(WIDTHS))
    except NotTaken as refusal:
        raise _too_many_pixels() if str(refusal) == "too_many_pixels" else _wrong_type() from refusal
    except NotReadable as error:
        raise _broken() from error
    _check_size(found.width, found.height)
    facts = Facts(
        sha256=hashlib.sha256(data).hexdigest(),
        format="HEIC",
        byte_count=len(data),
        width=found.width,
        height=found.height,
        captured_at=found.told.captured_at,
        place=found.told.place,
    )
    return facts, found.picture


def _decode(data: bytes) -> tuple[Facts, Image.Image]:
    try:
        with Image.open(io.BytesIO(data), formats=ACCEPTED) as stored:
            if stored.format == "PNG":
                # verify() checks every checksum, but leaves the file unusable: it gets its own reading.
                with Image.open(io.BytesIO(data), formats=["PNG"]) as twin:
                    _check_size(*twin.size)
                    twin.verify()
            _check_size(*stored.size)
            _check_held(stored)
            width, height = stored.size
            told = told_by(stored)
            # MPO is what many phones write: a JPEG with a second picture behind it, which is left out.
            if stored.format in ("JPEG", "MPO"):
                stored.draft("RGB", (max(WIDTHS), max(WIDTHS)))
            stored.load()
            picture = _upright(_flattened(stored), told.orientation)
            if (factor := picture.width // (2 * max(WIDTHS))) > 1:
                picture = picture.reduce(factor)  # twice the largest width is enough to draw it well
    except RuleBroken:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Exception as error:  # hostile bytes make decoders raise anything
        raise _broken() from error
    if told.orientation >= 5:
        width, height = height, width
    facts = Facts(
        sha256=hashlib.sha256(data).hexdigest(),
        format="JPEG" if stored.format == "MPO" else str(stored.format),
        byte_count=len(data),
        width=width,
        height=height,
        captured_at=told.captured_at,
        place=told.place,
    )
    return facts, picture


def copies(picture: Image.Image, *, widths: Sequence[int], boxes: Sequence[Box]) -> Iterator[Copy]:
    """WebP and JPEG of each width, boxes filled before resizing, nothing of the original's metadata."""
    # A new image carries no info dictionary, so no encoder can pass metadata on by itself.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    cover(clean, boxes)
    for width in widths:
        height = max(1, round(clean.height * width / clean.width))
        if (width, height) == clean.size:
            resized = clean
        else:
            resized = clean.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        for name, options in (
            ("webp", {"quality": 78, "method": 4}),
            ("jpeg", {"quality": 80, "optimize": True, "progressive": True}),
        ):
            out = io.BytesIO()
            resized.save(out, name, **options)
            yield Copy(width, height, name, out.getvalue())


def cover(picture: Image.Image, boxes: Sequence[Box]) -> None:
    """Fill boxes with one solid colour, rounded outwards; a blur could be computed back."""
    draw = ImageDraw.Draw(picture)
    for box in boxes:
        left, top = (math.floor(box.x * picture.width) - 1, math.floor(box.y * picture.height) - 1)
        right = math.ceil((box.x + box.w) * picture.width) + 1
        bottom = math.ceil((box.y + box.h) * picture.height) + 1
        draw.rectangle((left, top, right, bottom), fill=COVER)


def widths_for(width: int) -> list[int]:
    """Public widths of a picture: never larger than it is, at least one."""
    fitting = [each for each in WIDTHS if each <= width]
    # A picture between two steps gets its own width, or it would be shown smaller than it was brought.
    if width < max(WIDTHS) and width not in fitting:
        fitting.append(width)
    return fitting


def first_width(widths: Sequence[int]) -> int:
    """The width made at once, while the person waits: enough for a phone and for the desk."""
    return max([each for each in widths if each <= FIRST_WIDTH], default=min(widths))


def _check_length(byte_count: int) -> None:
    if byte_count > MAX_BYTES:
        raise RuleBroken(
            _("这张照片超过 %(limit)s MB。请用手机发送“标准”大小的照片，或先压缩再传。"),
            code="photo_too_large",
            field="photos",
            limit=MAX_BYTES // 1024 // 1024,
        )
    if not byte_count:
        raise RuleBroken(_("这个文件是空的，没有照片。请重新选一张。"), code="photo_empty", field="photos")


def _check_kind(head: bytes) -> None:
    if not looks_accepted(head):
        raise _wrong_type()


def _check_disguise(data: bytes) -> None:
    if is_also_something_else(data):
        raise RuleBroken(
            _("这个文件既是照片，又藏着别的东西（压缩包、网页或文档），不能收。请重新拍照或截图后再传。"),
            code="photo_polyglot",
            field="photos",
        )


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise _too_many_pixels()
    if min(width, height) < MIN_SIDE:
        raise RuleBroken(_("这张照片太小，看不清。请传原来的照片。"), code="photo_too_small", field="photos")


def _check_held(stored: Image.Image) -> None:
    is_plain_jpeg = stored.format in ("JPEG", "MPO") and not stored.info.get("progressive")
    if not is_plain_jpeg and stored.width * stored.height > MAX_PIXELS_WHOLE:
        raise RuleBroken(
            _("这张图的像素太多（截图和处理过的图最多 %(limit)s 万像素）。请用手机直接拍照，或缩小后再传。"),
            code="photo_too_many_pixels",
            field="photos",
            limit=MAX_PIXELS_WHOLE // 10_000,
        )


def _wrong_type() -> RuleBroken:
    return RuleBroken(
        _("只收 JPEG、PNG、WebP、HEIC 照片。这个文件不是照片，或是别的格式；请用手机拍照或截图后再传。"),
        code="photo_wrong_type",
        field="photos",
    )


def _broken() -> RuleBroken:
    return RuleBroken(
        _("这张照片的文件坏了或没有传完，打不开。请重新拍一张或重新传。"), code="photo_broken", field="photos"
    )


def _too_many_pixels() -> RuleBroken:
    return RuleBroken(
        _("这张照片的像素太多（最多 %(limit)s 万像素）。请把手机相机调到普通清晰度再拍。"),
        code="photo_too_many_pixels",
        field="photos",
        limit=MAX_PIXELS // 10_000,
    )


def _flattened(stored: Image.Image) -> Image.Image:
    if stored.mode.startswith("I"):
        # 16-bit grey, as scanners write it.
        return stored.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if stored.has_transparency_data:
        layer = stored if stored.mode == "RGBA" else stored.convert("RGBA")
        ground = Image.new("RGB", layer.size, (255, 255, 255))
        ground.paste(layer, mask=layer)
        return ground
    return stored if stored.mode == "RGB" else stored.convert("RGB")


# EXIF 2.32, tag 0x0112.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)
