"""Terms of the community committees: a new one begins, and who has not held the first meeting in time."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.desk_forms.terms import TermForm
from huiyin.apps.meetings.models import CommitteeTerm
from huiyin.apps.meetings.permissions import AREA_ROLES
from huiyin.apps.meetings.selectors import laggards
from huiyin.apps.meetings.services.terms import can_start_term, start_term
from huiyin.apps.meetings.views.desk import actor_at_desk
from huiyin.apps.places.models import Area
from huiyin.apps.places.selectors import areas_for_desk, inside_q
from huiyin.domain.access import Actor, Role
from huiyin.domain.errors import RuleBroken
from huiyin.web.htmx import redirect, render
from huiyin.web.now import now as clock
from huiyin.web.pagination import paginate


def areas_to_start(actor: Actor) -> QuerySet[Area]:
    """The communities whose terms this actor may record: all of a street, or the own one."""
    paths = [scope.path for scope in actor.scopes(Role.STREET_OFFICER, Role.SECRETARY)]
    areas = areas_for_desk(actor).filter(level=Area.Level.COMMUNITY)
    return areas.filter(pk__in=[area.pk for area in areas if paths and can_start_term(actor, area)])


@require_http_methods(["GET", "POST"])
def desk_terms(request: HttpRequest) -> HttpResponse:
    """/desk/terms."""
    actor = actor_at_desk(request)
    areas = areas_to_start(actor)
    may_start = areas.exists()
    if request.method == "POST" and not may_start:
        raise Http404
    form = TermForm(request.POST or None, areas=areas)
    if request.method == "POST" and form.is_valid():
        try:
            start_term(area=form.cleaned_data["area"], starts_on=form.cleaned_data["starts_on"], by=actor)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("新一届已登记。报告会要在规定的日子里开。"))
            return redirect(request, "meetings:desk_terms")
    now = clock()
    terms = CommitteeTerm.objects.select_related("area").filter(
        inside_q(actor.scopes(*AREA_ROLES), path="area__path")
    )
    context = {
        "form": form if may_start else None,
        "laggards": laggards(now, actor),
        "days": limits.policy(now).notice.first_thing_days,
        "page": paginate(request, terms, per_page=50, count=False),
        "tab": "terms",
    }
    return render(request, "meetings/desk_terms.html", context, status=422 if form.errors else 200)
