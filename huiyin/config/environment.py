"""Settings from the environment: each has a purpose, an example and a message a stranger can act on."""

from __future__ import annotations

import importlib.util
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from huiyin.integrations.bucket_addresses import BucketAddress, read_address

CALLER_KEY = "HUIYIN_CALLER_KEY"


class EnvironmentProblem(Exception):
    """A variable is missing or cannot be read; the text says which, what it is for and how to set it."""


@dataclass(frozen=True)
class Variable:
    """One documented variable; `purpose` is Chinese, `meaning` the same in English."""

    name: str
    purpose: str
    meaning: str
    example: str
    default: str | None


class Environment:
    """Reads variables and remembers each one read, so that the reference can list them."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values
        self.known: dict[str, Variable] = {}

    def text(self, name: str, purpose: str, meaning: str, *, example: str, default: str | None = None) -> str:
        """The value, or the default; without either an EnvironmentProblem that names the variable."""
        self.known[name] = Variable(name, purpose, meaning, example, default)
        value = self._values.get(name, "").strip()
        if value:
            return value
        if default is not None:
            return default
        raise EnvironmentProblem(
            f"缺少环境变量 {name}：{purpose}。例如 {name}={example}\n"
            f"The environment variable {name} is missing: {meaning}. For example {name}={example}"
        )

    def flag(self, name: str, purpose: str, meaning: str, *, default: bool = False) -> bool:
        """True for 1, true, yes, on; False for 0, false, no, off."""
        value = self.text(name, purpose, meaning, example="1", default="1" if default else "0").lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        raise self._unreadable(name, value, "1 或 0", "1 or 0")

    def number(self, name: str, purpose: str, meaning: str, *, default: int, at_least: int = 0) -> int:
        """A whole number of at least `at_least`."""
        value = self.text(name, purpose, meaning, example=str(default), default=str(default))
        if not value.isdecimal() or int(value) < at_least:
            raise self._unreadable(
                name, value, f"不小于 {at_least} 的整数", f"a whole number, {at_least} or more"
            )
        return int(value)

    def words(self, name: str, purpose: str, meaning: str, *, example: str, default: str = "") -> list[str]:
        """A list separated by commas."""
        value = self.text(name, purpose, meaning, example=example, default=default)
        return [word.strip() for word in value.split(",") if word.strip()]

    def folder(self, name: str, purpose: str, meaning: str, *, example: str, default: Path) -> Path:
        """An absolute path; it is not created here."""
        value = self.text(name, purpose, meaning, example=example, default=str(default))
        return Path(value).expanduser().absolute()

    @staticmethod
    def _unreadable(name: str, value: str, wanted: str, wanted_in_english: str) -> EnvironmentProblem:
        return EnvironmentProblem(
            f"环境变量 {name} 的值 {value!r} 不对：应为{wanted}。\n"
            f"The environment variable {name} has the value {value!r}; it must be {wanted_in_english}."
        )


def database_settings(url: str, *, name: str = "DATABASE_URL") -> dict[str, object]:
    """Django's NAME, USER, … from postgres://user:password@host:port/name?option=value.

    A unix socket is given as ?host=/folder. Raises EnvironmentProblem for any other engine: Huiyin knows one.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise EnvironmentProblem(
            f"环境变量 {name} 应为 PostgreSQL 地址，例如 postgres://huiyin_web:密码@db.example.cn:5432/huiyin\n"
            f"{name} must be a PostgreSQL address, for example postgres://huiyin_web:secret@db.example.cn:5432/huiyin"
        )
    options: dict[str, object] = dict(parse_qsl(parts.query))
    host = str(options.pop("host", "") or parts.hostname or "")
    port = str(options.pop("port", "") or parts.port or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or str(options.pop("user", ""))),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": port,
        "OPTIONS": options,
    }


def bucket_setting(environment: Environment) -> BucketAddress | None:
    """The bucket files are kept in, None for a folder; EnvironmentProblem for an address or keys that are no use."""
    value = environment.text(
        "HUIYIN_STORAGE",
        "照片和文件存放在哪里：folder（数据目录），或 s3:// 开头的对象存储地址",
        "where photos and files are kept: folder (in the data folder) or an address of S3-compatible storage",
        example="s3://huiyin-files?endpoint=https://s3.example.cn&region=cn-north-1",
        default="folder",
    )
    if value == "folder":
        return None
    access_key = environment.text(
        "HUIYIN_S3_ACCESS_KEY",
        "对象存储的访问密钥编号，HUIYIN_STORAGE 为 s3:// 时必填",
        "the access key of the object storage, needed with s3://",
        example="AKIAEXAMPLE",
    )
    secret_key = environment.text(
        "HUIYIN_S3_SECRET_KEY",
        "对象存储的访问密钥，HUIYIN_STORAGE 为 s3:// 时必填",
        "the secret key of the object storage, needed with s3://",
        example="…",
    )
    if importlib.util.find_spec("minio") is None:
        raise EnvironmentProblem(
            "HUIYIN_STORAGE 用对象存储需要另装组件：uv pip install 'huiyin[s3]'\n"
            "Object storage needs the extra: uv pip install 'huiyin[s3]'"
        )
    try:
        return read_address(value, access_key=access_key, secret_key=secret_key)
    except ValueError as error:
        # Not `Environment._unreadable`: an address may hold a password by mistake, and this is printed.
        raise EnvironmentProblem(
            "环境变量 HUIYIN_STORAGE 看不懂：应为 folder，"
            "或 s3://桶名/目录?endpoint=https://主机&region=地域&style=path（或 virtual）。\n"
            "HUIYIN_STORAGE cannot be read: folder, or s3://bucket/folder?endpoint=https://host&region=…&style=path|virtual."
        ) from error


def kept_secret(path: Path) -> str:
    """A random secret kept in a file that only its owner reads; made at the first call, one for all who ask at once."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50) + "\n")
        with suppress(FileExistsError):  # another process was first: its secret holds
            os.link(unfinished, path)
        unfinished.unlink()
    secret = path.read_text(encoding="ascii").strip()
    if not secret:
        raise EnvironmentProblem(
            f"密钥文件是空的，请从备份恢复；从来没有用过的，删除后重新运行：{path}\n"
            f"The file of a key is empty: restore it from a backup, or remove it if it never was used: {path}"
        )
    return secret


def var_folder(environment: Environment | None = None) -> Path:
    """Where the embedded database, photos and keys lie; ./var unless HUIYIN_VAR says otherwise."""
    return (environment or Environment()).folder(
        "HUIYIN_VAR",
        "数据目录，存放内置数据库、照片和密钥",
        "the data folder: embedded database, photos, keys",
        example="/srv/huiyin",
        default=Path.cwd() / "var",
    )


def hotline_folder(environment: Environment | None = None, var: Path | None = None) -> Path:
    """Where the complaints of the hotline lie; `hotline` in the data folder unless HUIYIN_HOTLINE says otherwise."""
    return (environment or Environment()).folder(
        "HUIYIN_HOTLINE",
        "热线诉求的存放目录，后台进程和网页进程都要能读",
        "where the complaints of the hotline lie; workers write it, web processes read it",
        example="/srv/huiyin/hotline",
        default=(var or var_folder()) / "hotline",
    )


def caller_key_file(var: Path | None = None) -> Path:
    """Where the key is kept under which callers of the hotline are hashed, where HUIYIN_CALLER_KEY tells none."""
    return (var or var_folder()) / "caller.key"


def caller_secret(var: Path | None = None) -> str:
    """The key under which callers of the hotline are hashed: HUIYIN_CALLER_KEY, else made once and kept in `var`."""
    return os.environ.get(CALLER_KEY, "").strip() or kept_secret(caller_key_file(var))
