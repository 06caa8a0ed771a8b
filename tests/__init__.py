"""Tests: one file for each thing a person does; the cast is in people.py, the givens in given.py."""
