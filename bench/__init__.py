"""What the site costs, measured side by side with a bare Django; `make bench` runs all of it."""
