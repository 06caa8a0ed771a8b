"""Migrating as the owner: tables, the web role's rights, the policy seeds, static files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from huiyin.config.environment import EnvironmentProblem
from huiyin.integrations.database_rights import grant_web_rights, may_migrate, migrating_alone, role_of

ONE_ROLE_WARNING = (
    "提示：网站账户拥有全部表，权限没有分开。\n"
    "请建立两个数据库账户：DATABASE_OWNER_URL 用于迁移，DATABASE_URL 用于网站和任务进程。\n"
    "Note: the web role owns every table, so rights are not separated. Make two roles: DATABASE_OWNER_URL for\n"
    "migrations, DATABASE_URL for the web and worker processes."
)
NOT_THE_OWNER = (
    "DATABASE_URL 的账户不是各表的所有者，不能更新数据库。请在设置了 DATABASE_OWNER_URL 的机器上运行 huiyin migrate。\n"
    "The role of DATABASE_URL owns no table and cannot migrate. Run `huiyin migrate` where DATABASE_OWNER_URL is set."
)


def prepare() -> None:
    """What a site needs before it starts: the database as this version needs it, and the static files.

    Where the owner's address is kept away the database is only looked at; somebody else migrates it.
    """
    if os.environ.get("DATABASE_OWNER_URL") or may_migrate(_web_url()):
        migrate([], quiet=True)
    else:
        _check_migrated()
    collect_static()


def migrate(arguments: list[str], *, quiet: bool = False) -> None:
    """Bring the database up to date and leave the web role exactly its rights; safe to run at any time.

    Settings must not be loaded yet: they are loaded here with the owner's address.
    """
    web_url = _web_url()
    owner_url = os.environ.get("DATABASE_OWNER_URL") or web_url
    if not may_migrate(owner_url):
        raise EnvironmentProblem(NOT_THE_OWNER)
    web_role = role_of(web_url)
    os.environ["DATABASE_URL"] = owner_url

    import django

    django.setup()
    from django.core.management import call_command

    with migrating_alone(owner_url):
        call_command("migrate", *arguments, interactive=False, verbosity=0 if quiet else 1)
        if web_role != role_of(owner_url):
            grant_web_rights(owner_url, web_role)
        else:
            print(ONE_ROLE_WARNING, file=sys.stderr)
        if not arguments:
            call_command("load_policies", verbosity=0 if quiet else 1)


def collect_static() -> None:
    """Gather, name by content and compress the static files, so that web processes can serve them."""
    from django.conf import settings
    from django.core.management import call_command

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)


def _check_migrated() -> None:
    import django

    django.setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise EnvironmentProblem(
            f"数据库还没有更新到这个版本。The database is not at this version yet.\n{NOT_THE_OWNER}"
        )


def _web_url() -> str:
    if url := os.environ.get("DATABASE_URL"):
        return url
    raise EnvironmentProblem("缺少 DATABASE_URL。\nDATABASE_URL is missing.")
