"""Compiled loops over many texts. Imported by the hotline's text step only, never by a process that serves pages."""
