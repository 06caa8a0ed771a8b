"""Tests of the text layer; they need no database."""
