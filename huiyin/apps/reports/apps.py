"""The reports' place among the apps."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "huiyin.apps.reports"
    label = "reports"
    verbose_name = "报告"

    def ready(self) -> None:
        from huiyin.apps.reports.looks import LOOKS
        from huiyin.web import chips

        chips.register(LOOKS)
