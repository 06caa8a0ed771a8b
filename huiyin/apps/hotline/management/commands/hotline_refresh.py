"""`huiyin manage hotline_refresh`: counts and names after the store was changed by the command line."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from huiyin.apps.hotline.asking import StoreBusy
from huiyin.apps.hotline.services import refresh_mirror
from huiyin.domain.errors import Refused


class Command(BaseCommand):
    help = "重新读取热线库的计数和小区写法。Mirrors the counts of the hotline's store anew."

    def handle(self, *args: object, **options: object) -> None:
        try:
            done = refresh_mirror()
        except StoreBusy as busy:
            raise CommandError("另一个程序正在写热线库，请等它做完。") from busy
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"已更新 {len(done['months'])} 个月。")
