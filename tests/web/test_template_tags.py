"""{% load hy %}: words as in the mock-ups, the first due date never hidden, nothing that leads nowhere."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import LazySettings
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

import huiyin
from huiyin.domain.clocks import BEIJING
from huiyin.domain.errors import RuleBroken
from huiyin.web import chips, dates, icons, nav
from huiyin.web.forms import Form
from huiyin.web.pagination import paginate
from tests.web.styleguide import ask_form, fixed_year

PACKAGE = Path(huiyin.__file__).parent


def draw(text: str, **values: Any) -> str:
    with fixed_year():
        return (
            engines["django"]
            .from_string("{% load hy %}" + text)
            .render(values, values.pop("request", None))
            .strip()
        )


MORNING = datetime(2026, 6, 18, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ d|day }}", '<time datetime="2026-06-08">6月8日</time>'),
        ("{{ d|full_day }}", '<time datetime="2026-06-08">2026年6月8日</time>'),
        ("{{ old|day }}", '<time datetime="2025-12-31">2025年12月31日</time>'),
        ("{{ d|month }}", '<time datetime="2026-06">2026年6月</time>'),
        ("{% when at %}", '<time datetime="2026-06-18T09:30+08:00">6月18日 上午 9:30</time>'),
        ("{{ at|stamp }}", '<time datetime="2026-06-18T09:30+08:00">6月18日 09:30</time>'),
        ("{{ at|weekday }}", "周四"),
        ("{{ none|day }}{% when none %}", ""),
        ("{{ n|count }}", "1,268"),
        ("{% percent 832 1268 %}", "65.6%"),
        ("{% percent 1 0 %}", "–"),
    ],
)
def test_dates_and_numbers_read_as_people_say_them(text: str, words: str) -> None:
    assert draw(text, d=date(2026, 6, 8), old=date(2025, 12, 31), at=MORNING, none=None, n=1268) == words


@pytest.mark.parametrize(
    ("hour", "said"),
    [(0, "凌晨 0:05"), (11, "上午 11:05"), (12, "中午 12:05"), (15, "下午 3:05"), (19, "晚上 7:05")],
)
def test_the_part_of_the_day_is_said(hour: int, said: str) -> None:
    assert said in draw("{% when at %}", at=datetime(2026, 6, 18, hour, 5))


def test_in_english_dates_are_english(settings: LazySettings) -> None:
    settings.LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
    with translation.override("en"):
        assert "8 Jun" in draw("{{ d|day }}", d=date(2026, 6, 8))
        assert "18 Jun 09:30" in draw("{% when at %}", at=MORNING)


def test_a_moved_due_date_shows_the_first_one_struck_through() -> None:
    moved = draw("{% duepair a b %}", a=date(2026, 6, 8), b=date(2026, 6, 16))
    assert re.search(r"<s>.*最初期限.*6月8日.*</s><b>.*现在期限.*6月16日", moved)
    assert "<s>" not in draw("{% duepair a a %}", a=date(2026, 6, 8))
    assert draw("{% due a b %}", a=date(2026, 6, 8), b=date(2026, 6, 16)).startswith("<s>")
    first, later = (datetime(2026, 6, 8, hour, 53, tzinfo=BEIJING) for hour in (1, 9))
    assert "凌晨 1:53" in draw("{% due a a %}", a=first)
    assert draw("{{ a|due_when }} {{ b|due_when }}", a=first, b=date(2026, 6, 8)).count("凌晨 1:53") == 1
    assert draw("{{ a|full_due }}", a=first).endswith(">2026年6月8日</time> 凌晨 1:53")
    assert dates.due_words(first, later) == "6月8日 凌晨 1:53"
    moved = draw("{% duepair a b %}", a=first, b=later)
    assert moved.index("<s>") < moved.index("凌晨 1:53") < moved.index("</s>") < moved.index("上午 9:53")


def test_a_chip_has_an_icon_and_a_word_and_escapes_it() -> None:
    assert "#i-clock" in draw("{% chip 'replied' %}")
    assert "等提问人确认" in draw("{% chip 'replied' %}")
    assert "&lt;b&gt;" in draw("{% chip 'warn' 'clock' word %}", word="<b>")
    with pytest.raises(KeyError):
        draw("{% chip 'no_such_state' %}")


def test_every_icon_in_a_template_or_look_is_in_the_sprite() -> None:
    used = {chip.icon for chip in chips._looks.values()}
    for path in PACKAGE.rglob("*.html"):
        used |= set(re.findall(r"""\{% icon ["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8")))
    assert used <= icons.names(), f"add to frontend/icons.txt: {sorted(used - icons.names())}"


def test_an_unknown_icon_is_refused_with_what_to_do() -> None:
    with pytest.raises(icons.UnknownIcon, match=r"frontend/icons\.txt"):
        draw("{% icon 'no-such-icon' %}")


def test_a_link_that_leads_nowhere_is_left_out() -> None:
    assert draw("{% nav_url 'no:such' as u %}[{{ u }}]") == "[]"
    assert draw("{% nav_url 'reading_mode' as u %}[{{ u }}]") == "[/reading-mode]"


def test_the_menu_shows_only_pages_that_exist() -> None:
    request = RequestFactory().get("/")
    request.resolver_match = None
    entries = [nav.Entry("字号", "reading_mode"), nav.Entry("没有", "no:such")]
    assert [item.label for item in nav.items(request, entries)] == ["字号"]


def test_here_keeps_the_other_filters() -> None:
    request = RequestFactory().get("/cases?status=open&page=3")
    assert draw("{% here page=2 %}", request=request) == "/cases?status=open&amp;page=2"
    assert draw("{% here status=None page=None %}", request=request) == "/cases"


def test_a_field_has_a_label_a_hint_above_and_the_error_beside_it() -> None:
    html = draw("{% field form.phone %}", form=ask_form())
    order = [html.index(part) for part in ("<label", "form-hint", "hy-error", "<input")]
    assert order == sorted(order)
    assert 'aria-describedby="id_phone-hint id_phone-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="tel"' in html
    assert 'aria-required="true"' in html


def test_choices_are_a_group_with_a_legend() -> None:
    html = draw("{% field form.list_name %}", form=ask_form())
    assert "<legend" in html
    assert html.count('type="radio"') == 2
    assert html.count(" checked") == 1


def test_all_errors_stand_above_the_form_and_lead_to_their_fields() -> None:
    form = ask_form()
    form.add_refusal(RuleBroken("这件事已经办结。", field="no_such_field"))
    html = draw("{% form_errors form %}", form=form)
    assert 'href="#id_phone"' in html
    assert "这件事已经办结。" in html
    assert 'role="alert"' in html
    assert draw("{% form_errors form %}", form=Form()) == ""


def test_a_missing_value_is_asked_for_in_words() -> None:
    class Choice(Form):
        text = forms.CharField()
        one = forms.ChoiceField(choices=[("a", "a")])
        agreed = forms.BooleanField()
        own = forms.CharField(error_messages={"required": "写一句哪里没办好。"})

    errors = Choice({}).errors
    assert errors["text"] == ["这里要填写。"]
    assert errors["one"] == ["请选一项。"]
    assert errors["agreed"] == ["要勾选才能提交。"]
    assert errors["own"] == ["写一句哪里没办好。"]


def test_a_form_shown_again_keeps_its_idempotency_key() -> None:
    again = RequestFactory().post("/", {"idempotency_key": "0123456789abcdef-1"})
    assert 'value="0123456789abcdef-1"' in draw("{% idempotency_key %}", request=again)
    fresh = RequestFactory().get("/")
    assert draw("{% idempotency_key %}", request=fresh) != draw("{% idempotency_key %}", request=fresh)


def test_a_page_of_a_list_keeps_the_filters_and_never_runs_out() -> None:
    request = RequestFactory().get("/cases?status=open&page=99")
    page = paginate(request, list(range(45)), per_page=20)
    assert (page.number, page.first, page.last, page.total) == (3, 41, 45, 45)
    assert page.previous_query == "status=open&page=2"
    assert page.next_query is None
    unknown = paginate(RequestFactory().get("/cases?page=x"), list(range(45)), per_page=20, count=False)
    assert (unknown.number, unknown.total, unknown.next_query) == (1, None, "page=2")


# --- fixed words ---------------------------------------------------------------------------------------------


def test_a_fixed_word_is_looked_up_once_for_each_language(settings: LazySettings) -> None:
    settings.LANGUAGES = [("zh-hans", "简体中文"), ("de", "Deutsch")]
    words = engines["django"].from_string('{% load i18n %}{% trans "January" %}')
    for _ in range(2):
        for language, word in (("zh-hans", "一月"), ("de", "Januar")):
            with translation.override(language):
                assert words.render() == word


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ('{% trans "January" as first %}{{ first }}', "一月"),
        ("{% trans month %}", "二月"),
        ('{% trans "January"|add:"!" %}', "一月!"),
        ('{% trans "January" noop %}', "January"),
        ('{% trans "100%% <b>" %}', "100%% <b>"),
    ],
)
def test_any_other_word_is_djangos_own(tag: str, said: str) -> None:
    assert draw("{% load i18n %}" + tag, month="February") == said
