"""Four pages written the plain way: a list of 50, a record with its notes, a form, a poll."""

import uuid
from datetime import timedelta

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from bench.floor.models import Entry


class EntryForm(forms.ModelForm):
    class Meta:
        model = Entry
        fields = ("title", "text", "place")


def entry_list(request: HttpRequest) -> HttpResponse:
    return render(request, "floor/list.html", {"entries": Entry.objects.select_related("place")[:50]})


def entry(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Entry.objects.select_related("place"), number=number)
    return render(request, "floor/entry.html", {"entry": found, "notes": found.notes.all()})


@login_required
def create(request: HttpRequest) -> HttpResponse:
    form = EntryForm(request.POST)
    if not form.is_valid():
        return render(request, "floor/form.html", {"form": form}, status=422)
    new = form.save(commit=False)
    new.number = uuid.uuid4().hex[:11]
    new.status = "open"
    new.registered_at = timezone.now()
    new.due_at = new.registered_at + timedelta(days=30)
    new.save()
    return redirect("entry", new.number)


def poll(request: HttpRequest) -> HttpResponse:
    latest = Entry.objects.values("number", "status", "due_at").first()
    return JsonResponse({"latest": latest})
