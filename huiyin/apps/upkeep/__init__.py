"""What was done at an estate, recorded as it is done: the facts a report's numbers are checked against."""
