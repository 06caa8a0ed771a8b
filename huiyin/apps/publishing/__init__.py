"""Messages to askers and what is posted in public."""
