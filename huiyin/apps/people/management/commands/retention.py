"""`huiyin retention`: remove what may not be kept longer, now, and say how much."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from huiyin.apps.people import retention
from huiyin.web.now import now


class Command(BaseCommand):
    help = "清理到期的个人信息和登录记录。Removes personal data and access logs whose time is over."

    def handle(self, *args: object, **options: object) -> None:
        counts = retention.run_all(now())
        for rule in retention.rules():
            count = counts[rule.name]
            line = _("%(label)s（保留 %(days)s 天）：%(count)s 条") % {
                "label": rule.label,
                "days": rule.after_days,
                "count": count if count >= 0 else _("出错，见日志"),
            }
            self.stdout.write(line)
        if any(count < 0 for count in counts.values()):
            raise CommandError(_("有一项没有清理成功。"))
