"""The reports' place among the apps."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "huiyin.apps.reports"
    label = "reports"
    verbose_name = "报告"

    def ready(self) -> None:
        from huiyin.apps.audit import comparing
        from huiyin.apps.evidence import owners
        from huiyin.apps.ledger import origins
        from huiyin.apps.people import personal_data
        from huiyin.apps.reports import personal, photos, row_checks
        from huiyin.apps.reports.desk_reading import sees_reports
        from huiyin.apps.reports.looks import LOOKS
        from huiyin.apps.reports.services.demands import ORIGIN
        from huiyin.web import chips, nav

        chips.register(LOOKS)
        nav.register_desk(nav.Entry("报告", "reports:desk_reports", ("reports:desk_",), sees_reports))
        origins.register(ORIGIN, label="诉求清单", url_name="reports:demand")
        personal_data.register(personal.SECTION)
        comparing.register("reports.reports", row_checks.report_differences)
        comparing.register("reports.lists", row_checks.list_differences)
        owners.register("reports.figures", may_manage=photos.may_manage, page=photos.page_of)
