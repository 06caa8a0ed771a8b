"""The ledger's place among the apps."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "huiyin.apps.ledger"
    label = "ledger"
    verbose_name = "台账"
