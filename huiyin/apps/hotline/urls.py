"""Addresses of the hotline: at the desk alone."""

from django.urls import path, re_path

from huiyin.apps.hotline.views import numbers

app_name = "hotline"
urlpatterns = [
    path("desk/hotline", numbers.desk_hotline, name="desk_hotline"),
    path("desk/hotline/rankings", numbers.desk_rankings, name="desk_rankings"),
    re_path(
        r"^desk/hotline/rankings/export\.(?P<form>xlsx|csv)$", numbers.export_rankings, name="export_rankings"
    ),
    path("desk/hotline/streets/<str:code>", numbers.desk_street, name="desk_street"),
    path("desk/hotline/estates/<slug:slug>", numbers.desk_estate, name="desk_estate"),
    path("desk/hotline/companies/<int:pk>", numbers.desk_company, name="desk_company"),
]
