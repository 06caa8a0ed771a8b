"""What the meetings' desk pages share: who is at the desk, and which meeting or forum lies in their scopes."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from huiyin.apps.meetings.forum_selectors import forums_for_desk
from huiyin.apps.meetings.models import Forum, Meeting
from huiyin.apps.meetings.permissions import sees_meetings
from huiyin.apps.meetings.selectors import meetings_for_desk
from huiyin.domain.access import Actor


def actor_at_desk(request: HttpRequest) -> Actor:
    """The actor; 404 for who sees no meeting."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not sees_meetings(actor):
        raise Http404
    return actor


def meeting_at_desk(request: HttpRequest, pk: int) -> tuple[Actor, Meeting]:
    """A meeting inside the actor's scopes; any other is a 404."""
    actor = actor_at_desk(request)
    return actor, get_object_or_404(meetings_for_desk(actor), pk=pk)


def forum_at_desk(request: HttpRequest, pk: int) -> tuple[Actor, Forum]:
    actor = actor_at_desk(request)
    return actor, get_object_or_404(forums_for_desk(actor), pk=pk)
