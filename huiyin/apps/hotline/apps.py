"""The hotline's place among the apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _


class HotlineConfig(AppConfig):
    name = "huiyin.apps.hotline"
    label = "hotline"
    verbose_name = "12345 热线"

    def ready(self) -> None:
        from huiyin.apps.hotline import case_facts, personal, reach
        from huiyin.apps.hotline.models import HotlineImport
        from huiyin.apps.hotline.published_list import PUBLISHED
        from huiyin.apps.hotline.services import cases, topics
        from huiyin.apps.imports import kinds
        from huiyin.apps.ledger import origins
        from huiyin.apps.people import personal_data, retention
        from huiyin.web import chips, nav

        nav.register_desk(nav.Entry(_("诉求"), "hotline:desk_hotline", ("hotline:",), reach.sees_numbers))
        looks = {
            HotlineImport.State.UPLOADED: ("warn", "list-check"),
            HotlineImport.State.CHECKING: ("key", "hourglass"),
            HotlineImport.State.CHECKED: ("warn", "player-play"),
            HotlineImport.State.RUNNING: ("key", "progress"),
            HotlineImport.State.STORED: ("ok", "circle-check"),
            HotlineImport.State.UNDOING: ("key", "progress"),
            HotlineImport.State.UNDONE: ("none", "circle-minus"),
            HotlineImport.State.FAILED: ("bad", "alert-octagon"),
        }
        chips.register(
            {
                f"hotline.{state}": chips.Chip(kind, icon, str(state.label))
                for state, (kind, icon) in looks.items()
            }
        )
        origins.register_facts(cases.ORIGIN, case_facts.facts_of_complaint)
        origins.register_facts(topics.ORIGIN, case_facts.facts_of_topic)
        kinds.register(PUBLISHED)
        personal_data.register(personal.SECTION)
        retention.register(personal.RETENTION)
