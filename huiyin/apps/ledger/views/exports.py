"""The ledger as a file: what the reader of the desk may see, with the filter of the page."""

from __future__ import annotations

import tempfile

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.desk_selectors import duties_of
from huiyin.apps.ledger.exports import write_table
from huiyin.apps.ledger.selectors import cases_for_desk
from huiyin.apps.ledger.views.desk import actor_at_desk, filter_of
from huiyin.documents.refusals import FileRefused
from huiyin.web.downloads import as_download
from huiyin.web.now import now as clock

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_KEPT_IN_MEMORY = 2_000_000


@require_GET
def export_cases(request: HttpRequest, form: str) -> HttpResponse | FileResponse:
    """/desk/cases/export.xlsx and .csv; a text too long for a cell of Excel leads to the CSV."""
    actor = actor_at_desk(request)
    now = clock()
    cases = filter_of(request.GET).read(cases_for_desk(actor), duties_of(actor), now)
    file = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - the response closes it
    try:
        write_table(cases, file, form=form)
    except FileRefused:
        file.close()
        address = reverse("ledger:export_cases", kwargs={"form": "csv"})
        return HttpResponse(status=303, headers={"Location": f"{address}?{request.GET.urlencode()}"})
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"台账-{limits.day_of(now):%Y%m%d}.{form}"
    return as_download(FileResponse(file, content_type=CONTENT_TYPES[form]), name)
