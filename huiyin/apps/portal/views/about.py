"""What a public number means, what is kept of a person, and how far the pages are usable for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from huiyin.apps.policies.selectors import policy_on
from huiyin.domain.clocks import due_day
from huiyin.domain.demands import VOICE_SOURCE_LABELS, VoiceSource
from huiyin.domain.ledger_rules import LIST_LABELS
from huiyin.web.caching import for_everyone
from huiyin.web.htmx import render
from huiyin.web.now import now as clock


@require_GET
@for_everyone
def how_numbers_are_computed(request: HttpRequest) -> HttpResponse:
    """/how-numbers: each public number's formula in words, with the values of the policy in force today."""
    today = due_day(clock())
    policy = policy_on("deadlines", today)
    demands = policy_on("reports", today).values.demands
    context = {
        "policy": policy,
        "rules": policy.values,
        "lists": [(LIST_LABELS[rule.code], rule) for rule in policy.values.lists],
        "default_list": LIST_LABELS[policy.values.default_list],
        "meetings": policy_on("meetings", today).values,
        "weights": [(VOICE_SOURCE_LABELS[VoiceSource(each.source)], each.weight) for each in demands.weights],
        "case_weight": demands.case_weight,
    }
    return render(request, "portal/how_numbers_are_computed.html", context)


@require_GET
@for_everyone
def accessibility(request: HttpRequest) -> HttpResponse:
    """/accessibility: what works, what does not yet, whom to tell."""
    return render(request, "portal/accessibility.html")


@require_GET
@for_everyone
def privacy(request: HttpRequest) -> HttpResponse:
    """/privacy: what is kept of whom, why, how long, and what one may ask for."""
    policy = policy_on("retention", due_day(clock()))
    return render(request, "portal/privacy.html", {"policy": policy, "rules": policy.values.rules})
