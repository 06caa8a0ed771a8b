"""Addresses of the composed pages."""

from django.urls import path

from huiyin.apps.portal.views import about, desk, places

app_name = "portal"
urlpatterns = [
    path("", places.home, name="home"),
    path("streets", places.street_list, name="street_list"),
    path("streets/<str:code>", places.street, name="street"),
    path("estates/<slug:slug>", places.estate, name="estate"),
    path("companies/<int:pk>", places.company, name="company"),
    path("how-numbers", about.how_numbers_are_computed, name="how_numbers_are_computed"),
    path("accessibility", about.accessibility, name="accessibility"),
    path("privacy", about.privacy, name="privacy"),
    path("desk", desk.desk, name="desk"),
]
