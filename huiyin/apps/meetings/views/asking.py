"""Asking on the phone, before and during the meeting, and asking the same as somebody else."""
from django.http import HttpRequest, HttpResponse
from huiyin.apps.meetings.views.public import found, following
from huiyin.apps.meetings.forms import QuestionForm
from huiyin.web.htmx import render
from django.views.decorators.http import require_http_methods
from huiyin.web.returning import require_POST

@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    m = found(pk)
    estates=[e.estate for e in m.estates.select_related("estate")]
    return render(request, "meetings/ask.html", following(m, "ask") | {"form": QuestionForm(estates=estates), "estates": estates, "mine": []})

@require_POST
def support(request: HttpRequest, pk: int) -> HttpResponse: ...
