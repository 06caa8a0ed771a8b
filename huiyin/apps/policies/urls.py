"""Addresses of the policies on the desk."""

from django.urls import path

from huiyin.apps.policies import views

app_name = "policies"
urlpatterns = [
    path("desk/policies", views.desk_policies, name="desk_policies"),
    path("desk/policies/<slug:name>", views.desk_policy, name="desk_policy"),
    path("desk/policies/<slug:name>/trials/<slug:trial>", views.desk_trial, name="desk_trial"),
]
