"""The rows of the reports."""

from huiyin.apps.reports.models.reports import Report

__all__ = ["Report"]
