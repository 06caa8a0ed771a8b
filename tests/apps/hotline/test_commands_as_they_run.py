"""The commands of the hotline as whoever runs the site starts them: outside any transaction, which tests have."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from huiyin.apps.audit.models import Event


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (["hotline_erase", "R0001", "--reason", "来电人要求删除"], "hotline.complaints_erased"),
        (["hotline_remask"], "hotline.complaints_masked"),
        (["hotline_refresh"], None),
    ],
)
def test_each_ends_and_what_has_to_be_witnessed_is(
    fresh_database: str, command: list[str], kind: str | None
) -> None:
    call_command(*command, stdout=StringIO())
    witnessed = Event.objects.filter(stream="hotline").values_list("kind", flat=True)
    assert list(witnessed) == ([kind] if kind else [])
