"""Where files that people bring are kept: one store behind one setting, a folder or a bucket."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from huiyin.integrations.stored_files import StoredFile, checked_key


class Store(Protocol):
    """Keys are relative names with slashes; nothing in a store is reachable by URL by itself."""

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under a new or existing key, whole or not at all, on disk when this returns."""

    def open(self, key: str) -> BinaryIO:
        """A readable stream; FileNotFoundError if the key is absent."""

    def remove(self, key: str) -> None:
        """Forget a key; an absent key is no error, so that removing can be repeated."""

    def files(self, prefix: str) -> Iterator[StoredFile]:
        """Every file whose key begins with the folder `prefix`."""


class Folder:
    """A store in a local folder; files 0600 and folders 0700, for the service's own user only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes) -> None:
        target = self._path(key)
        unfinished = f".{target.name}.{secrets.token_hex(4)}"
        with self._opened(target.parent) as folder:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
            try:
                with os.fdopen(descriptor, "wb") as out:
                    self._give_to_the_site(descriptor)
                    out.write(data)
                    out.flush()
                    os.fsync(descriptor)
                os.replace(unfinished, target.name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(unfinished, dir_fd=folder)
                raise

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def remove(self, key: str) -> None:
        target = self._path(key)
        target.unlink(missing_ok=True)
        try:
            target.parent.rmdir()
        except OSError:
            # Other files are still in the folder, or it is gone already.
            return

    def files(self, prefix: str) -> Iterator[StoredFile]:
        for folder, _folders, names in os.walk(self._path(prefix)):
            for name in names:
                path = Path(folder, name)
                try:
                    written_at = path.stat().st_mtime
                except FileNotFoundError:
                    continue
                yield StoredFile(path.relative_to(self.root).as_posix(), written_at)

    @contextmanager
    def _opened(self, folder: Path) -> Iterator[int]:
        """A folder of the store, made where it is missing and open; NotADirectoryError if a link is on the way to it.

        A command of root's writes here beside the running site, whose account could put links in the way.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for name in folder.relative_to(self.root).parts:
                outer, opened = opened, self._step(name, opened)
                os.close(outer)
            yield opened
        finally:
            os.close(opened)

    def _step(self, name: str, outer: int) -> int:
        is_new = True
        try:
            os.mkdir(name, mode=0o700, dir_fd=outer)
        except FileExistsError:
            is_new = False
        opened = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=outer)
        if is_new:
            self._give_to_the_site(opened)
        return opened

    def _give_to_the_site(self, opened: int) -> None:
        """What a command of root's writes beside a running site must be readable to the site's own account."""
        if os.geteuid() == 0:
            owner = self.root.stat()
            os.fchown(opened, owner.st_uid, owner.st_gid)

    def _path(self, key: str) -> Path:
        return self.root / checked_key(key)


def store() -> Store:
    """The store of this installation: the folder `MEDIA_ROOT`, or the bucket that HUIYIN_STORAGE names."""
    if settings.STORAGE_BUCKET is None:
        return Folder(Path(settings.MEDIA_ROOT))
    from huiyin.integrations.buckets import bucket_at

    return bucket_at(settings.STORAGE_BUCKET)
