"""Django's entry to the app: its label and its name for people."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "huiyin.apps.audit"
    label = "audit"
    verbose_name = "历史"
