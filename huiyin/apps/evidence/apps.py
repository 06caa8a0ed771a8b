"""Django's entry to the app: its label and its name for people."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "huiyin.apps.evidence"
    label = "evidence"
    verbose_name = "佐证"
