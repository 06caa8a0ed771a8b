"""Addresses of reports and demand lists: public nouns, then the desk."""

from django.urls import path

from huiyin.apps.reports.views import (
    collecting,
    commands,
    demands,
    desk,
    editor,
    findings,
    handovers,
    public,
    review,
)

app_name = "reports"
urlpatterns = [
    path("reports", public.report_list, name="report_list"),
    path("reports/<int:pk>", public.report, name="report"),
    path("reports/<int:pk>/digest", public.digest, name="digest"),
    path("reports/<int:pk>/digest.pdf", public.digest_pdf, name="digest_pdf"),
    path("reports/<int:pk>/slides", public.slides, name="slides"),
    path("reports/<int:pk>/revisions/<int:number>", public.revision, name="revision"),
    path("demands/<int:pk>", public.demand, name="demand"),
    path("estates/<slug:slug>/demands", collecting.demands, name="demands"),
    path("desk/reports", desk.desk_reports, name="desk_reports"),
    path("desk/reports/open/<int:engagement>", desk.desk_open_report, name="desk_open_report"),
    path("desk/reports/<int:pk>", editor.desk_report, name="desk_report"),
    path("desk/reports/<int:pk>/sections/<slug:code>", editor.desk_section, name="desk_section"),
    path("desk/reports/<int:pk>/sections/<slug:code>/findings", findings.desk_findings, name="desk_findings"),
    path("desk/reports/<int:pk>/review", review.desk_review, name="desk_review"),
    path("desk/reports/<int:pk>/photos/<int:number>", review.desk_photo, name="desk_photo"),
    path("desk/reports/<int:pk>/data/<int:number>", review.desk_claim_photos, name="desk_claim_photos"),
    path("desk/reports/<int:pk>/return", review.desk_return_report, name="desk_return_report"),
    path("desk/reports/<int:pk>/<slug:command>", commands.desk_report_command, name="desk_report_command"),
    path("desk/demands", demands.desk_demands, name="desk_demands"),
    path("desk/demands/open/<slug:slug>", demands.desk_open_demands, name="desk_open_demands"),
    path("desk/demands/<int:pk>", demands.desk_demand_list, name="desk_demand_list"),
    path("desk/demands/<int:pk>/print", demands.desk_demands_print, name="desk_demands_print"),
    path("desk/demands/<int:pk>/<slug:command>", demands.desk_demand_command, name="desk_demand_command"),
    path("desk/hand-overs", handovers.desk_hand_overs, name="desk_hand_overs"),
    path("desk/hand-overs/open/<int:coming>", handovers.desk_open_hand_over, name="desk_open_hand_over"),
    path("desk/hand-overs/<int:pk>", handovers.desk_hand_over, name="desk_hand_over"),
    path(
        "desk/hand-overs/<int:pk>/<slug:command>",
        handovers.desk_hand_over_command,
        name="desk_hand_over_command",
    ),
]
