"""Django's entry to the app: its label and its name for people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "huiyin.apps.people"
    label = "people"
    verbose_name = "人员"

    def ready(self) -> None:
        from huiyin.apps.imports import actors as uploaders
        from huiyin.apps.people import own_data, personal_data, retention
        from huiyin.apps.people.actors import actor_of_key

        uploaders.register(actor_of_key)

        for section in own_data.SECTIONS:
            personal_data.register(section)
        for rule in own_data.RULES:
            retention.register(rule)
