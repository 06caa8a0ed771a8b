"""Composed pages: home, street, estate and desk."""
