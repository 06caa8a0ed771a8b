"""Addresses of messages: what I was told, and what the community has to print, bring or call."""

from django.urls import path

from huiyin.apps.publishing import views

app_name = "publishing"
urlpatterns = [
    path("my/messages", views.my_messages, name="my_messages"),
    path("my/messages/<int:pk>", views.open_message, name="open_message"),
    path("sms/reports", views.sms_report, name="sms_report"),
    path("desk/messages", views.desk_messages, name="desk_messages"),
    path("desk/messages/slips", views.print_slips, name="print_slips"),
    path("desk/messages/<int:pk>/brought", views.record_brought, name="record_brought"),
    path("desk/messages/<int:pk>/instead", views.bring_instead, name="bring_instead"),
]
