"""HEIC, as iPhones store photos, decoded by a confined child: its decoders are large and young (ADR 0016)."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from PIL import Image

from huiyin.apps.evidence.camera import Told, told_by_exif
from huiyin.integrations import confined

SECONDS, MEGABYTES = 10, 640
# ISO/IEC 23008-12: still pictures coded with HEVC; "mif1" names any picture of that family, the child looks closer.
_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")


@dataclass(frozen=True)
class Decoded:
    """The upright picture, made smaller where it was very large, and its size as it was brought."""

    picture: Image.Image
    width: int
    height: int
    told: Told


def looks_heic(head: bytes) -> bool:
    """True if the first 12 bytes are those of a HEIC file."""
    return head[4:8] == b"ftyp" and head[8:12] in _BRANDS


def decode(data: bytes, *, most_pixels: int, most_side: int, widest: int) -> Decoded:
    """NotTaken says "wrong_type" or "too_many_pixels"; NotReadable that the file is broken."""
    answer = confined.run(
        "huiyin.apps.evidence.confined.heic",
        data,
        *(str(most_pixels), str(most_side), str(widest)),
        seconds=SECONDS,
        megabytes=MEGABYTES,
    )
    head, _, pixels = answer.partition(b"\n")
    said = json.loads(head)
    width, height = said["size"]
    return Decoded(
        picture=Image.frombytes("RGB", tuple(said["sent"]), pixels),
        width=width,
        height=height,
        told=told_by_exif(base64.b64decode(said["exif"])),
    )
