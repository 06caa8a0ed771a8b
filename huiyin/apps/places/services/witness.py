"""What every command on places shares: required texts and the event beside the change."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop as _

from huiyin.apps.audit.services import record
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now as present


def required(text: str, label: str, field: str) -> str:
    text = text.strip()
    if not text:
        raise RuleBroken(_("请填写%(label)s。"), code=f"places.{field}_missing", field=field, label=label)
    return text


def witness(kind: str, stream: str, by: Actor, now: datetime | None, /, **public: str | int | None) -> None:
    record(kind=kind, stream=stream, by=by, now=now or present(), public=public)
