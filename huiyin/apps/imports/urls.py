"""Addresses of the import pages, all on the desk."""

from django.urls import path

from huiyin.apps.imports import views

app_name = "imports"
urlpatterns = [
    path("desk/imports", views.imports, name="list"),
    path("desk/imports/new", views.new, name="new"),
    path("desk/imports/blank/<str:kind>", views.blank, name="blank"),
    path("desk/imports/<int:pk>", views.detail, name="detail"),
    path("desk/imports/<int:pk>/mapping", views.mapping, name="mapping"),
    path("desk/imports/<int:pk>/sheet", views.sheet, name="sheet"),
    path("desk/imports/<int:pk>/start", views.start, name="start"),
    path("desk/imports/<int:pk>/resume", views.resume, name="resume"),
    path("desk/imports/<int:pk>/undo", views.undo, name="undo"),
    path("desk/imports/<int:pk>/errors", views.errors, name="errors"),
    path("desk/imports/<int:pk>/remarks", views.remarks, name="remarks"),
]
