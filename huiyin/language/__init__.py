"""The text: masking, words, likeness, the report check. No Django is imported here."""

from huiyin.language.checks import CheckPolicy, Finding, Sentence, Severity, check, label_sentences

__all__ = ["CheckPolicy", "Finding", "Sentence", "Severity", "check", "label_sentences"]
