"""Huiyin: every matter lands somewhere, and its asker hears back."""
