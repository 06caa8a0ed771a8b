"""Django's entry to the app: its label and its name for people."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "huiyin.apps.places"
    label = "places"
    verbose_name = "地点"

    def ready(self) -> None:
        from huiyin.apps.places import import_kinds

        import_kinds.register_all()
