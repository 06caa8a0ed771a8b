"""People and roles at the desk: who holds what, checking households, opening a contact, the log of openings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.apps.people import permissions, selectors, services
from huiyin.apps.people.actors import scopes_of_assignment
from huiyin.apps.people.forms import GrantForm, ReasonForm, RoleFilterForm
from huiyin.domain.access import Actor, Role
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import render as render_part
from huiyin.web.now import now
from huiyin.web.pagination import paginate
from huiyin.web.returning import require_POST


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _common(request: HttpRequest) -> dict[str, Any]:
    """What the tabs of these pages need."""
    actor = _actor(request)
    return {
        "sees_people": permissions.can_see_people(actor),
        "checks_households": permissions.can_check_households(actor),
        "sees_openings": permissions.can_see_openings(actor),
    }


@require_GET
def desk_people(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    permissions.check_see_people(actor)
    form = RoleFilterForm(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = selectors.roles_for_desk(actor, text=wanted.get("q", ""), role=wanted.get("role", ""))
    page = paginate(request, rows, per_page=30)
    today = now().date()
    standing = selectors.standing_roles({assignment.person_id for assignment in page.items}, today)
    for assignment in page.items:
        scope = next(iter(scopes_of_assignment(assignment)))
        assignment.has_ended = assignment.is_over(today)
        assignment.can_end = not assignment.has_ended and permissions.can_grant(
            actor, Role(assignment.role), scope
        )
        assignment.can_reset = assignment.can_end and permissions.can_reset_second_factor(
            actor, standing[assignment.person_id]
        )
    context = _common(request) | {
        "form": RoleFilterForm(initial=wanted),
        "page": page,
        "vacancies": selectors.vacancies(actor) if page.number == 1 else [],
        "can_grant": bool(permissions.grantable_roles(actor)),
        "today": today,
    }
    return render_part(request, "people/desk_people.html", context, fragment="people/_roles.html")


@never_cache
@require_http_methods(["GET", "POST"])
def desk_grant(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    if not permissions.grantable_roles(actor):
        raise Http404
    form = GrantForm(
        request.POST if request.method == "POST" else None, actor=actor, initial={"starts_on": now().date()}
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            with transaction.atomic():
                person = services.register_person(phone=told["phone"], display_name=told["name"], by=actor)
                services.set_display_name(person=person, display_name=told["name"], by=actor)
                services.grant_role(
                    person=person,
                    role=Role(told["role"]),
                    place=form.chosen_place(),
                    starts_on=told["starts_on"],
                    ends_on=told["ends_on"],
                    by=actor,
                )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("已经任命。对方用这个手机号登录，第一次登录时设置动态码。"))
            return redirect("people:desk_people")
    return render(request, "people/desk_grant.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def desk_end_role(request: HttpRequest, pk: int) -> HttpResponse:
    actor = _actor(request)
    assignment = get_object_or_404(selectors.roles_for_desk(actor), pk=pk)
    try:
        services.revoke_role(assignment=assignment, by=actor)
        messages.success(request, _("这个角色已经结束。"))
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
    return redirect("people:desk_people")


@require_POST
def desk_reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    actor = _actor(request)
    assignment = get_object_or_404(selectors.roles_for_desk(actor), pk=pk)
    try:
        services.reset_second_factor(assignment=assignment, by=actor)
        messages.success(request, _("动态码已经清除。对方下次登录时重新设置。"))
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
    return redirect("people:desk_people")


@require_GET
def desk_households(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    if not permissions.can_check_households(actor):
        raise Http404
    page = paginate(request, selectors.memberships_to_check(actor), per_page=30)
    return render(request, "people/desk_households.html", _common(request) | {"page": page})


@require_POST
def desk_check_household(request: HttpRequest, pk: int) -> HttpResponse:
    actor = _actor(request)
    membership = get_object_or_404(selectors.memberships_to_check(actor), pk=pk)
    try:
        if request.POST.get("lives_here") == "1":
            services.verify_household(membership=membership, by=actor)
            messages.success(request, _("已经核实。"))
        else:
            services.end_membership(membership=membership, by=actor)
            messages.success(request, _("已经去掉这条住址。"))
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
    return redirect("people:desk_households")


@never_cache
@require_http_methods(["GET", "POST"])
def desk_contact(request: HttpRequest, pk: int) -> HttpResponse:
    actor = _actor(request)
    person = get_object_or_404(selectors.residents_for_desk(actor), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    phone = ""
    if request.method == "POST" and form.is_valid():
        try:
            phone = services.open_contact(person=person, reason=form.cleaned_data["reason"], by=actor)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
    context = {"form": form, "person": person, "homes": selectors.memberships_of(person), "phone": phone}
    return render(request, "people/desk_contact.html", context, status=422 if form.errors else 200)


@require_GET
def desk_openings(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    permissions.check_see_openings(actor)
    page = paginate(request, selectors.openings_for_desk(actor), per_page=50)
    return render(request, "people/desk_openings.html", _common(request) | {"page": page})
