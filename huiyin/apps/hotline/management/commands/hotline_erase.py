"""`huiyin manage hotline_erase NUMBER…`: the words of complaints go for good, the counts stay."""

from __future__ import annotations

import argparse

from django.core.management.base import BaseCommand, CommandError

from huiyin.apps.hotline.asking import StoreBusy
from huiyin.apps.hotline.services import erase_complaints
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import Refused


class Command(BaseCommand):
    help = "删除热线诉求的内容和来电人，件数保留。Removes the words of complaints; they are still counted."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("numbers", nargs="+", metavar="NUMBER", help="工单编号")
        parser.add_argument("--reason", required=True, help="为什么删除，记入历史；不要写姓名和电话")

    def handle(self, *args: object, numbers: list[str], reason: str, **options: object) -> None:
        try:
            count = erase_complaints(numbers, reason=reason, by=SYSTEM)
        except StoreBusy as busy:
            raise CommandError("另一个程序正在写热线库，请等它做完。") from busy
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"已删除 {count} 件的内容。")
