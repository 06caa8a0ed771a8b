"""Words for search."""

import unicodedata

import rjieba


def tokens(text: str) -> list[str]:
    return [t for t in rjieba.cut_for_search(unicodedata.normalize("NFKC", text).lower()) if t.strip()]


def search_vector_text(text: str) -> str:
    return " ".join(tokens(text))


def query_tokens(text: str) -> list[str]:
    return tokens(text)
