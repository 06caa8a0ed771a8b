"""The audit app: append-only history, anchors, reactions."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from huiyin.web import anchors


class AuditConfig(AppConfig):
    name = "huiyin.apps.audit"
    label = "audit"
    verbose_name = "历史与核验"

    def ready(self) -> None:
        from huiyin.apps.audit.selectors import latest_anchor

        anchors.register(latest_anchor)
        # Every app declares its reactions in reactions.py; a web process must know them to defer their jobs.
        autodiscover_modules("reactions")
