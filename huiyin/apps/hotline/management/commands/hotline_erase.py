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
            gone = erase_complaints(numbers, reason=reason, by=SYSTEM)
        except StoreBusy as busy:
            raise CommandError("另一个程序正在写热线库，请等它做完。") from busy
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"已删除 {gone.complaints} 件的内容。以后再导入同样的工单编号，内容也不会回来。")
        if gone.files:
            self.stdout.write(f"可能写着它们的原文件也删除了 {gone.files} 份；还没有存入的，请重新上传。")
        if gone.underway:
            self.stdout.write(f"还有 {gone.underway} 份文件正在检查或存入，没有查看。请等做完后再运行一次。")
        for number in gone.cases:
            self.stdout.write(
                f"其中一件已登记为 {number}，台账里的文字还在：请社区书记打开 /desk/cases/{number}/texts 遮盖公开文字。"
            )
