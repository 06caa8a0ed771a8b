"""Changing people; each command asks permission, checks the rule, saves and records an event."""

from huiyin.apps.people.services.accounts import (
    claim_household,
    end_membership,
    person_of_phone,
    register_person,
    set_display_name,
    set_nickname,
    set_phone,
    verify_household,
)
from huiyin.apps.people.services.consents import give_consent, withdraw_consent
from huiyin.apps.people.services.contacts import log_opening, open_contact
from huiyin.apps.people.services.erasure import erase_person, export_person
from huiyin.apps.people.services.roles import grant_role, reset_second_factor, revoke_role

__all__ = [
    "claim_household",
    "end_membership",
    "erase_person",
    "export_person",
    "give_consent",
    "grant_role",
    "log_opening",
    "open_contact",
    "person_of_phone",
    "register_person",
    "reset_second_factor",
    "revoke_role",
    "set_display_name",
    "set_nickname",
    "set_phone",
    "verify_household",
    "withdraw_consent",
]
