"""The maintenance records' place among the apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _


class UpkeepConfig(AppConfig):
    name = "huiyin.apps.upkeep"
    label = "upkeep"
    verbose_name = "保养记录"

    def ready(self) -> None:
        from huiyin.apps.audit import comparing
        from huiyin.apps.evidence import owners
        from huiyin.apps.imports import kinds
        from huiyin.apps.upkeep import facts, ledger_facts, papers, permissions, row_checks
        from huiyin.apps.upkeep.imports import RECORDS
        from huiyin.web import chips, nav

        nav.register_desk(
            nav.Entry(_("保养记录"), "upkeep:desk_records", ("upkeep:desk_",), permissions.sees_records)
        )
        chips.register(
            {
                "upkeep.replaced": chips.Chip("none", "refresh", _("已更正")),
                "upkeep.voided": chips.Chip("none", "circle-x", _("已撤回")),
                "upkeep.void": chips.Chip("none", "circle-x", _("撤回，不再计数")),
                "upkeep.correction": chips.Chip("key", "edit", _("更正后")),
            }
        )
        kinds.register(RECORDS)
        facts.register(
            ledger_facts.COMPLAINTS_ON_TIME, label=_("台账"), answer=ledger_facts.complaints_on_time
        )
        comparing.register("upkeep.records", row_checks.record_differences)
        owners.register(
            "upkeep.records", may_manage=papers.may_manage, page=papers.page_of, may_see=papers.may_see
        )
