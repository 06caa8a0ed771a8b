"""`huiyin load-policies`: adopt the policy files that come with Huiyin; part of `huiyin migrate`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from huiyin.apps.policies.selectors import PolicyUnreadable, versions_kept
from huiyin.apps.policies.services import SeedOutcome, load_seeds

TOLD = {
    SeedOutcome.ADOPTED: "adopted 已采用",
    SeedOutcome.KNOWN: "known 已有",
    SeedOutcome.CHANGED: "CHANGED 文件改了但版本号没有改，仍按已采用的内容执行；要改请用新的版本号",
    SeedOutcome.OVERRULED: "left out 本区已采用自己的版本，随软件来的新版本不自动生效",
    SeedOutcome.PASSED_OVER: "passed over 已有更新的版本，这一版不再采用",
}

UNREADABLE = (
    "This release cannot read a version that was adopted; go back and report it. 请退回原来的版本并报告。"
)


class Command(BaseCommand):
    help = "Adopt the policy files that come with Huiyin. 采用随软件提供的规则文件。"

    def handle(self, *args: Any, **options: Any) -> None:
        for seed in load_seeds():
            line = f"{seed.version}: {TOLD[seed.outcome]}"
            stream = self.stderr if seed.outcome is SeedOutcome.CHANGED else self.stdout
            stream.write(line)
        self.tell_gaps()

    def tell_gaps(self) -> None:
        """An upgrade stops here rather than at the first page when the new release cannot read what was adopted."""
        try:
            kept = versions_kept()
        except PolicyUnreadable as fault:
            raise CommandError(f"{fault}\n{UNREADABLE}") from None
        for each in kept:
            if each.gaps.unwritten:
                keys = "、".join(each.gaps.unwritten)
                self.stdout.write(f"{each.version}: defaults for 此版本未写、按系统默认的：{keys}")
