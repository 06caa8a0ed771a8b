"""Phone numbers as people type them, and the keyed hash under which an account is found."""

from __future__ import annotations

import re
import unicodedata

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_noop as _

from huiyin.domain.errors import RuleBroken

_MOBILE = re.compile(r"1[3-9]\d{9}")


def normalised(text: str) -> str:
    """Eleven digits from any common way of writing a mainland mobile number; raises RuleBroken."""
    digits = re.sub(r"[^\d+]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+?86|0086)(?=1\d{10}$)", "", digits)
    if not _MOBILE.fullmatch(digits):
        raise RuleBroken(_("请填 11 位手机号，例如 139 0000 0000。"), code="phone.unreadable", field="phone")
    return digits


def keyed_hash(phone: str) -> str:
    """HMAC-SHA256 of a normalised number; without the key the number cannot be looked up or guessed."""
    key = getattr(settings, "PHONE_HASH_KEY", "") or settings.SECRET_KEY
    return salted_hmac("huiyin.people.phone", phone, secret=key, algorithm="sha256").hexdigest()


def hinted(phone: str) -> str:
    """Enough for its owner to recognise the number: 139****0001."""
    return f"{phone[:3]}****{phone[-4:]}"
