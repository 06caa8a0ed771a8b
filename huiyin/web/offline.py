"""Without network: the service worker at the root of the site and the page it shows instead of the browser's own."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from huiyin.web.caching import for_everyone

WORKER_FILE = Path(__file__).resolve().parent.parent / "static" / "js" / "sw.js"
# What the page without network needs, in the order of OFFLINE in frontend/js/sw.js: the page first.
ASSETS = ("css/public.css", "js/public.js", "js/meeting.js", "img/favicon.svg")


@lru_cache(maxsize=1)
def worker_text() -> str:
    """The worker with the addresses it keeps; another build of any of them is another worker."""
    kept = [reverse("offline"), *(staticfiles_storage.url(name) for name in ASSETS)]
    text = WORKER_FILE.read_text(encoding="utf-8")
    build = hashlib.blake2b("".join([*kept, text]).encode(), digest_size=6).hexdigest()
    return f"self.HUIYIN_BUILD={json.dumps(build)};self.HUIYIN_OFFLINE={json.dumps(kept)};\n{text}"


@require_GET
@for_everyone
def service_worker(request: HttpRequest) -> HttpResponse:
    """/sw.js: at the root, because a worker serves only what lies below its own address."""
    return HttpResponse(worker_text(), content_type="text/javascript; charset=utf-8")


@require_GET
@for_everyone
def offline(request: HttpRequest) -> HttpResponse:
    """/offline: kept by the worker, the same for everyone; what waits on this phone is added by its script."""
    return render(request, "errors/offline.html")
