"""What is sealed for an address is opened again, by this site and for its purpose alone."""

from __future__ import annotations

from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from huiyin.web.sealing import opened, sealed


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
def test_what_is_sealed_is_opened_and_says_nothing_before(words: str) -> None:
    token = sealed(words, purpose="test")
    assert opened(token, purpose="test") == words
    assert token == sealed(words, purpose="test")
    assert token.replace("-", "").replace("_", "").isalnum()
    assert opened(token, purpose="another") is None


@given(st.text(max_size=120))
def test_what_nobody_sealed_is_nothing(token: str) -> None:
    assert opened(token, purpose="test") is None


def test_a_changed_letter_is_noticed_and_a_key_of_before_still_opens(settings: LazySettings) -> None:
    token = sealed("2026-05 R0001", purpose="test")
    for at in range(len(token) - 1):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert opened(changed, purpose="test") is None
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert opened(token, purpose="test") == "2026-05 R0001"
    settings.SECRET_KEY_FALLBACKS = []
    assert opened(token, purpose="test") is None
