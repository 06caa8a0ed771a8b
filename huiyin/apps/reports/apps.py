"""The reports' place among the apps."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "huiyin.apps.reports"
    label = "reports"
    verbose_name = "报告"

    def ready(self) -> None:
        from huiyin.apps.reports.desk_reading import sees_reports
        from huiyin.apps.reports.looks import LOOKS
        from huiyin.web import chips, nav

        chips.register(LOOKS)
        nav.register_desk(nav.Entry("报告", "reports:desk_reports", ("reports:desk_",), sees_reports))
