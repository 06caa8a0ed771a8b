"""The forms of writing and reviewing a report, one file for each thing; a failed form keeps its text."""
