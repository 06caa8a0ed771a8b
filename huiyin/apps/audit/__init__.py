"""Append-only, hash-chained history that every other app writes to."""
