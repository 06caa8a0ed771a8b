"""The text: masking, words, likeness. No Django is imported here."""
