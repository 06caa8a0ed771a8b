"""Django's entry to the app: its label and its name for people."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _


class PeopleConfig(AppConfig):
    name = "huiyin.apps.people"
    label = "people"
    verbose_name = "人员"

    def ready(self) -> None:
        from huiyin.apps.imports import actors as uploaders
        from huiyin.apps.people import own_data, personal_data, retention
        from huiyin.apps.people.actors import actor_of_key
        from huiyin.apps.people.permissions import can_check_households, can_see_people
        from huiyin.web import nav

        uploaders.register(actor_of_key)
        people_pages = ("people:desk_",)
        nav.register_desk(nav.Entry(_("人员"), "people:desk_people", people_pages, can_see_people))
        # Community workers come to the same pages by another door.
        nav.register_desk(
            nav.Entry(
                _("住户"),
                "people:desk_households",
                people_pages,
                lambda actor: can_check_households(actor) and not can_see_people(actor),
            )
        )

        for section in own_data.SECTIONS:
            personal_data.register(section)
        for rule in own_data.RULES:
            retention.register(rule)
