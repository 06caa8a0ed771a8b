"""Adopted policy versions, as rows with effective dates."""
