"""Publishing's place among the apps."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "huiyin.apps.publishing"
    label = "publishing"
    verbose_name = "消息"
