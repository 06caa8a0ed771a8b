"""The hotline's place among the apps."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "huiyin.apps.hotline"
    label = "hotline"
    verbose_name = "12345 热线"
