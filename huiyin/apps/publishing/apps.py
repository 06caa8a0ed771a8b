"""Publishing's place among the apps."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "huiyin.apps.publishing"
    label = "publishing"
    verbose_name = "消息"

    def ready(self) -> None:
        from huiyin.apps.people import personal_data, retention
        from huiyin.apps.publishing import personal

        # Before the ledger's section: messages hang on askers, which that section unties from the person.
        personal_data.register(personal.SECTION)
        retention.register(personal.RETENTION)
