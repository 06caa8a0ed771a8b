"""Django's entry to the app: its label and its name for people."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "huiyin.apps.policies"
    label = "policies"
    verbose_name = "规则"

    def ready(self) -> None:
        from huiyin.apps.people.retention import register
        from huiyin.apps.policies.retention import RULES

        for rule in RULES:
            register(rule)
