"""Addresses of the meetings: before, during and after for everyone; planning, console and forums at the desk."""

from django.urls import path

from huiyin.apps.meetings.views import (
    afterwards,
    asking,
    desk_console,
    desk_door,
    desk_letters,
    desk_meetings,
    desk_terms,
    door,
    forums,
    public,
)

app_name = "meetings"
urlpatterns = [
    path("meetings", public.meeting_list, name="meeting_list"),
    path("meetings/<int:pk>", public.meeting, name="meeting"),
    path("meetings/<int:pk>/screen", public.screen, name="screen"),
    path("meetings/<int:pk>/live", public.live, name="live"),
    path("meetings/<int:pk>/ask", asking.ask, name="ask"),
    path("meetings/<int:pk>/support", asking.support, name="support"),
    path("meetings/<int:pk>/check-in/<str:code>", door.check_in, name="check_in"),
    path("meetings/<int:pk>/check-out", door.check_out, name="check_out"),
    path("meetings/<int:pk>/minutes", afterwards.minutes, name="minutes"),
    path("meetings/<int:pk>/certificate", afterwards.certificate, name="certificate"),
    path("meetings/<int:pk>/rate", afterwards.rate, name="rate"),
    path("meetings/questions/<int:pk>", afterwards.question, name="question"),
    path("rate/<str:token>", afterwards.rate_by_letter, name="rate_by_letter"),
    path("forums/<int:pk>", forums.forum, name="forum"),
    path("desk/meetings", desk_meetings.desk_meetings, name="desk_meetings"),
    path("desk/meetings/new", desk_meetings.desk_new, name="desk_new"),
    path("desk/meetings/<int:pk>", desk_meetings.desk_meeting, name="desk_meeting"),
    path("desk/meetings/<int:pk>/console", desk_console.desk_console, name="desk_console"),
    path("desk/meetings/<int:pk>/console/live", desk_console.desk_console_live, name="desk_console_live"),
    path("desk/meetings/<int:pk>/console/<slug:act>", desk_console.desk_act, name="desk_act"),
    path("desk/meetings/<int:pk>/wall", desk_door.desk_wall, name="desk_wall"),
    path("desk/meetings/<int:pk>/wall/live", desk_door.desk_wall_live, name="desk_wall_live"),
    path("desk/meetings/<int:pk>/attendance", desk_door.desk_attendance, name="desk_attendance"),
    path("desk/meetings/<int:pk>/attendance/<int:check_in>/leave", desk_door.desk_leave, name="desk_leave"),
    path(
        "desk/meetings/<int:pk>/corrections/<int:correction>",
        desk_meetings.desk_decide_correction,
        name="desk_decide_correction",
    ),
    path("desk/meetings/<int:pk>/letters", desk_letters.desk_letters, name="desk_letters"),
    path(
        "desk/meetings/<int:pk>/letters/<int:letter>/revoke",
        desk_letters.desk_revoke_letter,
        name="desk_revoke_letter",
    ),
    path("desk/meetings/<int:pk>/<slug:command>", desk_meetings.desk_command, name="desk_command"),
    path("desk/terms", desk_terms.desk_terms, name="desk_terms"),
    path("desk/forums", forums.desk_forums, name="desk_forums"),
    path("desk/forums/<int:pk>", forums.desk_forum, name="desk_forum"),
    path("desk/forums/<int:pk>/plan", forums.desk_forum_plan, name="desk_forum_plan"),
    path("desk/forums/<int:pk>/close", forums.desk_forum_close, name="desk_forum_close"),
    path("desk/forums/<int:pk>/matters", forums.desk_forum_matter, name="desk_forum_matter"),
    path("desk/forums/<int:pk>/items/<int:item>", forums.desk_forum_state, name="desk_forum_state"),
]
