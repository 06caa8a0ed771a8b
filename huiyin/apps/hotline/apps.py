"""The hotline's place among the apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _


class HotlineConfig(AppConfig):
    name = "huiyin.apps.hotline"
    label = "hotline"
    verbose_name = "12345 热线"

    def ready(self) -> None:
        from huiyin.apps.hotline import reach
        from huiyin.web import nav

        nav.register_desk(
            nav.Entry(_("诉求"), "hotline:desk_hotline", ("hotline:desk_",), reach.sees_numbers)
        )
