"""The company's people at a meeting as lines of text, one person a line."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext

from huiyin.apps.meetings.models import TeamMember
from huiyin.apps.meetings.services.attend import Member


def read_members(text: str) -> list[Member]:
    """Lines "姓名 | 岗位 | 报告 or 未到"; ValidationError names the line."""
    members = []
    for number, line in enumerate((each for each in text.splitlines() if each.strip()), start=1):
        name, duty, mark, *rest = [*(part.strip() for part in re.split(r"[|｜]", line)), "", ""]
        if not name or any(rest) or mark not in ("", "报告", "未到"):
            raise forms.ValidationError(
                gettext("第 %(n)s 行没有看懂。请写“姓名 | 岗位”，后面可以加“报告”或“未到”。"),
                code="bad_line",
                params={"n": number},
            )
        members.append(Member(name, duty, is_present=mark != "未到", is_reporter=mark == "报告"))
    return members


def member_line(row: TeamMember) -> str:
    mark = "未到" if not row.is_present else "报告" if row.is_reporter else ""
    return f"{row.name} | {row.duty} | {mark}".rstrip(" |")
