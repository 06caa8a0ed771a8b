"""A HEIC photo on standard input, its pixels on standard output; arguments: most pixels, most side, widest picture."""

from __future__ import annotations

import base64
import io
import json

import pillow_heif
from PIL import Image

from huiyin.integrations.confined import NotTaken, serve

MOST_EXIF = 64 * 1024


def answer(data: bytes, arguments: list[str]) -> bytes:
    """One line of JSON (size, size sent, EXIF) and then the pixels, three bytes each."""
    most_pixels, most_side, widest = map(int, arguments)
    heif = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True, bgr_mode=False)
    if heif.mimetype not in ("image/heic", "image/heif"):
        raise NotTaken("wrong_type")
    width, height = heif.size  # as turned by the container: libheif hands out upright pictures
    if width * height > most_pixels or max(width, height) > most_side:
        raise NotTaken("too_many_pixels")
    picture = heif.to_pillow()
    if picture.mode != "RGB":
        picture = _on_white(picture)
    if (factor := width // widest) > 1:
        picture = picture.reduce(factor)
    exif = heif.info.get("exif") or b""
    head = {
        "size": [width, height],
        "sent": list(picture.size),
        "exif": base64.b64encode(exif if len(exif) <= MOST_EXIF else b"").decode(),
    }
    return json.dumps(head).encode() + b"\n" + picture.tobytes()


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGB", layer.size, (255, 255, 255))
    ground.paste(layer, mask=layer)
    return ground


if __name__ == "__main__":
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False
    serve(answer, needs_threads=True)  # libde265 decodes in a thread of its own
