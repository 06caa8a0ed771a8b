"""The policies on the desk, to read: what is in force, since when, by whom, and what was before."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.apps.policies.cells import marked
from huiyin.apps.policies.permissions import check_read_policies
from huiyin.apps.policies.selectors import policies_for_desk, policy_for_desk
from huiyin.apps.policies.tables import tables_of
from huiyin.domain.access import Actor
from huiyin.web.htmx import render


@require_safe
def desk_policies(request: HttpRequest) -> HttpResponse:
    """All policies, each with the version in force."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    check_read_policies(by)
    return render(request, "policies/desk_policies.html", {"policies": policies_for_desk(by)})


@require_safe
def desk_policy(request: HttpRequest, name: str) -> HttpResponse:
    """One policy in readable tables; `?version=2026-01-01` shows another version than the one in force."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    check_read_policies(by)
    shown = policy_for_desk(by, name, number=request.GET.get("version", ""))
    if shown is None:
        raise Http404
    unwritten = {_(added.label) for added in shown.gaps.unwritten.values()}
    context = {
        "policy": shown.overview,
        "version": shown.version,
        "tables": [marked(table, unwritten) for table in tables_of(shown.values) if table.rows],
        "unwritten_count": len(unwritten),
        "unused": shown.gaps.unused,
    }
    return render(request, "policies/desk_policy.html", context)
