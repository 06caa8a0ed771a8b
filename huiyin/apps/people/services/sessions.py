"""Ending every session of a person."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session

from huiyin.apps.people.models import Person


def end_sessions(person: Person, now: datetime) -> int:
    """Sessions name their person only inside; this happens rarely enough to look through the live ones."""
    theirs = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=now).iterator()
        if str(session.get_decoded().get("_auth_user_id", "")) == str(person.pk)
    ]
    return Session.objects.filter(pk__in=theirs).delete()[0]
