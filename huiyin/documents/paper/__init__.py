"""Paper for notice boards and letter boxes: plain data in, the bytes of a PDF out (typst, ADR 0017)."""
