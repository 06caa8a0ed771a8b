"""The ledger's place among the apps."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "huiyin.apps.ledger"
    label = "ledger"
    verbose_name = "台账"

    def ready(self) -> None:
        from huiyin.apps.audit import comparing
        from huiyin.apps.audit.openings import open_text
        from huiyin.apps.evidence import owners
        from huiyin.apps.imports import kinds
        from huiyin.apps.ledger import imports, personal, photos, row_checks
        from huiyin.apps.ledger.desk_selectors import sees_ledger
        from huiyin.apps.people import personal_data, retention
        from huiyin.web import nav

        nav.register_desk(nav.Entry("台账", "ledger:desk_cases", ("ledger:desk_",), sees_ledger))
        kinds.register(imports.CASES)
        personal_data.register(personal.SECTION)
        retention.register(personal.RETENTION)
        # Anybody may check a public reply word by word; the masked text is public already.
        open_text("ledger.case_replied", "text")
        open_text("ledger.text_redacted", "words")
        comparing.register("ledger.cases", row_checks.differences)
        owners.register("ledger.replies", may_manage=photos.may_manage, page=photos.page_of)
