"""Django's entry to the app: its label and its name for people."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "huiyin.apps.imports"
    label = "imports"
    verbose_name = "导入"
