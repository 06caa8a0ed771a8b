"""The policies on the desk: what is in force, since when, by whom, what was before; and a change tried on past data."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.apps.policies import trials
from huiyin.apps.policies.cells import marked
from huiyin.apps.policies.permissions import can_adopt_policy, check_read_policies, check_try_policy
from huiyin.apps.policies.selectors import policies_for_desk, policy_for_desk
from huiyin.apps.policies.tables import tables_of
from huiyin.domain.access import Actor
from huiyin.web.htmx import render
from huiyin.web.limits import is_allowed
from huiyin.web.now import now

TRY, START = "try", "start"
"""In the address: that the change is to be tried, and from which row of the past data on."""
MOST_TRIES, TRY_MINUTES = 30, 10
"""By one person; the pages that follow are of the same try, each takes up to two seconds of a processor."""


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
        "trials": trials.trials_of(name) if can_adopt_policy(by) else [],
    }
    return render(request, "policies/desk_policy.html", context)


@require_safe
def desk_trial(request: HttpRequest, name: str, trial: str) -> HttpResponse:
    """A change of a policy tried on past data; asked with the address, because nothing is changed or kept."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    check_try_policy(by)
    found = trials.find(name, trial)
    shown = policy_for_desk(by, name)
    if found is None or shown is None:
        raise Http404
    is_asked = TRY in request.GET
    form = found.form(request.GET if is_asked else None)
    context = {"policy": shown.overview, "trial": found, "form": form}
    if not (is_asked and form.is_valid()):
        return render(request, "policies/desk_trial.html", context, status=422 if form.errors else 200)
    start = _start_in(request)
    if not start and not is_allowed(request, "policies.trial", limit=MOST_TRIES, seconds=TRY_MINUTES * 60):
        told = _("您短时间内试得太多，请 %(minutes)s 分钟后再试。填好的内容还在下面。")
        form.add_error(None, told % {"minutes": TRY_MINUTES})
        return render(request, "policies/desk_trial.html", context, status=429)
    context["outcome"] = found.run(form, by, start, now())
    context["query"] = _query_without_start(request)
    return render(request, "policies/desk_trial.html", context)


def _start_in(request: HttpRequest) -> int:
    told = request.GET.get(START, "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 7 else 0


def _query_without_start(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop(START, None)
    return query.urlencode()
