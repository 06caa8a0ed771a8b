"""`huiyin manage policies_reference`: write docs/reference/policies.md anew from the policy files."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from huiyin.apps.policies.reference import REFERENCE, reference


class Command(BaseCommand):
    help = "Write docs/reference/policies.md from the policy files."

    def handle(self, *args: Any, **options: Any) -> None:
        REFERENCE.parent.mkdir(parents=True, exist_ok=True)
        REFERENCE.write_text(reference(), encoding="utf-8")
        self.stdout.write(str(REFERENCE))
