"""What is done with a topic of the complaints."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.apps.hotline import services
from huiyin.apps.hotline.reach import places_for_desk, topics_in
from huiyin.apps.hotline.views.numbers import actor_at_desk
from huiyin.apps.ledger.permissions import acts_as_secretary
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import scope_of_estate
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect
from huiyin.web.returning import require_POST


@require_POST
def send_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Into the ledger's topics, from where the next demand list takes it; the secretary of the community."""
    actor = actor_at_desk(request)
    topic = get_object_or_404(topics_in(places_for_desk(actor)), pk=pk)
    estate = Estate.objects.select_related("area").get(pk=topic.estate_id)
    if not acts_as_secretary(actor, scope_of_estate(estate), estate.area_id):
        raise Http404
    try:
        services.send_topic(topic, by=actor)
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
    else:
        messages.success(request, _("已加入台账的热点，下一份核心诉求清单会列出它。"))
    period = urlencode({"period": request.POST.get("period", "")[:10]})
    return redirect(
        request, f"{reverse('hotline:desk_estate', args=[estate.slug])}?{period}#topic-{topic.pk}"
    )
