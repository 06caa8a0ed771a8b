"""Django's entry to the app: its label, its name for people, and what it forgets when."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "huiyin.apps.evidence"
    label = "evidence"
    verbose_name = "佐证"

    def ready(self) -> None:
        from huiyin.apps.evidence import personal
        from huiyin.apps.people import personal_data, retention

        personal_data.register(personal.SECTION)
        retention.register(personal.RETENTION)
