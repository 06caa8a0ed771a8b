"""Changing places; each command asks permission, checks the rule, saves and records an event."""

from huiyin.apps.places.services.areas import (
    create_area,
    merge_area,
    phone_number,
    recode_area,
    rename_area,
    set_duty_phone,
)
from huiyin.apps.places.services.engagements import add_household, end_engagement, start_engagement
from huiyin.apps.places.services.estates import (
    EstateFacts,
    add_alias,
    add_estate,
    register_company,
    remove_alias,
    update_company,
    update_estate,
)

__all__ = [
    "EstateFacts",
    "add_alias",
    "add_estate",
    "add_household",
    "create_area",
    "end_engagement",
    "merge_area",
    "phone_number",
    "recode_area",
    "register_company",
    "remove_alias",
    "rename_area",
    "set_duty_phone",
    "start_engagement",
    "update_company",
    "update_estate",
]
