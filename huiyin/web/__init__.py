"""Page machinery shared by all apps; it has no models."""
