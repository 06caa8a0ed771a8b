"""What a policy owner may change about the report check, typed in to be tried."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from huiyin.language import CheckPolicy
from huiyin.language.labelling import shipped as labels
from huiyin.language.lexicons import shipped_groups
from huiyin.language.rules import shipped_rules
from huiyin.web.forms import Form
from huiyin.web.words import word

GROUPS = 3
"""Groups of words that may be added to at once."""
MOST_WORDS, LONGEST_WORD = 40, 12
MORE_WORDS = "more_words"
_BETWEEN = re.compile(r"[\s,，、;；]+")
_WORD = re.compile(r"[\u3400-\u9fffA-Za-z0-9]+")
_PLAIN = re.compile(r"[\u3400-\u9fff]{2,}")


_NAMES = {
    "bare_deed": gettext_noop("做了什么事"),
    "manner": gettext_noop("怎么做的空话"),
    "later": gettext_noop("以后再说"),
    "future": gettext_noop("将要怎样"),
    "done": gettext_noop("已经做完"),
    "document": gettext_noop("文书和凭据"),
    "owner": gettext_noop("由谁负责"),
    "law": gettext_noop("法规依据"),
    "background": gettext_noop("背景介绍"),
    "courtesy": gettext_noop("客套话"),
    "condition": gettext_noop("如果怎样"),
}
"""Of the groups that no rule is called after, or that share a rule."""


def _group_label(group: str) -> str:
    """What it is called, else the rule that looks at it, and its first words."""
    name = word(_NAMES[group]) if group in _NAMES else ""
    title = name or next(rule.title for rule in shipped_rules() if group in rule.words)
    words = [term for term in shipped_groups()[group].split() if _PLAIN.fullmatch(term)][:3]
    return f"{title}：{'、'.join(words)}……" if words else title


def _groups() -> list[tuple[str, Any]]:
    """Those that a rule points at first, in the order of the rules; the others only help to judge."""
    told = dict.fromkeys(group for rule in shipped_rules() for group in rule.words)
    groups = [*told, *(each for each in shipped_groups() if each not in told)]
    return [("", gettext("不加")), *((group, _group_label(group)) for group in groups)]


def _rules() -> list[tuple[str, str]]:
    return [(rule.id, f"{rule.title}（{rule.id}）") for rule in shipped_rules()]


def _hint(share: str) -> str:
    trained = round(getattr(labels(), share) * 100)
    return gettext("填百分数，1 到 100。不填就不改；训练时定的是 %(share)s%%。") % {"share": trained}


hint = lazy(_hint, str)
"""The model of the labels is read when somebody looks, not when the site starts."""


def share(label: Any, name: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=100,
        help_text=hint(name),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={each: _("请填 1 到 100 的整数。") for each in ("invalid", "min_value", "max_value")},
    )


class CheckChangeForm(Form):
    """Words to add to groups, rules to leave out, and from what share of doubt on the check asks or stops."""

    ask = share(_("从多大把握起提醒"), "ask")
    block = share(_("从多大把握起拦下"), "block")
    without_rules = forms.MultipleChoiceField(
        label=_("不用的规则"), required=False, choices=_rules, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, GROUPS + 1):
            self.fields[f"group_{n}"] = forms.ChoiceField(
                label=_("把词加到哪一组"),
                help_text=_("每组后面是其中的几个词。"),
                required=False,
                choices=_groups,
            )
            self.fields[f"words_{n}"] = forms.CharField(
                label=_("加哪些词"),
                help_text=_("用空格或顿号隔开，每个词 2 到 12 个字。"),
                max_length=300,
                required=False,
            )

    @property
    def more_words(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """A group and its words, side by side."""
        return [(self[f"group_{n}"], self[f"words_{n}"]) for n in range(1, GROUPS + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        more: dict[str, str] = {}
        for n in range(1, GROUPS + 1):
            group, words = cleaned.get(f"group_{n}", ""), _words_in(cleaned.get(f"words_{n}", ""))
            if fault := _fault_of(group, words):
                part, sentence = fault
                self.add_error(f"{part}_{n}", sentence)
            elif words:
                more[group] = " ".join([*more.get(group, "").split(), *words])
        ask, block = cleaned.get("ask"), cleaned.get("block")
        lowest = labels().ask * 100 if ask is None else ask
        highest = labels().block * 100 if block is None else block
        if not self.errors and highest < lowest:
            self.add_error("block", gettext("拦下的界限不能低于提醒的界限。"))
        if not self.errors and not (more or cleaned["without_rules"] or ask or block):
            self.add_error(None, gettext("还没有写要改什么：加一个词、勾一条规则，或填一个界限。"))
        cleaned[MORE_WORDS] = more
        return cleaned

    @property
    def words(self) -> list[str]:
        """Every word of a valid form, each once."""
        return list(dict.fromkeys(" ".join(self.cleaned_data[MORE_WORDS].values()).split()))

    def changed(self, policy: CheckPolicy) -> CheckPolicy:
        """The policy with the change of a valid form; what the form does not name stays."""
        told = self.cleaned_data
        more = dict(policy.more_words)
        for group, words in told[MORE_WORDS].items():
            more[group] = f"{more.get(group, '')} {words}".strip()
        return CheckPolicy(
            ask=told["ask"] / 100 if told["ask"] else policy.ask,
            block=told["block"] / 100 if told["block"] else policy.block,
            without_rules=policy.without_rules | frozenset(told["without_rules"]),
            more_words=more,
        )


def _words_in(told: str) -> list[str]:
    return list(dict.fromkeys(word for word in _BETWEEN.split(told) if word))


def _fault_of(group: str, words: list[str]) -> tuple[str, str] | None:
    """Which of both fields is amiss, and why."""
    if words and not group:
        return "group", gettext("请选一组，这些词加到哪里。")
    if group and not words:
        return "words", gettext("请写要加的词。")
    if len(words) > MOST_WORDS:
        return "words", gettext("一次最多加 %(count)s 个词。") % {"count": MOST_WORDS}
    for each in words:
        if not 2 <= len(each) <= LONGEST_WORD or not _WORD.fullmatch(each):
            return "words", gettext("“%(word)s”不能用：请写 2 到 12 个汉字、字母或数字。") % {"word": each}
    return None
