"""Addresses of photos and documents."""

from django.urls import path

from huiyin.apps.evidence import views

app_name = "evidence"
urlpatterns = [
    path("media/e/<slug:token>/<str:name>", views.rendition, name="rendition"),
    path("evidence/<int:pk>/document", views.document, name="document"),
    path("desk/evidence/<int:pk>/redact", views.redact, name="redact"),
    path("desk/evidence/<int:pk>/withdraw", views.withdraw, name="withdraw"),
]
