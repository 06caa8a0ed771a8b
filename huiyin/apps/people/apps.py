"""Django's entry to the app: its label and its name for people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "huiyin.apps.people"
    label = "people"
    verbose_name = "人员"
