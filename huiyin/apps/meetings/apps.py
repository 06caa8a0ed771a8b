"""The meetings' place among the apps."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "huiyin.apps.meetings"
    label = "meetings"
    verbose_name = "报告会"
