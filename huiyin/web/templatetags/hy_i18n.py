"""Django's {% load i18n %}, but {% trans "…" %} is looked up once: twenty a page took a twentieth of its time."""

from __future__ import annotations

from django import template
from django.template.base import Node, Parser, Token, Variable
from django.templatetags import i18n

from huiyin.web.words import language

register = template.Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters


class _FixedWords(Node):
    """Words that depend on nothing but the language."""

    def __init__(self, node: i18n.TranslateNode) -> None:
        self.node = node
        self.said: dict[str, str] = {}

    def render(self, context: template.Context) -> str:
        spoken = language()
        if spoken not in self.said:
            self.said[spoken] = self.node.render(context)
        return self.said[spoken]


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    """{% trans "回音" %}; with a variable, a filter, a context or `as` it is Django's own."""
    node: i18n.TranslateNode = i18n.do_translate(parser, token)
    told = node.filter_expression
    is_fixed = isinstance(told.var, Variable) and told.var.literal is not None and not told.filters
    return node if node.noop or node.asvar or node.message_context or not is_fixed else _FixedWords(node)
