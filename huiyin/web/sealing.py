"""Words of an address that are nobody else's to read, such as a number that leads to a caller in another system.

AES-SIV (RFC 5297) under a key made of the site's secret key: the same words are always sealed the same way, so that an
address can be kept and shared, and words that were changed on the way are not opened.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.utils.crypto import salted_hmac

_SALT = "huiyin.web.sealing"


def sealed(words: str, *, purpose: str) -> str:
    """Letters, digits, - and _ alone; opened for the same purpose only."""
    token = _cipher(settings.SECRET_KEY).encrypt(words.encode(), [purpose.encode()])
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def opened(token: str, *, purpose: str) -> str | None:
    """None for what this site, or a secret key of before, has not sealed."""
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _cipher(key).decrypt(data, [purpose.encode()]).decode()
        except (InvalidTag, ValueError):
            continue
    return None


def _cipher(secret: str | bytes) -> AESSIV:
    return AESSIV(salted_hmac(_SALT, "key", secret=secret, algorithm="sha512").digest())
