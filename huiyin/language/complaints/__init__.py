"""The text of one complaint: what it is about, and which ones are about the same matter. No Django is imported here."""
