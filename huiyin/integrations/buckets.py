"""The store in S3-compatible object storage (the extra `huiyin[s3]`); the bucket has to be private."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

import urllib3
from minio import Minio
from minio.error import S3Error

from huiyin.integrations.bucket_addresses import BucketAddress
from huiyin.integrations.stored_files import StoredFile, checked_key

CONNECT_SECONDS, READ_SECONDS, TRIES = 5, 30, 3
_ABSENT = ("NoSuchKey", "NoSuchObject")


class Bucket:
    """A store in a bucket. Putting is whole or not at all and durable by the protocol; a key may be put anew."""

    def __init__(self, address: BucketAddress) -> None:
        self.address = address
        self._client = Minio(
            address.endpoint,
            access_key=address.access_key,
            secret_key=address.secret_key,
            secure=address.is_https,
            region=address.region,
            http_client=urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
                retries=urllib3.Retry(total=TRIES, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504)),
                maxsize=16,
            ),
        )
        if address.style == "virtual":
            self._client.enable_virtual_style_endpoint()  # type: ignore[no-untyped-call]

    def put(self, key: str, data: bytes) -> None:
        self._client.put_object(self.address.bucket, self._name(key), io.BytesIO(data), len(data))

    def open(self, key: str) -> BinaryIO:
        # Whole: nothing here is larger than an upload may be, and a reader may seek in it as in a file.
        try:
            answer = self._client.get_object(self.address.bucket, self._name(key))
        except S3Error as error:
            if error.code in _ABSENT:
                raise FileNotFoundError(key) from error
            raise
        try:
            return io.BytesIO(answer.read())
        finally:
            answer.close()
            answer.release_conn()

    def remove(self, key: str) -> None:
        self._client.remove_object(self.address.bucket, self._name(key))

    def files(self, prefix: str) -> Iterator[StoredFile]:
        begin = f"{self._name(prefix)}/"
        for found in self._client.list_objects(self.address.bucket, prefix=begin, recursive=True):
            if found.object_name and found.last_modified:
                key = found.object_name.removeprefix(self.address.folder)
                yield StoredFile(key, found.last_modified.timestamp())

    def _name(self, key: str) -> str:
        return f"{self.address.folder}{checked_key(key).as_posix()}"


@lru_cache(maxsize=4)
def bucket_at(address: BucketAddress) -> Bucket:
    """One client, and so one pool of connections, for each address in a process."""
    return Bucket(address)
