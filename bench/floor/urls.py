"""The floor's four addresses."""

from django.urls import path

from bench.floor import views

urlpatterns = [
    path("entries", views.entry_list, name="list"),
    path("entries/<str:number>", views.entry, name="entry"),
    path("new", views.create, name="create"),
    path("poll", views.poll, name="poll"),
]
