"""`huiyin demo`: fill an empty database with the fictional district, and say how to look at it."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from huiyin.apps.portal.demo.loading import check_empty, is_loaded, load, reset
from huiyin.apps.portal.demo.staff import SHOWN, TAKING_OVER, TO_MEND, phone
from huiyin.domain.access import ROLE_LABELS, Role
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now


class Command(BaseCommand):
    help = "Fill an empty database with the fictional district. 生成演示数据；已有演示数据时什么也不做。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset",
            action="store_true",
            help="empty the embedded database of a demo first 先清空（仅限演示方式的内置数据库）",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["reset"]:
                reset()
            if is_loaded():
                self.stdout.write("演示数据已经在了 · the demo is loaded already")
            else:
                check_empty()
                self.load()
        except RuleBroken as refusal:
            raise CommandError(f"{refusal}\nThe demo was not loaded; nothing was written.") from refusal
        self.stdout.write(sign_ins())

    def load(self) -> None:
        began = time.monotonic()
        self.stdout.write("要几分钟，中间停住不动是正常的 · this takes a few minutes")

        def say(step: str) -> None:
            self.stdout.write(f"  {step}…（{time.monotonic() - began:.0f} 秒）")
            self.stdout.flush()

        done = load(now=now(), say=say)
        self.stdout.write(
            f"演示数据已写入：{done.cases} 件事项、{done.people} 个人、{done.pictures} 对照片、"
            f"{done.messages} 条消息、{done.complaints} 件热线诉求 · loaded in {time.monotonic() - began:.0f} s"
        )


def sign_ins() -> str:
    """Where to look, and one number to sign in with for each role."""

    def line(label: str, number: int) -> str:
        return f"  {label:\u3000<8}199-0000-{phone(number)[-4:]}"

    rows = [line(ROLE_LABELS[Role.RESIDENT], 1), line("同一小区的邻居", 2)]
    rows += [line(ROLE_LABELS[role], number) for role, number in SHOWN.items()]
    rows += [
        line("接手的项目负责人", TAKING_OVER) + "  （云杉里北院刚换物业：书记开交接清单，这个号码接收）",
        line("改报告的项目负责人", TO_MEND) + "  （老渡口苑的报告被社区退回，等这个号码改）",
    ]
    site = settings.SITE_URL
    return "\n".join(
        [
            "",
            f"公开页 · public   {site}/   {site}/cases   {site}/estates/yunshanli-dong",
            f"工作台 · desk     {site}/desk",
            f"验证码 · codes    {site}/outbox   （短信验证码和工作人员的动态码都在这里）",
            "登录 · sign in with a number:",
            *rows,
            "",
        ]
    )
