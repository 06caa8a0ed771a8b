"""Migrating as the owner: tables, the web role's rights, the policy seeds, static files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from huiyin.config.environment import EnvironmentProblem
from huiyin.integrations.database_rights import grant_web_rights, migrating_alone

ONE_ROLE_WARNING = (
    "提示：没有设置 DATABASE_OWNER_URL，迁移使用 DATABASE_URL 的账户，因此网站账户拥有全部表，权限没有分开。\n"
    "请建立两个数据库账户：DATABASE_OWNER_URL 用于迁移，DATABASE_URL 用于网站和任务进程。\n"
    "Note: DATABASE_OWNER_URL is not set, so migrations run as the role of DATABASE_URL: the web role owns every\n"
    "table and rights are not separated. Make two roles: DATABASE_OWNER_URL for migrations, DATABASE_URL for the\n"
    "web and worker processes."
)


def migrate(arguments: list[str], *, quiet: bool = False) -> None:
    """Bring the database up to date and leave the web role exactly its rights; safe to run at any time.

    Settings must not be loaded yet: they are loaded here with the owner's address.
    """
    web_url = os.environ.get("DATABASE_URL")
    if not web_url:
        raise EnvironmentProblem("缺少 DATABASE_URL。\nDATABASE_URL is missing.")
    owner_url = os.environ.get("DATABASE_OWNER_URL") or web_url
    web_role, owner_role = urlsplit(web_url).username, urlsplit(owner_url).username
    os.environ["DATABASE_URL"] = owner_url

    import django

    django.setup()
    from django.core.management import call_command

    with migrating_alone(owner_url):
        call_command("migrate", *arguments, interactive=False, verbosity=0 if quiet else 1)
        if web_role and web_role != owner_role:
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
