"""The pages of an import of complaints, and of the names no estate is known by."""

from __future__ import annotations

from itertools import islice

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.apps.hotline import permissions, selectors, services
from huiyin.apps.hotline.forms import UndoForm, UploadForm, WhichEstateForm
from huiyin.apps.hotline.models import HotlineImport, UnknownName
from huiyin.apps.hotline.own_rows import own_numbers
from huiyin.apps.hotline.reach import sees_words
from huiyin.apps.hotline.reading import COLUMNS
from huiyin.apps.hotline.services.names import can_reopen
from huiyin.apps.hotline.services.undoing import topics_with
from huiyin.apps.imports import pages
from huiyin.apps.imports.forms import ColumnsForm
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import streets_public
from huiyin.domain.access import Actor
from huiyin.domain.complaint_periods import read_period
from huiyin.domain.division_codes import street_of
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.storage import store
from huiyin.web.downloads import as_download
from huiyin.web.htmx import redirect, render
from huiyin.web.middleware import is_fragment_request
from huiyin.web.now import now
from huiyin.web.pagination import paginate
from huiyin.web.returning import require_POST

STATES = HotlineImport.State
DECIDED_SHOWN = 10


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """The history of imports, newest first."""
    page = paginate(request, selectors.imports_for_desk(_allowed(request)).defer("sample", "headers"))
    context = {
        "page": page,
        "may_import": permissions.can_import(_actor(request)),
        "may_find": sees_words(_actor(request)),
        "open_names": selectors.open_names_for_desk(_actor(request)).count(),
    }
    return render(request, "hotline/imports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_import(request: HttpRequest) -> HttpResponse:
    """Choose the file and say where it comes from."""
    if not permissions.can_import(_actor(request)):
        raise Http404
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            import_ = services.upload_file(
                source=form.cleaned_data["source"], data=file.read(), name=file.name, by=_actor(request)
            )
        except RuleBroken as refusal:
            refusal.field = refusal.field or "file"
            form.add_refusal(refusal)
        else:
            return redirect(request, "hotline:import", pk=import_.pk)
    context = {"form": form, "sources": selectors.sources_for_desk(), "steps": _steps()}
    return render(request, "hotline/new_import.html", context, status=422 if form.is_bound else 200)


@require_safe
def import_(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the import stands; while work is under way htmx asks again for the progress alone."""
    found = _seen(request, pk)
    if is_fragment_request(request):
        return pages.progress(
            request, found, "hotline/_progress.html", found.progress_count, found.progress_of
        )
    mine = permissions.can_handle(found, _actor(request))
    if mine and found.is_open and (found.state == STATES.UPLOADED or "mapping" in request.GET):
        return _mapping_page(request, found)
    is_stored = found.state == STATES.STORED
    context = {
        "import": found,
        "mine": mine,
        "newest": read_period(found.newest_month) if is_stored and found.newest_month else None,
        "can_undo": found.may_be_taken_back and permissions.can_undo(found, _actor(request)),
        "underway": found.is_underway,
        "silent": found.is_silent(now()),
        "open_names": selectors.open_names_for_desk(_actor(request)).count() if is_stored else 0,
        "cases": selectors.cases_of_import(found, _actor(request)),
        "left_topics": selectors.left_topics(found) if found.state == STATES.UNDONE else [],
        "steps": _steps(),
        "step": 4 if found.started_at else 3,
    }
    return render(request, "hotline/import.html", context)


@require_POST
def map_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which column is which; the worker then judges every row."""
    found = _seen(request, pk)
    if not permissions.can_handle(found, _actor(request)):
        raise Http404
    form = _columns_form(found, request.POST)
    if form.is_valid():
        try:
            services.set_mapping(found, mapping=form.mapping, by=_actor(request))
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            return redirect(request, "hotline:import", pk=pk)
    return _mapping_page(request, found, form, status=422)


@require_POST
def delete_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a file away of which nothing was stored."""
    found = _seen(request, pk)
    if not permissions.can_handle(found, _actor(request)):
        raise Http404
    services.delete_upload(found, by=_actor(request))
    messages.success(request, _("“%(name)s”已删除，没有存入任何诉求。") % {"name": found.original_name})
    return redirect(request, "hotline:imports")


@require_POST
def start_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to store, or go on after an error."""
    services.start_import(_seen(request, pk), by=_actor(request))
    return redirect(request, "hotline:import", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def undo_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then have the import taken back."""
    found = _seen(request, pk)
    if not (found.may_be_taken_back and permissions.can_undo(found, _actor(request))):
        raise Http404
    form = UndoForm(request.POST or None)
    if form.is_bound and form.is_valid():
        services.undo_import(found, reason=form.cleaned_data["reason"], by=_actor(request))
        return redirect(request, "hotline:import", pk=pk)
    own = own_numbers(found.store_id)
    context = {
        "import": found,
        "form": form,
        "own_count": len(own),
        "gone_count": found.stored_count - len(own),
        "cases": selectors.cases_of_import(found, _actor(request)),
        "left_topics": topics_with(own),
    }
    return render(request, "hotline/undo_import.html", context, status=422 if form.is_bound else 200)


@require_safe
def rejected_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were not taken: row, number and reason."""
    found = _seen(request, pk)
    if not found.errors_key:
        raise Http404
    try:
        with store().open(found.errors_key) as file:
            response = HttpResponse(file.read(), content_type="text/csv; charset=utf-8")
    except FileNotFoundError as error:
        raise Http404 from error
    name = _("%(name)s-退回的行.csv") % {"name": found.original_name.rpartition(".")[0] or found.pk}
    return as_download(response, name)


@require_safe
def names(request: HttpRequest) -> HttpResponse:
    """Names no estate is known by, the most frequent first, each with the estates it may mean."""
    return _names_page(request)


@require_POST
def claim_name(request: HttpRequest, pk: int) -> HttpResponse:
    """The name is one of this estate's."""
    name = _name(request, pk)
    form = _which_estate(name, request.POST)
    estate = selectors.estate_said(_actor(request), form.cleaned_data["estate"]) if form.is_valid() else None
    if estate is None:
        if form.is_valid():
            form.add_error("estate", _("没有找到这个小区，或不在您的范围里。请从列表里选。"))
        return _names_page(request, form, name, status=422)
    if "sure" not in request.POST and not selectors.is_like(name.name, estate):
        return _names_page(request, form, name, doubted=estate, status=422)
    services.claim_name(name, estate=estate, by=_actor(request))
    words = _("“%(name)s”记为%(estate)s的别名，写到它的诉求正在后台重新归属。")
    messages.success(request, words % {"name": name.name, "estate": estate.name})
    return redirect(request, "hotline:names")


@require_POST
def ignore_name(request: HttpRequest, pk: int) -> HttpResponse:
    """The words are no estate of ours."""
    name = services.ignore_name(_name(request, pk), by=_actor(request))
    messages.success(request, _("“%(name)s”不再列出。") % {"name": name.name})
    return redirect(request, "hotline:names")


@require_POST
def reopen_name(request: HttpRequest, pk: int) -> HttpResponse:
    """What was decided of the name is taken back, and it is asked again."""
    name = _name(request, pk)
    was_named = name.estate is not None
    services.reopen_name(name, by=_actor(request))
    words = (
        _("已撤回，“%(name)s”不再是别名，写到它的诉求正在后台重新归属。")
        if was_named
        else _("已撤回，“%(name)s”重新列出。")
    )
    messages.success(request, words % {"name": name.name})
    return redirect(request, "hotline:names")


# --- shared by the views above ------------------------------------------------------------------------------


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _allowed(request: HttpRequest) -> Actor:
    """The actor, if there is anything here for him."""
    actor = _actor(request)
    if not permissions.can_open(actor):
        raise Http404
    return actor


def _seen(request: HttpRequest, pk: int) -> HotlineImport:
    return get_object_or_404(selectors.imports_for_desk(_allowed(request)), pk=pk)


def _name(request: HttpRequest, pk: int) -> UnknownName:
    return get_object_or_404(selectors.names_for_desk(_actor(request)), pk=pk)


def _steps() -> list[str]:
    return [_("选文件"), _("核对列名"), _("看检查结果"), _("存入")]


def _columns_form(found: HotlineImport, data: QueryDict | None = None) -> ColumnsForm:
    headers = [(name, name) for name in found.headers if name]
    return ColumnsForm(data, fields=COLUMNS, headers=headers, mapping=found.mapping)


def _mapping_page(
    request: HttpRequest, found: HotlineImport, form: ColumnsForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "import": found,
        "form": form or _columns_form(found),
        "unused": pages.unused(found, found.headers),
        "before": selectors.same_file_before(found),
        "steps": _steps(),
    }
    return render(request, "hotline/mapping.html", context, status=status)


def _which_estate(name: UnknownName, typed: QueryDict | None = None) -> WhichEstateForm:
    return WhichEstateForm(typed, written=name.name, row=f"n{name.pk}")


def _names_page(
    request: HttpRequest,
    form: WhichEstateForm | None = None,
    about: UnknownName | None = None,
    *,
    doubted: Estate | None = None,
    status: int = 200,
) -> HttpResponse:
    """`doubted` is the estate a name is not at all like: whoever said so is asked once more."""
    actor = _actor(request)
    if not permissions.can_import(actor):
        raise Http404
    estates = list(selectors.estates_to_name(actor).prefetch_related("aliases"))
    known = selectors.named(estates)
    streets = {street_of(street.code): street.name for street in streets_public()}
    page = paginate(request, selectors.open_names_for_desk(_actor(request)))
    ignorable = selectors.ignorable_among(page, actor)
    for name in page:
        name.may_ignore = name.pk in ignorable
        name.street = streets.get(name.street_code, "")
        name.likely = selectors.likely_estates(name.name, known)
        is_meant = about is not None and name.pk == about.pk
        name.form = form if is_meant else _which_estate(name)
        name.doubted = doubted if is_meant else None
    decided = selectors.names_for_desk(actor).exclude(state=UnknownName.State.OPEN).order_by("-decided_at")
    shows_all = "decided" in request.GET
    shown = paginate(request, decided) if shows_all else list(decided[: DECIDED_SHOWN + 1])
    context = {
        "page": page,
        "estates": estates,
        "shows_all": shows_all,
        "decided_page": shown if shows_all else None,
        "decided": [
            (name, can_reopen(name, actor)) for name in islice(shown, None if shows_all else DECIDED_SHOWN)
        ],
        "has_more_decided": not shows_all and len(shown) > DECIDED_SHOWN,
    }
    return render(request, "hotline/names.html", context, status=status)
