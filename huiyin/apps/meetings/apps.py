"""The meetings' place among the apps."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "huiyin.apps.meetings"
    label = "meetings"
    verbose_name = "报告会"

    def ready(self) -> None:
        from huiyin.apps.audit import comparing
        from huiyin.apps.audit.openings import open_text
        from huiyin.apps.ledger import copies
        from huiyin.apps.meetings import forum_facts, looks, personal, row_checks, where_from
        from huiyin.apps.meetings.covering import cover_where_heard
        from huiyin.apps.meetings.redaction import replace_at_meetings, replace_in_agendas
        from huiyin.apps.people import personal_data, retention
        from huiyin.apps.reports import covered_words
        from huiyin.apps.upkeep import facts

        looks.register()
        personal_data.register(personal.SECTION)
        retention.register(personal.RETENTION)
        retention.register(personal.LETTERS)
        copies.register("meetings.agendas", replace_in_agendas)
        copies.register("meetings.questions", replace_at_meetings)
        covered_words.register("meetings.meetings", cover_where_heard)
        comparing.register("meetings.meetings", row_checks.differences)
        comparing.register("meetings.forums", row_checks.forum_differences)
        # What was said on the spot and why a question is not shown stand on public pages unshortened.
        open_text("meetings.question_answered", "answer", "answered_by")
        open_text("meetings.question_hidden", "reason")
        open_text("meetings.question_rejected", "reason")
        open_text("meetings.words_covered", "reason")
        facts.register(forum_facts.FORUMS, label="座谈会", answer=forum_facts.forums_held)
        where_from.register()
