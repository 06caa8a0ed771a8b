"""What of the hotline waits for somebody at the desk: sentences with a link, own files first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.apps.hotline import permissions, selectors
from huiyin.apps.hotline.models import Doubt, HotlineImport
from huiyin.domain.access import Actor

MOST_FILES = 5
State = HotlineImport.State
_OF_FILES: dict[str, Callable[[], tuple[str, str]]] = {
    State.UPLOADED: lambda: (_("上传了，还没有核对列名。"), _("核对列名")),
    State.CHECKED: lambda: (_("检查过了，还没有存入。"), _("看结果，存入")),
    State.FAILED: lambda: (_("没有存完，没有存入的行不会丢。"), _("看原因")),
}


@dataclass(frozen=True)
class Waiting:
    """One thing to do, and where."""

    title: str
    url: str
    sentence: str
    act: str


def waiting_for(actor: Actor) -> list[Waiting]:
    """Five queries at most for who brings complaints, none for others; what asks for nothing is left out."""
    if not permissions.can_import(actor):
        return []
    return [*_files(actor), *_guesses(actor)]


def _files(actor: Actor) -> list[Waiting]:
    open_ones = HotlineImport.objects.filter(
        uploaded_by_key=actor.key, state__in=list(_OF_FILES), file_removed_at=None
    )
    newest = open_ones.order_by("-uploaded_at").only("original_name", "state", "started_at")[:MOST_FILES]
    return [
        Waiting(each.original_name, reverse("hotline:import", args=[each.pk]), *_said_of(each))
        for each in newest
    ]


def _said_of(import_: HotlineImport) -> tuple[str, str]:
    if import_.state == State.FAILED and import_.started_at is None:
        return _("检查没有通过，没有存入任何诉求。"), _("看原因")
    return _OF_FILES[import_.state]()


def _guesses(actor: Actor) -> list[Waiting]:
    doubts = selectors.doubts_for_desk(actor).filter(state=Doubt.State.OPEN, complaint_count__gt=0).order_by()
    told = doubts.aggregate(ways=Count("pk"), complaints=Sum("complaint_count"))
    names, again = (
        found.order_by().count()
        for found in (selectors.open_names_for_desk(actor), selectors.doubted_for_desk(actor))
    )
    review = reverse("hotline:review")
    waiting = []
    if told["ways"]:
        title = _("核对 %(ways)s 种拿不准的归属") % {"ways": told["ways"]}
        sentence = _("说的是 %(count)s 件诉求，定一次就都定了。") % {"count": told["complaints"]}
        waiting.append(Waiting(title, review, sentence, _("核对归属")))
    if names:
        title = _("认领 %(count)s 个小区写法") % {"count": names}
        waiting.append(
            Waiting(title, reverse("hotline:names"), _("写到它们的诉求还没有归到小区。"), _("认领"))
        )
    if again:
        title = _("再看 %(count)s 件更正过的诉求") % {"count": again}
        waiting.append(Waiting(title, review, _("后来的文件改了它们的内容。"), _("再看一眼")))
    return waiting
