"""Django's entry to the app: its label and its name for people."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "huiyin.apps.publishing"
    label = "publishing"
    verbose_name = "公布"
