"""Addresses of the hotline: at the desk alone."""

from django.urls import path, re_path

from huiyin.apps.hotline.views import bringing, complaints, corrections, numbers, review, topics

app_name = "hotline"
urlpatterns = [
    path("desk/hotline", numbers.desk_hotline, name="desk_hotline"),
    path("desk/hotline/rankings", numbers.desk_rankings, name="desk_rankings"),
    re_path(
        r"^desk/hotline/rankings/export\.(?P<form>xlsx|csv)$", numbers.export_rankings, name="export_rankings"
    ),
    path("desk/hotline/published", numbers.desk_published, name="desk_published"),
    path("desk/hotline/streets/<str:code>", numbers.desk_street, name="desk_street"),
    path("desk/hotline/estates/<slug:slug>", numbers.desk_estate, name="desk_estate"),
    path("desk/hotline/estates/<slug:slug>/complaints", complaints.desk_complaints, name="desk_complaints"),
    path("desk/hotline/companies/<int:pk>", numbers.desk_company, name="desk_company"),
    path("desk/hotline/topics/<int:pk>/send", topics.send_topic, name="send_topic"),
    path("desk/hotline/imports", bringing.imports, name="imports"),
    path("desk/hotline/imports/new", bringing.new_import, name="new_import"),
    path("desk/hotline/imports/<int:pk>", bringing.import_, name="import"),
    path("desk/hotline/imports/<int:pk>/columns", bringing.map_columns, name="map_columns"),
    path("desk/hotline/imports/<int:pk>/start", bringing.start_import, name="start_import"),
    path("desk/hotline/imports/<int:pk>/undo", bringing.undo_import, name="undo_import"),
    path("desk/hotline/imports/<int:pk>/rejected", bringing.rejected_rows, name="rejected_rows"),
    path("desk/hotline/complaints/register", bringing.register_complaint, name="register_complaint"),
    path("desk/hotline/complaints/correct", corrections.correct_complaint, name="correct_complaint"),
    path("desk/hotline/complaints/confirm", corrections.confirm_correction, name="confirm_correction"),
    path("desk/hotline/complaints/withdraw", corrections.withdraw_correction, name="withdraw_correction"),
    path("desk/hotline/review", review.review, name="review"),
    path("desk/hotline/review/<int:pk>", review.doubt, name="doubt"),
    path("desk/hotline/review/<int:pk>/decide", review.decide_doubt, name="decide_doubt"),
    path("desk/hotline/review/<int:pk>/later", review.put_off_doubt, name="put_off_doubt"),
    path("desk/hotline/unplaced", review.unplaced, name="unplaced"),
    path("desk/hotline/names", bringing.names, name="names"),
    path("desk/hotline/names/<int:pk>/claim", bringing.claim_name, name="claim_name"),
    path("desk/hotline/names/<int:pk>/ignore", bringing.ignore_name, name="ignore_name"),
]
