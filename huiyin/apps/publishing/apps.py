"""Publishing's place among the apps."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "huiyin.apps.publishing"
    label = "publishing"
    verbose_name = "消息"

    def ready(self) -> None:
        from huiyin.apps.publishing import reactions  # noqa: F401 declares what publishing does on events
