"""Measures of complaints: functions from tables to tables. None opens a connection (ADR 0021)."""
