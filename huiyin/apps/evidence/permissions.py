"""Who may manage or see a piece of evidence: the app that owns it decides, until then whoever brought it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from huiyin.apps.evidence import owners
from huiyin.apps.evidence.models import Evidence
from huiyin.domain.access import ANONYMOUS, SYSTEM, Actor
from huiyin.domain.errors import NotPermitted


def check_manage(actor: Actor, evidence: Evidence) -> None:
    """Raise NotPermitted unless the actor may cover parts of the photo, or take it or the document down.

    An attached photo is a witness in someone's matter: whoever brought it keeps no special right to it.
    """
    if actor.key == SYSTEM.key:
        return
    if not _allowed(actor, evidence, owners.answers(actor, evidence)):
        raise NotPermitted(_("这份佐证不归您管。"))


def can_manage(actor: Actor, evidence: Evidence) -> bool:
    """True if `check_manage` passes."""
    try:
        check_manage(actor, evidence)
    except NotPermitted:
        return False
    return True


def check_see_document(actor: Actor, evidence: Evidence) -> None:
    """Raise NotPermitted unless the actor may download the document: who manages it may as well."""
    answers = owners.answers_on_seeing(actor, evidence) + owners.answers(actor, evidence)
    if not _allowed(actor, evidence, answers):
        raise NotPermitted(_("这份文件不对您公开。"))


def _allowed(actor: Actor, evidence: Evidence, answers: list[bool]) -> bool:
    return any(answers) if answers else actor.key == evidence.uploaded_by_key != ANONYMOUS.key
