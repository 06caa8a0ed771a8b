"""The second factor of staff: setting it up outside the page (demo, tests) and the code of this moment."""

from __future__ import annotations

import time

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt

from huiyin.apps.people.models import Person


def set_up(person: Person) -> str:
    """Give the person a TOTP secret and return it; the old one if there is one. For the demo and for tests."""
    known = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if known is not None:
        return str(decrypt(known.data["secret"]))
    secret = str(generate_totp_secret())
    TOTP.activate(person, secret)
    return secret


def current_code(secret: str) -> str:
    """The six digits an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD)))


def codes_for_outbox() -> list[tuple[Person, str]]:
    """Everybody with a second factor and their code of this moment; only the outbox page of a demo asks."""
    return [
        (authenticator.user, current_code(decrypt(authenticator.data["secret"])))
        for authenticator in Authenticator.objects.filter(type=Authenticator.Type.TOTP)
        .select_related("user")
        .order_by("user_id")[:60]
    ]
