"""Who may bring files of a kind and who may see them afterwards."""

from __future__ import annotations

from django.db.models import Q

from huiyin.apps.imports import kinds
from huiyin.apps.imports.models import Import
from huiyin.domain.access import Actor
from huiyin.domain.errors import NotPermitted


def scope_q(actor: Actor) -> Q:
    """One's own files of kinds one may still import, and those of others where the kind lets one see all."""
    mine = Q(uploaded_by_key=actor.key, kind__in=[kind.name for kind in kinds.kinds_of(actor)])
    seen = [kind.name for kind in kinds.all_kinds() if kind.sees_all(actor)]
    return mine | Q(kind__in=seen)


def can_open(actor: Actor) -> bool:
    """Whether the import pages hold anything for this actor."""
    return any(kind.can(actor) or kind.sees_all(actor) for kind in kinds.all_kinds())


def check_upload(kind: str, actor: Actor) -> None:
    found = kinds.find(kind)
    if found is None or not found.can(actor):
        raise NotPermitted("您没有导入这类表格的权限。")


def check_handle(import_: Import, actor: Actor) -> None:
    """Mapping, starting, resuming and undoing belong to who brought the file."""
    check_upload(import_.kind, actor)
    if import_.uploaded_by_key != actor.key:
        raise NotPermitted("这个文件由上传的人办理。")


def can_handle(import_: Import, actor: Actor) -> bool:
    try:
        check_handle(import_, actor)
    except NotPermitted:
        return False
    return True
