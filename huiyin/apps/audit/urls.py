"""Where anyone checks that nothing was changed."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from huiyin.apps.audit import views


class CaseNumber(StringConverter):
    regex = "[A-Za-z0-9][A-Za-z0-9._-]{0,60}"


class Day(StringConverter):
    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


register_converter(CaseNumber, "audit_case_number")
register_converter(Day, "audit_day")

app_name = "audit"
urlpatterns = [
    path("verify", views.verify, name="verify"),
    path("verify/anchors.json", views.anchors, name="anchors"),
    path("verify/heads/<audit_day:day>.json", views.heads, name="heads"),
    path("cases/<audit_case_number:number>/history.json", views.case_history, name="case_history"),
]
