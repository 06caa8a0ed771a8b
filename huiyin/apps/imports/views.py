"""The pages of an import: bring a file, agree on its columns, see the dry run, watch it go, fetch what was left out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.apps.imports import kinds, pages, selectors, services
from huiyin.apps.imports.forms import MappingForm, SheetForm, UploadForm
from huiyin.apps.imports.kinds import ImportKind
from huiyin.apps.imports.models import Import
from huiyin.apps.imports.permissions import can_handle, can_open
from huiyin.apps.imports.reading import usable_headers
from huiyin.apps.imports.retention import KEPT_DAYS
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.web.downloads import as_download
from huiyin.web.htmx import redirect, render
from huiyin.web.middleware import is_fragment_request
from huiyin.web.now import now
from huiyin.web.pagination import paginate
from huiyin.web.returning import require_POST

STATES = Import.State


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """All imports the reader may see, newest first."""
    page = paginate(request, selectors.imports_for_desk(_allowed(request)))
    for row in page:
        row.kind_label = _label_of(row)
    offered = "、".join(kind.label for kind in kinds.kinds_of(_actor(request)))
    return render(request, "imports/list.html", {"page": page, "offered": offered})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose the kind and the file."""
    offered = kinds.kinds_of(_actor(request))
    if not offered:
        raise Http404
    initial = {"kind": request.GET.get("kind", "")}
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        actor=_actor(request),
        initial=initial if initial["kind"] else None,
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            import_ = services.upload_file(
                kind=form.cleaned_data["kind"], data=file.read(), name=file.name, by=_actor(request)
            )
        except RuleBroken as refusal:
            refusal.field = refusal.field or "file"
            form.add_refusal(refusal)
        else:
            return redirect(request, "imports:detail", pk=import_.pk)
    context = {"form": form, "offered": offered, "steps": _steps(), "kept_days": KEPT_DAYS}
    return render(request, "imports/new.html", context, status=422 if form.is_bound else 200)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the import stands; while work is under way htmx asks again for the progress alone."""
    import_ = _seen(request, pk)
    if is_fragment_request(request):
        return pages.progress(request, import_, "imports/_progress.html", import_.rows_done)
    if import_.state == STATES.UPLOADED or (import_.is_open and "mapping" in request.GET):
        return _mapping_page(request, import_)
    return _page(request, import_)


@require_POST
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which column is which; every row is checked at once."""
    import_ = _seen(request, pk)
    form = MappingForm(request.POST, import_=import_, kind=_kind(import_))
    if form.is_valid():
        try:
            services.set_mapping(import_, mapping=form.mapping, options=form.options, by=_actor(request))
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            return redirect(request, "imports:detail", pk=pk)
    return _mapping_page(request, import_, form, status=422)


@require_POST
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Read another sheet of the file."""
    import_ = _seen(request, pk)
    form = SheetForm(request.POST, import_=import_)
    if form.is_valid():
        services.choose_sheet(import_, sheet=form.cleaned_data["sheet"], by=_actor(request))
    return redirect(request, "imports:detail", pk=pk)


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin writing."""
    services.start_import(_seen(request, pk), by=_actor(request))
    return redirect(request, "imports:detail", pk=pk)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on after an error."""
    services.resume_import(_seen(request, pk), by=_actor(request))
    return redirect(request, "imports:detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take the import back."""
    import_ = _seen(request, pk)
    kind = _kind(import_)
    if kind.undo is None or import_.state != STATES.DONE or not can_handle(import_, _actor(request)):
        raise Http404
    if request.method == "POST":
        count = services.undo_import(import_, by=_actor(request))
        messages.success(request, _("已撤销，取回 %(count)s 条。") % {"count": count})
        return redirect(request, "imports:detail", pk=pk)
    return render(request, "imports/undo.html", {"import": import_, "kind": kind})


@require_safe
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were not taken, with the reasons, as a table to mend."""
    import_ = _seen(request, pk)
    if not import_.rows_bad or import_.file_removed_at:
        raise Http404
    return _download(services.error_file(import_))


@require_safe
def remarks(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row of the file, with what was remarked of it."""
    import_ = _seen(request, pk)
    if import_.file_removed_at or not selectors.remarks_of(import_):
        raise Http404
    return _download(services.remark_file(import_))


@require_safe
def blank(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty table with the right columns."""
    if kind not in {offered.name for offered in kinds.kinds_of(_actor(request))}:
        raise Http404
    return _download(services.blank_table(kind))


# --- shared by the views above ------------------------------------------------------------------------------


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _allowed(request: HttpRequest) -> Actor:
    """The actor, if there is anything here for him."""
    actor = _actor(request)
    if not can_open(actor):
        raise Http404
    return actor


def _seen(request: HttpRequest, pk: int) -> Import:
    return get_object_or_404(selectors.import_for_desk(_actor(request)), pk=pk)


def _kind(import_: Import) -> ImportKind:
    kind = kinds.find(import_.kind)
    if kind is None:
        raise Http404
    return kind


def _label_of(import_: Import) -> str:
    kind = kinds.find(import_.kind)
    return kind.label if kind else import_.kind


def _steps() -> list[str]:
    return [_("选文件"), _("核对列名"), _("看检查结果"), _("导入")]


def _mapping_page(
    request: HttpRequest, import_: Import, form: MappingForm | None = None, status: int = 200
) -> HttpResponse:
    if not can_handle(import_, _actor(request)):
        return _page(request, import_)
    kind = _kind(import_)
    context = {
        "import": import_,
        "kind": kind,
        "form": form or MappingForm(import_=import_, kind=kind),
        "sheet_form": SheetForm(import_=import_) if len(import_.sheets) > 1 else None,
        "unused": pages.unused(import_, usable_headers(import_.headers)),
        "before": selectors.same_file_before(import_),
        "steps": _steps(),
    }
    return render(request, "imports/mapping.html", context, status=status)


def _page(request: HttpRequest, import_: Import) -> HttpResponse:
    kind = _kind(import_)
    mine = can_handle(import_, _actor(request))
    context = {
        "import": import_,
        "kind": kind,
        "mine": mine,
        "can_undo": mine and kind.undo is not None and import_.state == STATES.DONE,
        "underway": import_.is_underway,
        "silent": import_.is_silent(now()),
        "sample": [_sampled(kind, row) for row in import_.sample],
        "remarks": [] if import_.is_underway else selectors.remarks_of(import_),
        "rejected": [] if import_.is_underway else selectors.first_rejected(import_),
        "steps": _steps(),
        "step": 3 if import_.state == STATES.MAPPED or import_.is_open else 4,
    }
    return render(request, "imports/detail.html", context)


def _sampled(kind: ImportKind, row: dict[str, Any]) -> tuple[int, list[tuple[str, str]]]:
    """The number of a row and, label by label, what it will be stored as."""
    pairs = list(zip([field.label for field in kind.fields], row["values"], strict=False))
    return row["number"], [*pairs, (_("核查意见"), "、".join(row.get("remarks", ())))]


def _download(file: services.ErrorFile) -> HttpResponse:
    return as_download(HttpResponse(file.data, content_type=file.content_type), file.name)
