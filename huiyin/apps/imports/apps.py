"""Django's entry to the app: its label, its name for people, and how its states look."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _


class ImportsConfig(AppConfig):
    name = "huiyin.apps.imports"
    label = "imports"
    verbose_name = "导入"

    def ready(self) -> None:
        from huiyin.apps.imports import permissions
        from huiyin.apps.imports.models import Import
        from huiyin.web import chips, nav

        nav.register_desk(nav.Entry(_("导入"), "imports:list", ("imports:",), permissions.can_open))

        looks = {
            Import.State.UPLOADED: ("warn", "list-check"),
            Import.State.MAPPED: ("key", "hourglass"),
            Import.State.CHECKED: ("warn", "player-play"),
            Import.State.RUNNING: ("key", "progress"),
            Import.State.DONE: ("ok", "circle-check"),
            Import.State.FAILED: ("bad", "alert-octagon"),
            Import.State.UNDONE: ("none", "circle-minus"),
        }
        chips.register(
            {
                f"imports.{state}": chips.Chip(kind, icon, str(state.label))
                for state, (kind, icon) in looks.items()
            }
            | {"imports.nothing_new": chips.Chip("none", "circle-minus", _("检查过，没有可导入的"))}
        )
