"""What the desk is told of the complaint, or of the topic, a case came from (ledger.origins)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.apps.hotline.models import HotlineCase, HotlineTopic
from huiyin.apps.hotline.reach import sees_words_of
from huiyin.apps.hotline.rules import rules_on
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.origins import Fact
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.web.dates import stamp_html


def facts_of_complaint(case: Case, actor: Actor) -> list[Fact]:
    """Its number, when it came, how urgent, who or what made it a case, what the call-back said; then its words."""
    link = HotlineCase.objects.filter(case=case).first()
    if link is None:
        return []
    facts = [Fact(_("工单编号"), link.number)]
    if link.received_at:
        facts.append(Fact(_("来电时间"), stamp_html(link.received_at)))
    if link.urgency:
        facts.append(Fact(_("紧急程度"), link.urgency))
    facts.append(Fact(_("登记方式"), _by_rule(link, case) if link.rule else _("由人登记")))
    if link.callback is not None:
        facts.append(Fact(_("12345 回访"), str(HotlineCase.Callback(link.callback).label)))
    if case.estate is not None and sees_words_of(actor, case.estate):
        facts.append(Fact(_("诉求内容"), _("看这件诉求"), _complaints(case, complaint=link.token)))
        facts += [
            Fact(_("同一热点"), _size_of(topic), _complaints(case, topic=str(topic.pk)))
            for topic in HotlineTopic.objects.filter(
                estate=case.estate, complaint_count__gt=0, numbers__contains=[link.number]
            )[:1]
        ]
    return facts


def facts_of_topic(case: Case, actor: Actor) -> list[Fact]:
    """How many complaints it stands for by now."""
    topic = HotlineTopic.objects.filter(case=case).first()
    if topic is None or case.estate is None:
        return []
    may_read = topic.complaint_count and sees_words_of(actor, case.estate)
    return [Fact(_("热线热点"), _size_of(topic), _complaints(case, topic=str(topic.pk)) if may_read else "")]


def _by_rule(link: HotlineCase, case: Case) -> str:
    """By the name the rule had when it was applied."""
    policy = rules_on(due_day(case.registered_at))
    labels = {rule.code: rule.label for rule in policy.case_rules}
    labels |= {rule.code: rule.label for rule in policy.nth_rules}
    labels |= {rule.code: rule.label for rule in policy.recurrence_rules}
    label = labels.get(link.rule, "")
    return _("按规则自动登记：%(rule)s") % {"rule": label} if label else _("按规则自动登记")


def _size_of(topic: HotlineTopic) -> str:
    return _("%(title)s，%(n)s 件") % {"title": topic.title, "n": topic.complaint_count}


def _complaints(case: Case, **asked: str) -> str:
    assert case.estate is not None
    return f"{reverse('hotline:desk_complaints', args=[case.estate.slug])}?{urlencode(asked)}"
