"""Django's entry to the app: its label and its name for people."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "huiyin.apps.portal"
    label = "portal"
    verbose_name = "门户"
