"""Writing maintenance records: one at the desk, many from a file, corrections, words that are covered."""
