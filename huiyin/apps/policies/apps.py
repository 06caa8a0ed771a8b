"""Django's entry to the app: its label and its name for people."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "huiyin.apps.policies"
    label = "policies"
    verbose_name = "规则"
