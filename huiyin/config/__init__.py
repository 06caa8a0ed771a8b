"""Wiring: settings, URLs and the command entry. Imported by nothing below."""
