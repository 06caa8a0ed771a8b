"""The `huiyin` command: serve, migrate, and every Django command, with the embedded database where none is set."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from huiyin.config.environment import EnvironmentProblem, var_folder
from huiyin.integrations.postgres_install import PostgresProblem

# Our names for Django's and the apps' management commands: Django's name, what it does.
DELEGATED = {
    "makemigrations": ("makemigrations", "write migrations 生成迁移文件"),
    "load-policies": ("load_policies", "load the policy seeds 载入规则文件"),
    "demo": ("demo", "fill the database with a fictional district 生成演示数据"),
    "verify": ("verify", "check the history and name the first broken event 核验历史"),
    "import-cases": ("import_cases", "import a ledger from Excel 导入台账"),
    "retention": ("retention", "remove personal data whose time is over 清理到期个人信息"),
}
# These read models only; starting a database for them would be a waste.
WITHOUT_DATABASE = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "help",
        "makemessages",
        "makemigrations",
        "--help",
    }
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; problems a person can solve are told in two languages, without a traceback."""
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except (EnvironmentProblem, PostgresProblem) as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _run(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.config.settings")
    # What follows a command of Django's or of an app is its own business, --help included.
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name == "manage":
        return _django(rest)
    if name == "migrate":
        return _migrate(rest)
    if name in DELEGATED:
        return _django([DELEGATED[name][0], *rest])
    options = _parser(arguments).parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


_LINT = "check the words and figures of a report 检查报告的文字和数字"
_HOTLINE = "complaints of the 12345 hotline in bulk 接诉即办数据"


def _parser(arguments: Sequence[str] = ()) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="huiyin", description="Huiyin 回音: every matter lands somewhere 件件有着落、事事有回音"
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    serve = commands.add_parser("serve", help="run the whole site 运行网站、任务进程和内置数据库")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    serve.add_argument(
        "--port", type=int, default=8000, help="port; the next free one if taken (default 8000)"
    )
    serve.add_argument("--web-workers", type=int, default=2, help="web processes (default 2)")
    serve.add_argument("--threads", type=int, default=4, help="threads of each web process (default 4)")
    serve.add_argument("--workers", type=int, default=1, help="task processes (default 1)")
    serve.add_argument(
        "--demo", action="store_true", help="fill in a fictional district first 先生成演示数据"
    )
    serve.add_argument(
        "--prepared", action="store_true", help="`huiyin prepare` was run before 数据库和静态文件已经准备好"
    )
    serve.add_argument(
        "--allow-root",
        action="store_true",
        help="as root, also where no ordinary account can reach program and data 允许以 root 运行",
    )
    serve.set_defaults(run=_serve)

    prepare = commands.add_parser("prepare", help="migrate and collect static files 更新数据库并汇集静态文件")
    prepare.set_defaults(run=_prepare)

    for name, text in (
        ("backup", "everything into one file 备份到一个文件"),
        ("restore", "an empty site from a backup 从备份恢复"),
    ):
        keeping = commands.add_parser(name, help=text)
        keeping.add_argument("file", type=Path)
        keeping.set_defaults(run=_keep, command=name)

    if arguments[:1] == ["lint"]:
        # The rules are loaded only where they are used.
        from huiyin.config.lint import add_command

        add_command(commands, about=_LINT)
    else:
        commands.add_parser("lint", help=_LINT)

    if arguments[:1] == ["hotline"]:
        # Arrow and numba are loaded only where they are used.
        from huiyin.config.hotline.commands import add_commands

        add_commands(commands.add_parser("hotline", help=_HOTLINE))
    else:
        commands.add_parser("hotline", help=_HOTLINE)

    # Listed here, run by _run.
    commands.add_parser("migrate", help="bring the database up to date 更新数据库")
    commands.add_parser("manage", help="any Django command 任意 Django 命令")
    for name, (_, text) in DELEGATED.items():
        commands.add_parser(name, help=text)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from huiyin.config.supervisor import serve

    return serve(options)


def _migrate(arguments: list[str]) -> int:
    from huiyin.config.migrating import migrate

    with database():
        migrate(arguments)
    return 0


def _keep(options: argparse.Namespace) -> int:
    from huiyin.config import backup

    with database():
        (backup.back_up if options.command == "backup" else backup.restore)(options.file)
    return 0


def _prepare(options: argparse.Namespace) -> int:
    from huiyin.config.migrating import prepare

    with database():
        prepare()
    return 0


def _django(arguments: list[str]) -> int:
    name = arguments[0] if arguments else "help"
    if name == "migrate":
        return _migrate(arguments[1:])
    if name in WITHOUT_DATABASE:
        # makemigrations would like to compare with a database; the tests do.
        warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
        _execute(arguments)
    else:
        with database():
            _execute(arguments)
    return 0


def _execute(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["huiyin", *arguments])


@contextlib.contextmanager
def database() -> Iterator[None]:
    """DATABASE_URL for the length of a command: the one that is set, else the embedded database."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from huiyin.integrations import postgres

    with postgres.running(var_folder() / "postgres") as url:
        os.environ |= {
            "DATABASE_URL": url(postgres.WEB_ROLE),
            "DATABASE_OWNER_URL": url(postgres.OWNER_ROLE),
            postgres.EMBEDDED_MARK: "1",
        }
        yield


if __name__ == "__main__":
    sys.exit(main())
