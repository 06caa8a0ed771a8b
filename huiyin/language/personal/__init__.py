"""Finders of personal data in normalised text: one module for each way of recognising it."""
