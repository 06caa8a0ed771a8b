"""Tests of the page machinery."""
