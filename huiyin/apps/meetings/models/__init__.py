"""The rows of the meetings."""
