"""Half-year reports of the demo: their words (TOML files beside), their numbers, and how they reach the database."""
