"""Who may manage a photo: the app that owns it decides, until then whoever brought it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from huiyin.apps.evidence import owners
from huiyin.apps.evidence.models import Evidence
from huiyin.domain.access import ANONYMOUS, SYSTEM, Actor
from huiyin.domain.errors import NotPermitted


def check_manage(actor: Actor, evidence: Evidence) -> None:
    """Raise NotPermitted unless the actor may cover parts of the photo or take it down.

    An attached photo is a witness in someone's matter: whoever brought it keeps no special right to it.
    """
    if actor.key == SYSTEM.key:
        return
    answers = owners.answers(actor, evidence)
    allowed = any(answers) if answers else actor.key == evidence.uploaded_by_key != ANONYMOUS.key
    if not allowed:
        raise NotPermitted(_("这张照片不归您管。"))


def can_manage(actor: Actor, evidence: Evidence) -> bool:
    """True if `check_manage` passes."""
    try:
        check_manage(actor, evidence)
    except NotPermitted:
        return False
    return True
