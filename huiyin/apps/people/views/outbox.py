"""The outbox of development and demo: the codes that were not sent, and the dynamic codes of staff."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from huiyin.apps.people.models import Contact, OutboxMessage
from huiyin.apps.people.second_factor import codes_for_outbox
from huiyin.apps.people.selectors import actor_of
from huiyin.apps.people.sms import outbox_is_open


@never_cache
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    if not outbox_is_open():
        raise Http404
    codes = codes_for_outbox()
    numbers = dict(
        Contact.objects.filter(person__in=[person for person, _code in codes]).values_list(
            "person_id", "phone"
        )
    )
    staff = [
        {"label": actor_of(person).label, "phone": numbers.get(person.pk, ""), "code": code}
        for person, code in codes
    ]
    return render(request, "people/outbox.html", {"sent": OutboxMessage.objects.all()[:20], "staff": staff})
