"""`huiyin load-policies`: adopt the policy files that come with Huiyin; part of `huiyin migrate`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from huiyin.apps.policies.services import SeedOutcome, load_seeds

TOLD = {
    SeedOutcome.ADOPTED: "adopted 已采用",
    SeedOutcome.KNOWN: "known 已有",
    SeedOutcome.CHANGED: "CHANGED 文件改了但版本号没有改，仍按已采用的内容执行；要改请用新的版本号",
    SeedOutcome.OVERRULED: "left out 本区已采用自己的版本，随软件来的新版本不自动生效",
}


class Command(BaseCommand):
    help = "Adopt the policy files that come with Huiyin. 采用随软件提供的规则文件。"

    def handle(self, *args: Any, **options: Any) -> None:
        for seed in load_seeds():
            line = f"{seed.version}: {TOLD[seed.outcome]}"
            stream = self.stderr if seed.outcome is SeedOutcome.CHANGED else self.stdout
            stream.write(line)
