"""Addresses of the machinery itself."""

from django.urls import path

from huiyin.web import offline, views

urlpatterns = [
    path("reading-mode", views.reading_mode, name="reading_mode"),
    path("sw.js", offline.service_worker, name="service_worker"),
    path("offline", offline.offline, name="offline"),
]
