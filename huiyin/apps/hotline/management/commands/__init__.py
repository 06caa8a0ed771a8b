"""Commands of the hotline."""
