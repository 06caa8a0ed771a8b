"""Addresses of the meetings: before, during and after for everyone; planning, console and forums at the desk."""

from django.urls import path

from huiyin.apps.meetings.views import asking, public

app_name = "meetings"
urlpatterns = [
    path("meetings", public.meeting_list, name="meeting_list"),
    path("meetings/<int:pk>", public.meeting, name="meeting"),
    path("meetings/<int:pk>/screen", public.screen, name="screen"),
    path("meetings/<int:pk>/live", public.live, name="live"),
    path("meetings/<int:pk>/ask", asking.ask, name="ask"),
    path("meetings/<int:pk>/support", asking.support, name="support"),
]
