"""Commands on photos and documents: add, cover parts, take down, clear away."""

from huiyin.apps.evidence.services.add import add_document, add_photo
from huiyin.apps.evidence.services.cover import cover_words, make_missing_sizes, redact
from huiyin.apps.evidence.services.fingerprint import make_missing_fingerprints
from huiyin.apps.evidence.services.take_down import drop_original, purge, withdraw

__all__ = [
    "add_document",
    "add_photo",
    "cover_words",
    "drop_original",
    "make_missing_fingerprints",
    "make_missing_sizes",
    "purge",
    "redact",
    "withdraw",
]
