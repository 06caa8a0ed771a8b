"""Which column of a file is which field: what is likely by the headings, and what a person has chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from huiyin.apps.imports.kinds import Field
from huiyin.documents.cells import header_key
from huiyin.domain.errors import RuleBroken

PREFIX = "column_"
"""Before the key of a field in the form that asks for its column."""


def suggested_mapping(fields: Sequence[Field], headers: Sequence[str]) -> dict[str, str]:
    """Each field with the first free header that bears its label or an alias; exact names before similar ones."""
    free = list(headers)
    mapping: dict[str, str] = {}
    for loose in (False, True):
        for field in fields:
            if field.key in mapping:
                continue
            names = (field.label, *field.aliases, field.key)
            wanted = [header_key(name) if loose else name.strip() for name in names]
            for name in wanted:
                found = next((h for h in free if (header_key(h) if loose else h) == name), None)
                if found:
                    mapping[field.key] = found
                    free.remove(found)
                    break
    return mapping


def remembered_or(
    remembered: Mapping[str, str], likely: Mapping[str, str], headers: Sequence[str]
) -> dict[str, str]:
    """What was agreed the last time, if the file still has those columns."""
    agreed = remembered and set(remembered.values()) <= set(headers)
    return dict(remembered if agreed else likely)


def chosen_mapping(
    fields: Sequence[Field], headers: Sequence[str], mapping: Mapping[str, str]
) -> dict[str, str]:
    """Field key → header as a person chose them, without those left out; RuleBroken names the select that is wrong."""
    chosen: dict[str, str] = {}
    for field in fields:
        header, place = mapping.get(field.key), PREFIX + field.key
        if not header:
            if field.required:
                raise RuleBroken(
                    "请选出“%(label)s”在哪一列。", code="required_column", field=place, label=field.label
                )
            continue
        if header not in headers:
            raise RuleBroken(
                "文件里没有“%(header)s”这一列。", code="no_such_column", field=place, header=header
            )
        if header in chosen.values():
            raise RuleBroken("“%(header)s”这一列选了两次。", code="column_twice", field=place, header=header)
        chosen[field.key] = header
    return chosen
