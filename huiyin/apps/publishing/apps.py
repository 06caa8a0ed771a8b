"""Publishing's place among the apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _


class PublishingConfig(AppConfig):
    name = "huiyin.apps.publishing"
    label = "publishing"
    verbose_name = "消息"

    def ready(self) -> None:
        from huiyin.apps.ledger import copies
        from huiyin.apps.people import personal_data, retention
        from huiyin.apps.publishing import personal
        from huiyin.apps.publishing.redaction import replace_in_messages
        from huiyin.apps.publishing.selectors import BRINGERS
        from huiyin.web import nav

        # Before the ledger's section: messages hang on askers, which that section unties from the person.
        personal_data.register(personal.SECTION)
        retention.register(personal.RETENTION)
        copies.register("publishing.messages", replace_in_messages)
        nav.register_desk(
            nav.Entry(
                _("送达"),
                "publishing:desk_messages",
                ("publishing:",),
                nav.holds_any(*BRINGERS),
            )
        )
