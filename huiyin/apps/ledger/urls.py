"""Addresses of the ledger: public nouns, askers' verbs, the desk."""

from django.urls import include, path, re_path

from huiyin.apps.ledger.views import (
    asking,
    desk_bulk,
    desk_case,
    desk_cases,
    desk_difficulty,
    desk_new,
    desk_reply,
    desk_texts,
    desk_topics,
    exports,
    public,
)

case = [
    path("<str:number>", public.case, name="case"),
    path("<str:number>/answer", asking.answer, name="answer"),
    path("<str:number>/me-too", asking.join_case, name="join_case"),
    path("<str:number>/urge", asking.urge, name="urge"),
    path("<str:number>/withdraw", asking.withdraw, name="withdraw"),
    path("<str:number>/add", asking.add_to_case, name="add_to_case"),
    path("<str:number>/object", asking.object_to_outcome, name="object_to_outcome"),
]
desk = [
    re_path(r"^cases/export\.(?P<form>xlsx|csv)$", exports.export_cases, name="export_cases"),
    path("cases", desk_cases.desk_cases, name="desk_cases"),
    path("cases/print", desk_cases.desk_print, name="desk_print"),
    path("cases/slips.pdf", desk_cases.desk_slips, name="desk_slips"),
    path("cases/filters", desk_cases.desk_save_filter, name="desk_save_filter"),
    path("cases/filters/<int:pk>/delete", desk_cases.desk_delete_filter, name="desk_delete_filter"),
    path("cases/bulk", desk_bulk.desk_bulk, name="desk_bulk"),
    path("cases/new", desk_new.desk_new, name="desk_new"),
    path("cases/difficulty", desk_difficulty.desk_difficulty, name="desk_difficulty"),
    path("cases/<str:number>", desk_case.desk_case, name="desk_case"),
    path("cases/<str:number>/receipt", desk_new.desk_receipt, name="desk_receipt"),
    path("cases/<str:number>/contact", desk_case.desk_contact, name="desk_contact"),
    path("cases/<str:number>/reply-check", desk_reply.desk_reply_check, name="desk_reply_check"),
    path("cases/<str:number>/texts", desk_texts.desk_texts, name="desk_texts"),
    path("cases/<str:number>/texts/<slug:key>", desk_texts.desk_redact, name="desk_redact"),
    path("cases/<str:number>/<slug:command>", desk_case.desk_command, name="desk_command"),
    path("topics", desk_topics.desk_topics, name="desk_topics"),
    path("topics/<slug:slug>", desk_topics.desk_estate_topics, name="desk_estate_topics"),
    path("topics/<slug:slug>/open", desk_topics.desk_open_topic, name="desk_open_topic"),
    path("topics/<slug:slug>/put", desk_topics.desk_put_in_topic, name="desk_put_in_topic"),
    path("bulletins", desk_topics.desk_bulletins, name="desk_bulletins"),
    path("bulletins/<int:pk>/issue", desk_topics.desk_issue_bulletin, name="desk_issue_bulletin"),
]
app_name = "ledger"
urlpatterns = [
    path("cases/", include(case)),
    path("cases", public.case_list, name="case_list"),
    path("estates/<slug:slug>/bulletins/<str:month>.pdf", public.bulletin_pdf, name="bulletin_pdf"),
    path("estates/<slug:slug>/bulletins/<str:month>", public.bulletin, name="bulletin"),
    path("ask", asking.ask, name="ask"),
    path("ask/similar", asking.similar_cases, name="similar_cases"),
    path("answer", asking.answer_by_code, name="answer_by_code"),
    path("my/cases", asking.my_cases_page, name="my_cases"),
    path("desk/", include(desk)),
]
