"""Addresses of the ledger: public nouns, askers' verbs, the desk."""

from django.urls import path, re_path

from huiyin.apps.ledger.views import (
    asking,
    desk_bulk,
    desk_case,
    desk_cases,
    desk_difficulty,
    desk_new,
    desk_texts,
    desk_topics,
    exports,
    public,
)

app_name = "ledger"
urlpatterns = [
    path("cases", public.case_list, name="case_list"),
    path("cases/<str:number>", public.case, name="case"),
    path("cases/<str:number>/answer", asking.answer, name="answer"),
    path("cases/<str:number>/me-too", asking.join_case, name="join_case"),
    path("cases/<str:number>/urge", asking.urge, name="urge"),
    path("cases/<str:number>/withdraw", asking.withdraw, name="withdraw"),
    path("cases/<str:number>/add", asking.add_to_case, name="add_to_case"),
    path("cases/<str:number>/object", asking.object_to_outcome, name="object_to_outcome"),
    path("estates/<slug:slug>/bulletins/<str:month>", public.bulletin, name="bulletin"),
    path("ask", asking.ask, name="ask"),
    path("ask/similar", asking.similar_cases, name="similar_cases"),
    path("answer", asking.answer_by_code, name="answer_by_code"),
    re_path(r"^desk/cases/export\.(?P<form>xlsx|csv)$", exports.export_cases, name="export_cases"),
    path("my/cases", asking.my_cases_page, name="my_cases"),
    path("desk/cases", desk_cases.desk_cases, name="desk_cases"),
    path("desk/cases/print", desk_cases.desk_print, name="desk_print"),
    path("desk/cases/filters", desk_cases.desk_save_filter, name="desk_save_filter"),
    path("desk/cases/filters/<int:pk>/delete", desk_cases.desk_delete_filter, name="desk_delete_filter"),
    path("desk/cases/bulk", desk_bulk.desk_bulk, name="desk_bulk"),
    path("desk/cases/new", desk_new.desk_new, name="desk_new"),
    path("desk/cases/difficulty", desk_difficulty.desk_difficulty, name="desk_difficulty"),
    path("desk/cases/<str:number>", desk_case.desk_case, name="desk_case"),
    path("desk/cases/<str:number>/receipt", desk_new.desk_receipt, name="desk_receipt"),
    path("desk/cases/<str:number>/contact", desk_case.desk_contact, name="desk_contact"),
    path("desk/cases/<str:number>/texts", desk_texts.desk_texts, name="desk_texts"),
    path("desk/cases/<str:number>/texts/<slug:key>", desk_texts.desk_redact, name="desk_redact"),
    path("desk/cases/<str:number>/<slug:command>", desk_case.desk_command, name="desk_command"),
    path("desk/topics", desk_topics.desk_topics, name="desk_topics"),
    path("desk/topics/<slug:slug>", desk_topics.desk_estate_topics, name="desk_estate_topics"),
    path("desk/topics/<slug:slug>/open", desk_topics.desk_open_topic, name="desk_open_topic"),
    path("desk/topics/<slug:slug>/put", desk_topics.desk_put_in_topic, name="desk_put_in_topic"),
    path("desk/bulletins", desk_topics.desk_bulletins, name="desk_bulletins"),
    path("desk/bulletins/<int:pk>/issue", desk_topics.desk_issue_bulletin, name="desk_issue_bulletin"),
]
