"""Journeys through the served site, and the pictures of it that the README shows."""
