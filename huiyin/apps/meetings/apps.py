"""The meetings' place among the apps."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "huiyin.apps.meetings"
    label = "meetings"
    verbose_name = "报告会"

    def ready(self) -> None:
        from huiyin.apps.audit import comparing
        from huiyin.apps.ledger import origins
        from huiyin.apps.meetings import personal, row_checks
        from huiyin.apps.people import personal_data, retention

        personal_data.register(personal.SECTION)
        retention.register(personal.RETENTION)
        comparing.register("meetings.meetings", row_checks.differences)
        origins.register("meetings.question", label="报告会提问", url_name="meetings:question")
        origins.register("meetings.meeting", label="报告会", url_name="meetings:meeting")
        origins.register("meetings.forum", label="业主座谈会", url_name="meetings:forum")
