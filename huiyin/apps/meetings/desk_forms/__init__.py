"""The forms of the meetings' desk, one file for each thing somebody does there."""
