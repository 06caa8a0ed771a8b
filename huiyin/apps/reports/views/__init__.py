"""The pages of demand lists and reports."""
