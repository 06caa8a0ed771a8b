"""Addresses of the ledger: public nouns, askers' verbs, the desk."""

from django.urls import path, re_path

from huiyin.apps.ledger.views import asking, exports, public

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
]
