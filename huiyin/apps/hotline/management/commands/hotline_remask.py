"""`huiyin manage hotline_remask`: what the rules of masking find now is covered in what was stored before."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from huiyin.apps.hotline.asking import StoreBusy
from huiyin.apps.hotline.services import remask_complaints
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import Refused


class Command(BaseCommand):
    help = "按现在的规则重新遮盖已存入的诉求。Masks again what the hotline keeps of complaints."

    def handle(self, *args: object, **options: object) -> None:
        try:
            done = remask_complaints(by=SYSTEM)
        except StoreBusy as busy:
            raise CommandError("另一个程序正在写热线库，请等它做完。") from busy
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"重新遮盖了 {done.complaints} 件诉求、{done.replaced} 件留作撤销的、"
            f"{done.rejected} 行退回的、{done.shown} 处样例。"
        )
        for sentence in done.unread:
            self.stderr.write(sentence)
        if done.underway:
            self.stdout.write(f"还有 {done.underway} 份文件正在检查或存入，没有查看。请等做完后再运行一次。")
        self.stdout.write("已登记案件的公开文字不会改动：需要的，请社区书记在台账里手工遮盖。")
