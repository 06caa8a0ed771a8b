"""What HUIYIN_STORAGE says of a bucket: `s3://bucket/folder?endpoint=https://…&region=…&style=path`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class BucketAddress:
    """Where a bucket is and who asks; `folder` is empty or ends with a slash."""

    bucket: str
    folder: str
    endpoint: str
    """Host and port."""
    is_https: bool
    region: str
    style: Literal["path", "virtual"]
    """Whether the bucket's name stands in the path (MinIO, Ceph) or before the host (Alibaba Cloud OSS and others)."""
    access_key: str
    secret_key: str

    def __repr__(self) -> str:
        return f"BucketAddress({self.bucket!r} at {self.endpoint!r})"  # no keys in a log


def read_address(text: str, *, access_key: str, secret_key: str) -> BucketAddress:
    """ValueError where the text is no such address."""
    parts = urlsplit(text)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    endpoint = urlsplit(options.pop("endpoint", "https://s3.amazonaws.com"))
    style = options.pop("style", "path")
    region = options.pop("region", "us-east-1")
    folder = parts.path.strip("/")
    if (
        parts.scheme != "s3"
        or not parts.hostname
        or parts.username
        or endpoint.scheme not in ("http", "https")
        or not endpoint.hostname
        or style not in ("path", "virtual")
        or ".." in folder
        or options
    ):
        raise ValueError("not an address of a bucket")
    return BucketAddress(
        bucket=parts.netloc,
        folder=f"{folder}/" if folder else "",
        endpoint=endpoint.netloc,
        is_https=endpoint.scheme == "https",
        region=region,
        style="virtual" if style == "virtual" else "path",
        access_key=access_key,
        secret_key=secret_key,
    )
