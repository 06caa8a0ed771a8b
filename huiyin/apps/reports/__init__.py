"""Demand lists, six-section reports, claims, commitments: what a company tells the residents (domain.md §3)."""
