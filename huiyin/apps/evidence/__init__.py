"""Photos, before/after pairs and documents."""
