"""The fictional district: its places, people and about 2,600 cases, written as texts and told again each day."""
