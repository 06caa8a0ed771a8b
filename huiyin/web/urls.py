"""Addresses of the machinery itself."""

from django.urls import path

from huiyin.web import views

urlpatterns = [path("reading-mode", views.reading_mode, name="reading_mode")]
