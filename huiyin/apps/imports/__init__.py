"""Files people bring: mapping, dry run, progress and the error file."""
