"""Report meetings, check-in, questions, the certified clock, minutes, ratings, forums (domain.md §4)."""
