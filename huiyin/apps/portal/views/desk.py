"""/desk: my work today."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from huiyin.apps.ledger.permissions import ENTERING_ROLES
from huiyin.apps.portal.selectors.boards import board_of
from huiyin.domain.access import Actor
from huiyin.web.htmx import render
from huiyin.web.now import now as clock


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The gate before /desk lets only staff in; each of them sees what their roles bring."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = clock()
    board = board_of(actor, now)
    context = {"board": board, "now": now, "may_enter": bool(actor.scopes(*ENTERING_ROLES))}
    return render(request, "portal/desk.html", context)
