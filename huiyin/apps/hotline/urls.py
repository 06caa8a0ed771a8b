"""Addresses of the hotline's pages, all on the desk."""

from django.urls import path

from huiyin.apps.hotline import views

app_name = "hotline"
urlpatterns = [
    path("desk/hotline/imports", views.imports, name="imports"),
    path("desk/hotline/imports/new", views.new_import, name="new_import"),
    path("desk/hotline/imports/<int:pk>", views.import_, name="import"),
    path("desk/hotline/imports/<int:pk>/columns", views.map_columns, name="map_columns"),
    path("desk/hotline/imports/<int:pk>/start", views.start_import, name="start_import"),
    path("desk/hotline/imports/<int:pk>/undo", views.undo_import, name="undo_import"),
    path("desk/hotline/imports/<int:pk>/rejected", views.rejected_rows, name="rejected_rows"),
    path("desk/hotline/complaints/register", views.register_complaint, name="register_complaint"),
    path("desk/hotline/names", views.names, name="names"),
    path("desk/hotline/names/<int:pk>/claim", views.claim_name, name="claim_name"),
    path("desk/hotline/names/<int:pk>/ignore", views.ignore_name, name="ignore_name"),
]
