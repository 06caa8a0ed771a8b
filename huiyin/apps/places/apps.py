"""Django's entry to the app: its label and its name for people."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "huiyin.apps.places"
    label = "places"
    verbose_name = "地点"
