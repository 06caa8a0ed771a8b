"""The reports' place among the apps."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "huiyin.apps.reports"
    label = "reports"
    verbose_name = "报告"

    def ready(self) -> None:
        from huiyin.apps.audit import comparing
        from huiyin.apps.evidence import owners
        from huiyin.apps.ledger import copies, origins, taking_up
        from huiyin.apps.people import personal_data, retention
        from huiyin.apps.places import endings
        from huiyin.apps.policies import trials
        from huiyin.apps.reports import personal, photos, row_checks
        from huiyin.apps.reports.desk_reading import sees_reports
        from huiyin.apps.reports.looks import LOOKS
        from huiyin.apps.reports.services import taking_in
        from huiyin.apps.reports.services.cutting import cut_reports
        from huiyin.apps.reports.services.demands import ORIGIN
        from huiyin.apps.reports.services.redaction import replace_in_demands
        from huiyin.apps.reports.trials import REPORT_CHECK
        from huiyin.web import chips, nav

        chips.register(LOOKS)
        nav.register_desk(nav.Entry("报告", "reports:desk_reports", ("reports:desk_",), sees_reports))
        trials.register(REPORT_CHECK)
        endings.register("reports.reports", cut_reports)
        copies.register("reports.demands", replace_in_demands)
        taking_up.register(
            "reports.demands", taking_up.Taker(taking_in.take_in, taking_in.give_back, taking_in.place_of)
        )
        origins.register(ORIGIN, label="诉求清单", url_name="reports:demand")
        personal_data.register(personal.SECTION)
        retention.register(personal.RETENTION)
        comparing.register("reports.reports", row_checks.report_differences)
        comparing.register("reports.lists", row_checks.list_differences)
        owners.register(
            "reports.figures",
            may_manage=photos.may_manage,
            page=photos.page_of,
            may_see=photos.may_see,
        )
