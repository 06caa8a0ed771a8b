"""Addresses of maintenance records: at the desk alone."""

from django.urls import path

from huiyin.apps.upkeep import views

app_name = "upkeep"
urlpatterns = [
    path("desk/upkeep", views.desk_records, name="desk_records"),
    path("desk/upkeep/months", views.desk_months, name="desk_months"),
    path("desk/upkeep/new", views.desk_record_new, name="desk_record_new"),
    path("desk/upkeep/<int:pk>", views.desk_record, name="desk_record"),
    path("desk/upkeep/<int:pk>/correct", views.desk_correct_record, name="desk_correct_record"),
    path("desk/upkeep/<int:pk>/void", views.desk_void_record, name="desk_void_record"),
    path("desk/upkeep/<int:pk>/cover", views.desk_cover_words, name="desk_cover_words"),
]
