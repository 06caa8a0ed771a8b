"""A store keeps what it is given, wherever it is: the same promises for a folder and for a bucket."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiyin.config.environment import Environment, EnvironmentProblem, bucket_setting
from huiyin.integrations.bucket_addresses import read_address
from huiyin.integrations.buckets import Bucket, bucket_at
from huiyin.integrations.storage import Folder, Store, store
from tests.integrations.fake_s3 import FakeS3, a_bucket


@pytest.fixture(scope="module")
def server() -> Iterator[FakeS3]:
    with a_bucket() as running:
        yield running
        bucket_at.cache_clear()


def address(server: FakeS3, folder: str = ""):
    return read_address(
        f"s3://bucket{folder}?endpoint={server.endpoint}&region=cn-north-1",
        access_key="key",
        secret_key="secret",
    )


@pytest.fixture(params=["folder", "bucket", "bucket with a folder"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, server: FakeS3) -> Store:
    server.objects.clear()
    makers: dict[str, Callable[[], Store]] = {
        "folder": lambda: Folder(tmp_path / "media"),
        "bucket": lambda: Bucket(address(server)),
        "bucket with a folder": lambda: Bucket(address(server, "/site/one")),
    }
    return makers[request.param]()


def read(kept: Store, key: str) -> bytes:
    with kept.open(key) as stream:
        return stream.read()


def test_what_is_put_is_read_again(kept: Store) -> None:
    for data in (b"a photo", b"", b"\x00\xff" * 50_000):
        kept.put("private/ab12/original", data)
        assert read(kept, "private/ab12/original") == data


def test_a_file_can_be_read_from_any_place(kept: Store) -> None:
    kept.put("imports/1.xlsx", b"0123456789")
    with kept.open("imports/1.xlsx") as stream:
        stream.seek(-3, 2)
        assert stream.read() == b"789"
        stream.seek(0)
        assert stream.read(2) == b"01"


def test_what_is_absent_is_a_file_not_found(kept: Store) -> None:
    with pytest.raises(FileNotFoundError):
        kept.open("e/ab/abcd/640.webp")


def test_removing_can_be_repeated(kept: Store) -> None:
    kept.put("e/ab/abcd/640.webp", b"x")
    kept.remove("e/ab/abcd/640.webp")
    kept.remove("e/ab/abcd/640.webp")
    with pytest.raises(FileNotFoundError):
        kept.open("e/ab/abcd/640.webp")


def test_files_lists_one_folder_however_many_there_are(kept: Store) -> None:
    keys = {f"private/{number:02}/original" for number in range(8)}
    for key in [*keys, "privately/x", "e/ab/abcd/640.webp"]:
        kept.put(key, b"x")
    assert {file.key for file in kept.files("private")} == keys
    assert list(kept.files("nothing")) == []


def test_a_file_knows_when_it_was_written(kept: Store, server: FakeS3) -> None:
    server.written_at = now = datetime.now(UTC)
    kept.put("private/1", b"x")
    (file,) = kept.files("private")
    assert not file.is_older_than(now - timedelta(minutes=5))
    assert file.is_older_than(now + timedelta(minutes=5))


@pytest.mark.parametrize("key", ["../secret_key", "/etc/passwd", "private/../../secret_key", ""])
def test_no_key_leads_out_of_the_store(kept: Store, key: str) -> None:
    for act in (lambda: kept.put(key, b"x"), lambda: kept.open(key), lambda: kept.remove(key)):
        with pytest.raises(ValueError, match="not a key"):
            act()


# --- the bucket alone -------------------------------------------------------------------------------------


def test_a_bucket_shared_with_others_is_touched_in_its_folder_only(server: FakeS3) -> None:
    server.objects.clear()
    server.objects["private/of-somebody-else"] = b"x"
    kept = Bucket(address(server, "/site/one"))
    kept.put("private/1", b"x")
    assert set(server.objects) == {"private/of-somebody-else", "site/one/private/1"}
    assert [file.key for file in kept.files("private")] == ["private/1"]


def test_a_bucket_that_is_busy_is_asked_again(server: FakeS3) -> None:
    kept = Bucket(address(server))
    kept.put("private/1", b"x")
    server.failing = 2
    assert read(kept, "private/1") == b"x"
    assert server.failing == 0


def test_one_setting_chooses_the_store(server: FakeS3, settings) -> None:
    assert isinstance(store(), Folder)
    settings.STORAGE_BUCKET = address(server)
    kept = store()
    assert isinstance(kept, Bucket)
    assert store() is kept


KEYS = {"HUIYIN_S3_ACCESS_KEY": "key", "HUIYIN_S3_SECRET_KEY": "secret"}


def told(value: str, **more: str):
    return bucket_setting(Environment({"HUIYIN_STORAGE": value, **more}))


def test_without_a_word_files_stay_in_the_folder() -> None:
    assert bucket_setting(Environment({})) is None
    assert told("folder") is None


def test_an_address_says_where_the_bucket_is() -> None:
    found = told("s3://files/site?endpoint=https://oss.example.cn:9000&region=cn-1&style=virtual", **KEYS)
    assert found is not None
    assert (found.bucket, found.folder, found.endpoint) == ("files", "site/", "oss.example.cn:9000")
    assert (found.is_https, found.region, found.style) == (True, "cn-1", "virtual")


def test_the_keys_are_never_written_into_a_log() -> None:
    found = told("s3://files", HUIYIN_S3_ACCESS_KEY="AKIA-me", HUIYIN_S3_SECRET_KEY="hush")
    assert "AKIA-me" not in repr(found)
    assert "hush" not in repr(found)


@pytest.mark.parametrize(
    "value",
    [
        "s3://",
        "gs://files",
        "s3://files?endpoint=ftp://x",
        "s3://files?style=sideways",
        "s3://files?regoin=cn-1",
        "s3://me:hush@files",
        "s3://files/../other",
        "Folder ",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_being_printed(value: str) -> None:
    with pytest.raises(EnvironmentProblem, match="HUIYIN_STORAGE") as problem:
        told(value, **KEYS)
    assert "hush" not in str(problem.value)


@pytest.mark.parametrize("missing", KEYS)
def test_a_missing_key_is_named(missing: str) -> None:
    with pytest.raises(EnvironmentProblem, match=missing):
        told("s3://files", **{name: value for name, value in KEYS.items() if name != missing})


def test_the_extra_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "minio", None)
    with pytest.raises(EnvironmentProblem, match=r"huiyin\[s3\]"):
        told("s3://files", **KEYS)
