"""The composed pages: the public front and places, what the numbers mean, the desk."""
