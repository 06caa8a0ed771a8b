"""A form that was refused goes back to its place; where that is gone its words are told, and nothing is typed twice."""

from __future__ import annotations

from django import forms

from huiyin.web.not_saved import CameBack


class PromiseForm(forms.Form):
    promise = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(label="怎样办到的", min_length=50)


def refused() -> PromiseForm:
    return PromiseForm({"promise": "3", "words": "换好了。"})


def test_who_draws_a_form_takes_it_and_nothing_is_lost() -> None:
    form = refused()
    came_back = CameBack({"keep": form})
    assert came_back.take("drop") is None
    assert came_back.take("keep", promise=3) is form
    assert came_back.lost == []


def test_a_form_about_a_row_that_is_gone_is_told_with_its_words_and_why() -> None:
    came_back = CameBack({"keep": refused()})
    assert came_back.take("keep", promise=4) is None
    assert came_back.look_at("keep") is not None, "looking is not drawing"
    (lost,) = came_back.lost
    assert lost.words == [("怎样办到的", "换好了。")]
    assert len(lost.sentences) == 1
