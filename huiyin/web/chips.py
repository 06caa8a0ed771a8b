"""How a state looks: kind of colour, icon and word; never a colour alone (ui.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_noop as _

from huiyin.web.icons import icon_html
from huiyin.web.words import word

KINDS = frozenset({"ok", "warn", "bad", "none", "key"})


@dataclass(frozen=True)
class Chip:
    """One look. `label` is a Chinese msgid; `kind` one of ok, warn, bad, none, key."""

    kind: str
    icon: str
    label: str

    def html(self) -> SafeString:
        return chip_html(self.kind, self.icon, word(self.label))


@lru_cache(maxsize=2048)
def chip_html(kind: str, icon: str, label: str) -> SafeString:
    if kind not in KINDS:
        raise ValueError(f"unknown kind of chip: {kind}")
    picture = icon_html(icon) if icon else ""
    return mark_safe(f'<span class="hy-chip hy-chip--{kind}">{picture}{escape(label)}</span>')  # noqa: S308


# States of a case (domain.md §5) in the words of the mock-ups. Apps add theirs with register().
_looks: dict[str, Chip] = {
    "registered": Chip("none", "message-plus", _("已登记，等分派")),
    "assigned": Chip("key", "user-check", _("已分派")),
    "in_progress": Chip("key", "progress", _("办理中")),
    "awaiting_asker": Chip("warn", "hourglass", _("等提问人补充")),
    "replied": Chip("warn", "clock", _("等提问人确认")),
    "confirmed": Chip("ok", "circle-check", _("提问人确认：已解决")),
    "unconfirmed": Chip("none", "help-circle", _("没有反馈")),
    "reopened": Chip("bad", "refresh", _("居民说没办好")),
    "reopen_requested": Chip("bad", "hand-stop", _("又说没办好，等社区决定")),
    "not_solvable": Chip("none", "circle-x", _("解决不了，已说明")),
    "rejected": Chip("none", "circle-x", _("不受理，已说明")),
    "withdrawn": Chip("none", "circle-minus", _("已撤回")),
    "merged": Chip("none", "git-merge", _("已并入另一件")),
    "overdue": Chip("bad", "alert-triangle", _("逾期")),
}


def register(looks: Mapping[str, Chip]) -> None:
    """Called in AppConfig.ready(): how the states of an app look, e.g. {"imports.running": Chip(…)}."""
    _looks.update(looks)


def look_of(state: str) -> Chip:
    """The look of a registered state; an unknown one is a mistake of the programmer, so it raises KeyError."""
    return _looks[state]
