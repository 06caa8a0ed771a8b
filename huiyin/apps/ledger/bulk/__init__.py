"""Many cases with whole histories in a few statements: the one bulk path, for imports and the demo (ADR 0012)."""

from huiyin.apps.ledger.bulk.history import History
from huiyin.apps.ledger.bulk.writing import write

__all__ = ["History", "write"]
